import assert from 'node:assert/strict';
import test from 'node:test';
import { Focus } from '../src/background/focus.js';
import { snapshot } from '../src/background/snapshot.js';
import { Tabs } from '../src/background/tabs.js';
import { collect, fakeChrome } from './fake_chrome.js';

function setUp(all = []) {
  const chrome = fakeChrome({ tabs: all, focused: { id: 10, focused: true } });
  const { told, emit } = collect();
  const tabs = new Tabs(emit, () => {});
  tabs.meet(all);
  return { chrome, told, emit, tabs };
}

test('a tab is opened by nobody knows whom, until a link is known to have done it', async () => {
  const { told, tabs } = setUp();
  tabs.created(1, { id: 2, windowId: 10, openerTabId: 1 });
  await tabs.openedBy(2, 2, 'link', 1);
  assert.deepEqual(told, [
    { at: 1, type: 'tab_opened', tab: 2, window: 10, opener: 1, how: 'unknown' },
    { at: 2, type: 'tab_opened', tab: 2, window: 10, opener: 1, how: 'link' },
  ]);
});

test('a tab that moves to another window is the active one there, told once', async () => {
  const { chrome, told, tabs } = setUp([{ id: 1, windowId: 10, active: true }]);
  chrome.tabs.all = [{ id: 1, windowId: 20, active: true }];
  tabs.activated(5, 1, 20);
  await tabs.attached(6, 1, 20);
  assert.equal(tabs.get(1).window, 20);
  assert.deepEqual(told, [{ at: 5, type: 'tab_activated', tab: 1, window: 20 }]);
});

test('a tab that moves in the background is not activated', async () => {
  const { chrome, told, tabs } = setUp([{ id: 1, windowId: 10, active: false }]);
  chrome.tabs.all = [{ id: 1, windowId: 20, active: false }];
  await tabs.attached(6, 1, 20);
  assert.deepEqual(told, []);
  assert.equal(tabs.get(1).window, 20);
});

test('a closed tab is forgotten: its number may name another one', () => {
  const { told, tabs } = setUp([{ id: 1, windowId: 10, active: true }]);
  tabs.closed(7, 1);
  tabs.created(8, { id: 1, windowId: 10 });
  tabs.activated(9, 1, 10);
  assert.deepEqual(told.map((event) => event.type), ['tab_closed', 'tab_opened', 'tab_activated']);
});

test('a tab that gets another number goes on under it', async () => {
  const { chrome, told, tabs } = setUp([{ id: 1, windowId: 10, active: true }]);
  chrome.tabs.all = [{ id: 2, windowId: 10, active: true, url: 'http://a.test/', status: 'complete' }];
  await tabs.replaced(5, 2, 1);
  assert.deepEqual(
    told.map(({ type, tab }) => [type, tab]),
    [['tab_opened', 2], ['navigation', 2], ['tab_activated', 2], ['tab_closed', 1]],
  );
});

test('a tab that becomes audible is told, once', async () => {
  const { told, tabs } = setUp([{ id: 1, windowId: 10 }]);
  await tabs.sounds(1, 1, true);
  await tabs.sounds(2, 1, true);
  await tabs.sounds(3, 1, false);
  assert.deepEqual(told.map(({ at, audible }) => [at, audible]), [[1, true], [3, false]]);
});

test('a tab that was opened is told again only when something new is known of how', async () => {
  const { told, tabs } = setUp();
  tabs.created(1, { id: 2, windowId: 10, openerTabId: 1 });
  await tabs.openedBy(2, 2, 'link', 1);
  await tabs.openedBy(3, 2, 'link', 1);
  await tabs.reached(4, 2, 'link');
  assert.deepEqual(told.map((event) => event.how), ['unknown', 'link']);
});

test('a first page that is loaded again is a tab that was restored', async () => {
  const { told, tabs } = setUp();
  tabs.created(1, { id: 2, windowId: 10 });
  await tabs.reached(2, 2, 'reload');
  assert.deepEqual(told.map((event) => event.how), ['unknown', 'restored']);
});

test('a link in a tab without opener came from another program; typing and the new tab page tell nothing', async () => {
  const { told, tabs } = setUp();
  tabs.created(1, { id: 2, windowId: 10 });
  await tabs.reached(2, 2, 'typed');
  await tabs.reached(3, 2, 'link');
  assert.deepEqual(told.map((event) => event.how), ['unknown', 'external']);
});

test('the snapshot tells tabs, active tabs, focus, pages and then their states', async () => {
  const all = [
    { id: 1, windowId: 10, active: true, url: 'http://a.test/', status: 'complete', audible: true },
    { id: 2, windowId: 10, active: false, url: 'chrome://newtab/', status: 'complete', openerTabId: 1 },
    { id: 3, windowId: 20, active: true, url: 'http://c.test/', discarded: true },
    { id: 4, windowId: 20, active: false, url: 'http://unreachable.test/', status: 'complete' },
    { id: -1, windowId: 30, active: true, url: 'devtools://devtools/' },
  ];
  const { chrome, emit, tabs } = setUp(all);
  chrome.webNavigation.failed.add(4);
  tabs.note(1, { focused: false, visible: true, password: true, how: 'link' });
  const { present, tabs: ids } = await snapshot(tabs, new Focus(emit));
  assert.deepEqual(ids, [1, 2, 3, 4]);
  assert.deepEqual(present, [
    { type: 'tab_opened', tab: 1, window: 10, opener: null, how: 'link' },
    { type: 'tab_opened', tab: 2, window: 10, opener: 1, how: 'unknown' },
    { type: 'tab_opened', tab: 3, window: 20, opener: null, how: 'unknown' },
    { type: 'tab_opened', tab: 4, window: 20, opener: null, how: 'unknown' },
    { type: 'tab_activated', tab: 1, window: 10 },
    { type: 'tab_activated', tab: 3, window: 20 },
    { type: 'window_focus', window: 10 },
    { type: 'navigation', tab: 1, window: 10, url: 'http://a.test/', transition: 'present', qualifiers: [] },
    { type: 'page_focus', tab: 1, focused: false },
    { type: 'page_visibility', tab: 1, visible: true },
    { type: 'password_focus', tab: 1, focused: true },
    { type: 'media', tab: 1, audible: true },
  ]);
});

test('a tab that was restored but not loaded yet has had no page', () => {
  const { tabs } = setUp([
    { id: 1, windowId: 10, url: 'http://a.test/', discarded: true },
    { id: 2, windowId: 10, url: 'http://a.test/', status: 'unloaded' },
    { id: 3, windowId: 10, url: 'http://a.test/', status: 'loading' },
  ]);
  assert.deepEqual([1, 2, 3].map((id) => tabs.get(id).navigated), [false, false, true]);
});

test('what was known of a tab outlives the worker; tabs that are gone do not', () => {
  const { tabs, emit } = setUp([{ id: 1, windowId: 10 }, { id: 2, windowId: 10 }]);
  tabs.note(1, { focused: false, document: 'D1' });
  const next = new Tabs(emit, () => {});
  next.restore(JSON.parse(JSON.stringify(tabs.entries())));
  next.meet([{ id: 1, windowId: 10 }]);
  assert.equal(next.get(1).focused, false);
  assert.equal(next.get(1).document, 'D1');
  assert.equal(next.get(2), undefined);
});
