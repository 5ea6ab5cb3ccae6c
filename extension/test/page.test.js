import assert from 'node:assert/strict';
import test from 'node:test';
import { Focus } from '../src/background/focus.js';
import { Page } from '../src/background/page.js';
import { Tabs } from '../src/background/tabs.js';
import { collect, fakeChrome } from './fake_chrome.js';

function setUp() {
  const chrome = fakeChrome({ tabs: [{ id: 1, windowId: 10, active: true }] });
  const { told, emit } = collect();
  const tabs = new Tabs(emit, () => {});
  tabs.meet(chrome.tabs.all);
  const page = new Page(emit, tabs, new Focus(emit));
  const says = (message, sender = {}) =>
    page.says(message, { tab: { id: 1 }, frameId: 0, documentLifecycle: 'active', documentId: 'D1', ...sender });
  const pageTold = () => told.filter((event) => event.type !== 'window_focus');
  return { chrome, told, pageTold, tabs, says };
}

const focus = (time_ms, focused) => ({ type: 'page_focus', time_ms, focused });

test('the page loses and gains the keyboard at the times that it says', async () => {
  const { pageTold, says } = setUp();
  await says(focus(100.5, false));
  await says(focus(200.5, true));
  assert.deepEqual(pageTold(), [
    { at: 100.5, type: 'page_focus', tab: 1, focused: false },
    { at: 200.5, type: 'page_focus', tab: 1, focused: true },
  ]);
});

test('a page has the keyboard until it says otherwise, and says nothing twice', async () => {
  const { pageTold, says } = setUp();
  await says(focus(100, true));
  await says(focus(200, false));
  await says(focus(300, false));
  assert.equal(pageTold().length, 1);
});

test('a blur is a reason to ask who has the focus', async () => {
  const { chrome, told, says } = setUp();
  chrome.windows.focused = { id: 10, focused: false };
  await says(focus(100, false));
  assert.deepEqual(told.filter((event) => event.type === 'window_focus'), [
    { at: 100, type: 'window_focus', window: null },
  ]);
});

test('a frame that loses the keyboard to the page around it is no loss of the page', async () => {
  const { chrome, pageTold, says } = setUp();
  chrome.tabs.topHasFocus = true;
  await says(focus(100, false), { frameId: 5 });
  assert.deepEqual(pageTold(), []);
  chrome.tabs.topHasFocus = false;
  await says(focus(200, false), { frameId: 5 });
  assert.deepEqual(pageTold(), [{ at: 200, type: 'page_focus', tab: 1, focused: false }]);
});

test('documents that are prerendered, cached or about to go have no say', async () => {
  const { pageTold, says } = setUp();
  for (const documentLifecycle of ['prerender', 'cached', 'pending_deletion']) {
    await says(focus(100, false), { documentLifecycle });
    await says({ type: 'page_visibility', time_ms: 100, visible: true }, { documentLifecycle });
  }
  assert.deepEqual(pageTold(), []);
});

test('visibility begins false and is told when it changes', async () => {
  const { pageTold, says } = setUp();
  await says({ type: 'page_visibility', time_ms: 1, visible: false });
  await says({ type: 'page_visibility', time_ms: 2, visible: true });
  await says({ type: 'page_visibility', time_ms: 3, visible: true });
  assert.deepEqual(pageTold(), [{ at: 2, type: 'page_visibility', tab: 1, visible: true }]);
});

test('the depth counts for the page that was scrolled, whatever the clocks say at a commit', async () => {
  const { pageTold, tabs, says } = setUp();
  tabs.note(1, { document: 'D2', since: 500 });
  await says({ type: 'scroll_depth', time_ms: 502, percent: 40 }, { documentId: 'D1', documentLifecycle: 'cached' });
  await says({ type: 'scroll_depth', time_ms: 498, percent: 20 }, { documentId: 'D2' });
  assert.deepEqual(pageTold().map(({ at, percent }) => [at, percent]), [[499, 40], [500, 20]]);
});

test('messages without a tab, or from one that is gone, are not told', async () => {
  const { told, says } = setUp();
  await says(focus(100, false), { tab: undefined });
  await says(focus(100, false), { tab: { id: 99 } });
  assert.deepEqual(told, []);
});

test('a list is what each of it says, up to a bound, and what is none of it costs only itself', async () => {
  const { pageTold, says } = setUp();
  const input = { type: 'input', kind: 'scroll', count: 1, time_ms: 100 };
  await says([input, { type: 'holiday', time_ms: 1 }, [input], 'input', focus(300, false)]);
  assert.deepEqual(pageTold().map(({ type, at }) => [type, at]), [['input', 100], ['page_focus', 300]]);
  await says(Array.from({ length: 100_000 }, () => input));
  assert.ok(pageTold().length < 100);
});
