import assert from 'node:assert/strict';
import test from 'node:test';
import { Navigation, presentPage } from '../src/background/navigation.js';
import { MAX_URL } from '../src/background/page_events.js';
import { Tabs } from '../src/background/tabs.js';
import { collect, fakeChrome } from './fake_chrome.js';

function setUp() {
  fakeChrome({ tabs: [{ id: 1, windowId: 10, active: true, url: 'about:blank' }] });
  const { told, emit } = collect();
  const tabs = new Tabs(emit, () => {});
  tabs.meet(globalThis.chrome.tabs.all);
  return { told, tabs, navigation: new Navigation(emit, tabs) };
}

const details = (url, more = {}) => ({
  tabId: 1,
  frameId: 0,
  documentLifecycle: 'active',
  documentId: 'D1',
  timeStamp: 5000.75,
  transitionType: 'typed',
  transitionQualifiers: ['from_address_bar'],
  url,
  ...more,
});
/** As Chromium tells that something failed. */
const failure = (url, more = {}) => details(url, { error: 'net::ERR_ABORTED', ...more });
const NO_DOCUMENT = '00000000000000000000000000000000';

test('a committed navigation of the main frame is told, with the time of the commit', async () => {
  const { told, navigation } = setUp();
  await navigation.commits(details('http://a.test/'));
  assert.deepEqual(told, [
    {
      at: 5000.75,
      type: 'navigation',
      tab: 1,
      window: 10,
      url: 'http://a.test/',
      transition: 'typed',
      qualifiers: ['from_address_bar'],
    },
  ]);
});

test('a page whose commit went to a worker that was killed is told when it has been read, once', async () => {
  const { told, navigation } = setUp();
  await navigation.commits(details('http://a.test/'));
  await navigation.arrives(details('http://a.test/'));
  const lost = { documentId: 'D2', timeStamp: 6000, transitionType: undefined };
  await navigation.arrives(details('http://b.test/', lost));
  await navigation.arrives(details('http://b.test/', lost));
  assert.deepEqual(
    told.map(({ at, url, transition }) => [at, url, transition]),
    [[5000.75, 'http://a.test/', 'typed'], [6000, 'http://b.test/', 'present']],
  );
});

test('a page that was there before, or whose document has no name, is not told by its loading', async () => {
  const { told, tabs, navigation } = setUp();
  tabs.note(1, { navigated: true });
  await navigation.arrives(details('http://a.test/'));
  tabs.note(1, { document: 'D1' });
  await navigation.arrives(details('http://a.test/', { documentId: undefined }));
  assert.deepEqual(told, []);
});

test('no navigation overtakes another, though one has to ask which tab it is', async () => {
  const { told, navigation } = setUp();
  globalThis.chrome.tabs.all.push({ id: 3, windowId: 30 });
  void navigation.commits(details('http://a.test/', { tabId: 3 }));
  void navigation.commits(details('http://b.test/'));
  await navigation.arrives(details('http://a.test/', { tabId: 3 }));
  assert.deepEqual(told.map((event) => event.url), ['http://a.test/', 'http://b.test/']);
});

test('frames, prerendered and cached documents and tabs without a number are not told', async () => {
  const { told, navigation } = setUp();
  const others = [{ frameId: 3 }, { documentLifecycle: 'prerender' }, { documentLifecycle: 'cached' }, { tabId: -1 }];
  for (const other of others) {
    await navigation.begins(details('http://a.test/', other));
    await navigation.commits(details('http://a.test/', other));
    await navigation.changes(details('http://a.test/', other));
    await navigation.fails(failure('http://a.test/', other));
  }
  assert.deepEqual(told, []);
});

test('a prerendered page is told when it is activated, once', async () => {
  const { told, navigation } = setUp();
  const ahead = { frameId: 25, documentLifecycle: 'prerender', timeStamp: 4000 };
  await navigation.begins(details('http://a.test/redir', ahead));
  await navigation.commits(details('http://a.test/target', ahead));
  await navigation.begins(details('http://a.test/redir'));
  await navigation.commits(details('http://a.test/target'));
  assert.deepEqual(told.map(({ at, requested_url }) => [at, requested_url]), [[5000.75, 'http://a.test/redir']]);
});

test('requested_url is told where the page came from elsewhere, and only then', async () => {
  const { told, navigation } = setUp();
  await navigation.begins(details('http://a.test/one'));
  await navigation.commits(details('http://a.test/two'));
  await navigation.commits(details('http://a.test/three'));
  await navigation.begins(details('http://a.test/four'));
  await navigation.commits(details('http://a.test/four'));
  assert.deepEqual(told.map((event) => event.requested_url), ['http://a.test/one', undefined, undefined]);
});

