import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import test from 'node:test';
import { event as browserEvent, fakeChrome } from './fake_chrome.js';

// Node 18 has it only there.
globalThis.crypto ??= webcrypto;
Object.defineProperty(globalThis, 'navigator', {
  configurable: true,
  value: {
    userAgentData: {
      getHighEntropyValues: async () => ({
        fullVersionList: [{ brand: 'Not_A Brand', version: '99' }, { brand: 'Chromium', version: '156.0.1.2' }],
      }),
    },
  },
});

let workers = 0;
/** Starts a worker of its own, and hands over before anything that it asked for was answered. */
const start = () => import(`../src/background/main.js?worker=${workers++}`);
const answers = () => new Promise((resolve) => setImmediate(resolve));
/** Waiting events are written a little later than they came: when the test says so. */
const timers = [];
globalThis.setTimeout = (then) => timers.push(then);
globalThis.clearTimeout = () => {};
async function written() {
  await answers();
  for (const then of timers.splice(0)) then();
  await answers();
}
const webPage = { id: 1, windowId: 10, active: true, url: 'http://a.test/', status: 'complete' };
const commit = {
  tabId: 1,
  frameId: 0,
  documentLifecycle: 'active',
  documentId: 'D',
  timeStamp: Date.now() + 0.5,
  url: 'http://b.test/',
  transitionType: 'link',
  transitionQualifiers: [],
};
const eventsOf = (chrome) => chrome.runtime.connections.flatMap(({ sent }) => sent.flatMap(({ events }) => events));

test('a new worker introduces the browser and tells what is there', async () => {
  const chrome = fakeChrome({ tabs: [webPage], focused: { id: 10, focused: true } });
  await start();
  await answers();
  const [hello, ...rest] = eventsOf(chrome);
  assert.equal(hello.type, 'browser_connected');
  assert.equal(hello.product, 'Chromium');
  assert.equal(hello.version, '156.0.1.2');
  assert.equal(hello.protocol, 1);
  assert.equal(hello.extension_version, '1.2.3');
  assert.match(hello.browser, /^[0-9a-f-]{36}$/);
  assert.equal(hello.profile, hello.browser);
  assert.deepEqual(rest.map((event) => event.type), [
    'tab_opened', 'tab_activated', 'window_focus', 'navigation',
    'page_focus', 'page_visibility', 'password_focus', 'media',
  ]);
  for (const event of rest) {
    assert.equal(event.browser, hello.browser);
    assert.ok(Number.isInteger(event.time_ms));
  }
});

test('the event that woke the worker is heard, though its memory comes later', async () => {
  const chrome = fakeChrome({ tabs: [webPage], focused: { id: 10, focused: true } });
  const loaded = start();
  chrome.storage.session.get = async () => {
    await answers();
    return {};
  };
  await loaded;
  chrome.webNavigation.onCommitted.fire(commit);
  await answers();
  await answers();
  const navigations = eventsOf(chrome).filter((event) => event.type === 'navigation');
  assert.deepEqual(navigations.map((event) => event.url), ['http://a.test/', 'http://b.test/']);
  assert.equal(navigations[1].time_ms, Math.floor(commit.timeStamp));
});

test('a profile keeps its name, two profiles have two', async () => {
  const local = {};
  const names = [];
  for (const its of [local, local, {}]) {
    const chrome = fakeChrome({ tabs: [webPage], local: its });
    await start();
    await answers();
    names.push(eventsOf(chrome)[0].browser);
  }
  assert.equal(names[0], names[1]);
  assert.notEqual(names[0], names[2]);
});

test('events that waited for the agent outlive the worker', async () => {
  const session = {};
  const first = fakeChrome({ tabs: [webPage], session });
  await start();
  await answers();
  first.runtime.connections[0].acknowledge();
  first.runtime.connections[0].onDisconnect.fire({});
  first.webNavigation.onCommitted.fire(commit);
  await written();
  const second = fakeChrome({ tabs: [{ ...webPage, url: commit.url }], session });
  await start();
  await answers();
  const navigations = eventsOf(second).filter((event) => event.type === 'navigation');
  const told = navigations.map((event) => [event.url, event.transition]);
  assert.deepEqual(told, [['http://b.test/', 'link'], ['http://b.test/', 'present']]);
  second.runtime.connections[0].acknowledge();
  await written();
  assert.deepEqual(JSON.parse(session.waiting), { items: [], dropped: 0 });
});

test('a worker that is killed never leaves a page noted as told whose event it did not write down', async () => {
  const session = {};
  const first = fakeChrome({ tabs: [webPage], session });
  await start();
  await answers();
  first.runtime.connections[0].onDisconnect.fire({});
  const set = first.storage.session.set;
  first.storage.session.set = async (items) => {
    await set.call(first.storage.session, items);
    const told = JSON.parse(session.waiting ?? '{"items":[]}').items.some(({ event }) => event.url === commit.url);
    const noted = JSON.parse(session.tabs ?? '[]').some(([, facts]) => facts.document === commit.documentId);
    assert.equal(noted, told);
  };
  first.webNavigation.onCommitted.fire(commit);
  await written();
  assert.match(session.waiting, /b\.test/);
});

