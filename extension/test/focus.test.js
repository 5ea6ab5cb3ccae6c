import assert from 'node:assert/strict';
import test from 'node:test';
import { Focus } from '../src/background/focus.js';
import { collect, fakeChrome } from './fake_chrome.js';

function setUp(focused) {
  const chrome = fakeChrome({ focused });
  const { told, emit } = collect();
  return { chrome, told, focus: new Focus(emit) };
}

test('a change is told once, at the time of its sign, not of the answer', async () => {
  const { chrome, told, focus } = setUp({ id: 1, focused: true });
  await focus.look(100);
  chrome.windows.focused = { id: 2, focused: true };
  await Promise.all([focus.look(200), focus.look(205)]);
  await focus.look(300);
  assert.deepEqual(told.map(({ at, window }) => [at, window]), [[100, 1], [200, 2]]);
});

test('a window that is the last but not focused means that the browser lost the focus', async () => {
  const { chrome, told, focus } = setUp({ id: 1, focused: true });
  await focus.look(100);
  chrome.windows.focused = { id: 1, focused: false };
  await focus.look(200);
  assert.equal(told[1].window, null);
});

test('a browser without windows has no focus', async () => {
  const { chrome, told, focus } = setUp({ id: 1, focused: true });
  await focus.look(100);
  chrome.windows.getLastFocused = async () => {
    throw new Error('No last-focused window');
  };
  await focus.look(200);
  assert.equal(told[1].window, null);
});

test('an answer that was overtaken by a later question is not told', async () => {
  const { chrome, told, focus } = setUp();
  const answers = [];
  chrome.windows.getLastFocused = () => new Promise((resolve) => answers.push(resolve));
  const first = focus.look(100);
  const second = focus.look(110);
  answers[1]({ id: 1, focused: false });
  await second;
  answers[0]({ id: 1, focused: true });
  await first;
  assert.deepEqual(told.map((event) => event.window), [null]);
});

test('the newest answer comes last in time too, even if its sign is older', async () => {
  const { chrome, told, focus } = setUp({ id: 1, focused: false });
  await focus.look(100);
  chrome.windows.focused = { id: 1, focused: true };
  await focus.look(98.5);
  assert.deepEqual(told.map(({ at, window }) => [at, window]), [[100, null], [100, 1]]);
});

test('what was told to a new connection is no news after it', async () => {
  const { told, focus } = setUp({ id: 4, focused: true });
  assert.deepEqual(await focus.now(), { type: 'window_focus', window: 4 });
  await focus.look(100);
  assert.deepEqual(told, []);
});