test('a cancelled navigation leaves no trace in the next one', async () => {
  const { told, navigation } = setUp();
  await navigation.begins(details('http://a.test/file'));
  await navigation.fails(failure('http://a.test/file', { documentId: NO_DOCUMENT }));
  await navigation.commits(details('http://a.test/next'));
  assert.deepEqual(told.map((event) => event.requested_url), [undefined]);
});

test('a navigation that cancels another keeps what it asked for', async () => {
  const { told, navigation } = setUp();
  await navigation.begins(details('http://a.test/slow'));
  await navigation.begins(details('http://a.test/redir'));
  await navigation.fails(failure('http://a.test/slow', { documentId: NO_DOCUMENT }));
  await navigation.commits(details('http://a.test/target'));
  assert.equal(told[0].requested_url, 'http://a.test/redir');
});

test('an error page is a navigation with error; downloads and broken-off loading are none', async () => {
  const { told, navigation } = setUp();
  await navigation.commits(details('http://a.test/'));
  await navigation.fails(failure('http://a.test/file', { documentId: NO_DOCUMENT }));
  await navigation.fails(failure('http://a.test/', { documentId: 'D1' }));
  assert.equal(told.length, 1);
  const failed = { documentId: 'D2', transitionType: undefined, transitionQualifiers: undefined };
  await navigation.begins(details('http://b.test/'));
  await navigation.fails(failure('http://b.test/', failed));
  assert.deepEqual(told[1], {
    at: 5000.75,
    type: 'navigation',
    tab: 1,
    window: 10,
    url: 'http://b.test/',
    transition: 'other',
    qualifiers: [],
    error: true,
  });
});

test('the error page of Firefox is committed as the address that failed, and told with error', async () => {
  const { told, navigation } = setUp();
  await navigation.begins(details('http://b.test/'));
  await navigation.fails(details('http://b.test/', { error: 'Error code 2152398861' }));
  await navigation.commits(details('http://b.test/', { transitionType: 'link', transitionQualifiers: [] }));
  await navigation.begins(details('http://b.test/'));
  await navigation.commits(details('http://b.test/'));
  assert.deepEqual(told.map(({ error }) => error), [true, undefined]);
});

test('what Firefox cuts short, to begin again in another process or as a download, is no error page', async () => {
  const { told, navigation } = setUp();
  for (const error of ['Error code 2152398850', 'NS_BINDING_ABORTED']) {
    await navigation.begins(details('http://b.test/'));
    await navigation.fails(details('http://b.test/', { error }));
    await navigation.commits(details('http://b.test/'));
  }
  assert.deepEqual(told.map(({ error }) => error), [undefined, undefined]);
});

/** What Firefox tells of a typed address that the server redirects, when the page gets another process. */
async function redirectedInFirefox(navigation, asked, got, more = {}) {
  const at = { documentLifecycle: undefined, ...more };
  const timeStamp = more.timeStamp ?? 5000.75;
  await navigation.begins(details(asked, at));
  await navigation.fails(failure(asked, { ...at, error: 'Error code 2152398850', timeStamp: timeStamp + 90 }));
  await navigation.begins(details(got, { ...at, timeStamp: timeStamp + 86 }));
  await navigation.commits(details(got, { ...at, documentId: 'D9', transitionQualifiers: ['server_redirect'] }));
}

test('Firefox begins a redirected navigation again in another process: what was asked for is told', async () => {
  const { told, navigation } = setUp();
  await redirectedInFirefox(navigation, 'http://a.test/', 'http://b.test/');
  await redirectedInFirefox(navigation, 'http://c.test/', 'http://c.test/d');
  assert.deepEqual(told.map((event) => event.requested_url), ['http://a.test/', 'http://c.test/']);
});

test('what was cut short before is not what was asked for', async () => {
  const { told, navigation } = setUp();
  const inFirefox = { documentLifecycle: undefined };
  await navigation.begins(details('http://slow.test/', inFirefox));
  await redirectedInFirefox(navigation, 'http://a.test/', 'http://b.test/');
  await navigation.begins(details('http://file.test/', inFirefox));
  await navigation.fails(failure('http://file.test/', { ...inFirefox, error: 'Error code 2152398850' }));
  const later = { ...inFirefox, timeStamp: 9000, transitionQualifiers: ['server_redirect'] };
  await navigation.begins(details('http://c.test/', later));
  await navigation.commits(details('http://c.test/', later));
  await navigation.begins(details('http://d.test/', { ...inFirefox, timeStamp: 9500 }));
  await navigation.begins(details('http://e.test/', { ...inFirefox, timeStamp: 9600 }));
  await navigation.commits(details('http://e.test/', inFirefox));
  assert.deepEqual(told.map((event) => event.requested_url), ['http://a.test/', undefined, undefined]);
});