test('a page that says it is there is answered when that is written down, and told if it was not yet', async () => {
  const session = {};
  const chrome = fakeChrome({ tabs: [webPage], session });
  await start();
  await answers();
  const navigations = () => eventsOf(chrome).filter((event) => event.type === 'navigation').slice(1);
  const live = { tab: { id: 1 }, frameId: 0, documentLifecycle: 'active', url: commit.url };
  const sender = (documentId) => ({ ...live, documentId });
  const replies = [];
  chrome.webNavigation.onCommitted.fire(commit);
  chrome.runtime.onMessage.fire({ here: commit.timeStamp }, sender('D'), (reply) => replies.push(reply));
  await answers();
  assert.deepEqual(replies, []);
  await written();
  assert.deepEqual(replies, [true]);
  assert.match(session.tabs, /"document":"D"/);
  assert.deepEqual(navigations().map(({ transition }) => transition), ['link']);
  chrome.runtime.onMessage.fire({ here: commit.timeStamp + 20 }, sender('E'), (reply) => replies.push(reply));
  await written();
  assert.deepEqual(navigations().map(({ transition }) => transition), ['link', 'present']);
  assert.deepEqual(replies, [true, true]);
});

test('what is no page of a tab, or says no time, is not there', async () => {
  const chrome = fakeChrome({ tabs: [webPage] });
  await start();
  await answers();
  const before = eventsOf(chrome).length;
  const sender = { tab: { id: 1 }, frameId: 0, documentId: 'E', documentLifecycle: 'active', url: commit.url };
  chrome.runtime.onMessage.fire({ here: 5 }, { ...sender, tab: undefined }, () => assert.fail());
  for (const here of ['5', Infinity, undefined]) chrome.runtime.onMessage.fire({ here }, sender, () => assert.fail());
  chrome.runtime.onMessage.fire({ here: 5 }, { ...sender, frameId: 7 }, () => {});
  chrome.runtime.onMessage.fire({ here: 5 }, { ...sender, documentLifecycle: 'prerender' }, () => {});
  await written();
  assert.equal(eventsOf(chrome).length, before);
});

test('a connected worker writes down nothing of what is acknowledged at once', async () => {
  const chrome = fakeChrome({ tabs: [webPage] });
  await start();
  await answers();
  await written();
  chrome.runtime.connections[0].acknowledge();
  const before = chrome.storage.session.writes;
  for (let i = 0; i < 10; i++) {
    chrome.runtime.onMessage.fire({ type: 'scroll_depth', time_ms: Date.now(), percent: i }, { tab: { id: 1 } });
    await answers();
    chrome.runtime.connections[0].acknowledge();
    await written();
  }
  assert.equal(eventsOf(chrome).filter((event) => event.type === 'scroll_depth').length, 10);
  assert.equal(chrome.storage.session.writes, before);
});

test('what a page tells by a port counts as what it tells by itself', async () => {
  const chrome = fakeChrome({ tabs: [webPage] });
  await start();
  await answers();
  const port = { sender: { tab: { id: 1 }, frameId: 0 }, onMessage: browserEvent() };
  chrome.runtime.onConnect.fire(port);
  const input = { time_ms: 1000, type: 'input', kind: 'key', count: 2, key_class: 'character' };
  port.onMessage.fire([input, { ...input, type: 'nothing' }]);
  await answers();
  const inputs = eventsOf(chrome).filter(({ type }) => type === 'input');
  assert.deepEqual(inputs.map(({ tab, count, time_ms: time }) => [tab, count, time]), [[1, 2, 1000]]);
});

test('an alarm starts a worker that was killed without anything happening', async () => {
  const chrome = fakeChrome({ tabs: [webPage] });
  await start();
  await answers();
  assert.equal(chrome.alarms.set.get('connect').periodInMinutes, 0.5);
});

test('pages that were open before the assistant get its content scripts, those that can', async () => {
  const scripts = [{ js: ['a.js', 'b.js'], all_frames: true }, { js: ['c.js'] }];
  const chrome = fakeChrome({
    tabs: [webPage, { ...webPage, id: 2, discarded: true }, { ...webPage, id: 3, url: 'chrome://settings/' },
      { ...webPage, id: 4 }, { ...webPage, id: 5 }],
    scripts,
  });
  chrome.scripting.refuses.add(4);
  await start();
  await answers();
  chrome.runtime.onInstalled.fire({ reason: 'install' });
  await answers();
  assert.deepEqual(
    chrome.scripting.injected.map(({ target, files }) => [target.tabId, target.allFrames, files.join()]).sort(),
    [[1, false, 'c.js'], [1, true, 'a.js,b.js'], [5, false, 'c.js'], [5, true, 'a.js,b.js']],
  );
});

test('the same tab is not activated twice, and each activation asks for the focus', async () => {
  const chrome = fakeChrome({ tabs: [webPage], focused: { id: 10, focused: true } });
  await start();
  await answers();
  const before = eventsOf(chrome).length;
  chrome.windows.focused = { id: 20, focused: true };
  chrome.tabs.onActivated.fire({ tabId: 1, windowId: 10 });
  await answers();
  assert.deepEqual(
    eventsOf(chrome).slice(before).map(({ type, window }) => [type, window]),
    [['window_focus', 20]],
  );
});