test('from the address bar is typed, though Firefox may call it a link or a bookmark', async () => {
  const { told, navigation } = setUp();
  await navigation.commits(details('http://a.test/', { transitionType: 'link' }));
  await navigation.commits(details('http://b.test/', { transitionType: 'auto_bookmark' }));
  await navigation.commits(details('http://c.test/', { transitionType: 'auto_bookmark', transitionQualifiers: [] }));
  await navigation.commits(details('http://d.test/', { transitionType: 'generated' }));
  assert.deepEqual(told.map((event) => event.transition), ['typed', 'typed', 'auto_bookmark', 'generated']);
});

test('a page that changes its own address is told as the same document', async () => {
  const { told, navigation } = setUp();
  await navigation.changes(details('http://a.test/pushed', { transitionType: 'link', transitionQualifiers: [] }));
  assert.equal(told[0].same_document, true);
  assert.equal(told[0].transition, 'link');
});

test('a tab whose first page another program asked for was opened from outside', async () => {
  const { told, navigation, tabs } = setUp();
  tabs.created(4000, { id: 2, windowId: 10, openerTabId: 1 });
  await navigation.commits(details('http://a.test/', { tabId: 2, transitionType: 'start_page' }));
  await navigation.commits(details('http://a.test/home', { tabId: 2, transitionType: 'start_page' }));
  assert.deepEqual(
    told.map(({ type, how, opener }) => [type, how, opener]),
    [
      ['tab_opened', 'unknown', 1],
      ['tab_opened', 'external', null],
      ['navigation', undefined, undefined],
      ['navigation', undefined, undefined],
    ],
  );
});

test('the first event of an unknown tab finds its window; a tab that is gone is not told', async () => {
  const { told, navigation } = setUp();
  globalThis.chrome.tabs.all.push({ id: 3, windowId: 30 });
  await navigation.commits(details('http://a.test/', { tabId: 3 }));
  await navigation.commits(details('http://a.test/', { tabId: 4 }));
  assert.deepEqual(told.map((event) => event.window), [30]);
});

test('of a page that is no web page only the scheme is told', async () => {
  const { told, navigation } = setUp();
  for (const url of ['file:///home/me/taxes.html', 'chrome://settings/', 'data:text/html,secret', 'about:blank']) {
    await navigation.commits(details(url));
  }
  assert.deepEqual(told.map((event) => event.url), ['file:', 'chrome:', 'data:', 'about:blank']);
});

test('an endless address is cut', async () => {
  const { told, navigation } = setUp();
  await navigation.commits(details(`http://a.test/${'x'.repeat(1_000_000)}`));
  assert.equal(told[0].url.length, MAX_URL);
});

test('a page that is there is a web page that is loaded and was reached', async () => {
  setUp();
  const tab = { id: 1, windowId: 2, url: 'https://a.test/', status: 'complete', discarded: false };
  assert.equal((await presentPage(tab)).transition, 'present');
  assert.equal(await presentPage({ ...tab, url: 'chrome://newtab/' }), null);
  assert.equal(await presentPage({ ...tab, discarded: true }), null);
  assert.equal(await presentPage({ ...tab, status: 'unloaded' }), null);
  assert.equal((await presentPage({ ...tab, status: 'loading' })).transition, 'present');
  chrome.webNavigation.blank.add(tab.id);
  assert.equal(await presentPage({ ...tab, status: 'loading' }), null);
  assert.equal((await presentPage(tab)).transition, 'present');
  globalThis.chrome.webNavigation.failed.add(1);
  assert.equal(await presentPage(tab), null);
});

test('the blank page with which a new tab of Firefox begins is not its first page', async () => {
  const { told, navigation, tabs } = setUp();
  tabs.created(4000, { id: 2, windowId: 10 });
  const inNewTab = { tabId: 2, documentLifecycle: undefined, transitionType: 'link', transitionQualifiers: [] };
  await navigation.commits(details('about:blank', inNewTab));
  await navigation.commits(details('http://a.test/', inNewTab));
  assert.deepEqual(
    told.map(({ type, how, url }) => [type, how ?? url]),
    [['tab_opened', 'unknown'], ['navigation', 'about:blank'], ['tab_opened', 'external'],
      ['navigation', 'http://a.test/']],
  );
});
