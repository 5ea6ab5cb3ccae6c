import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

const source = (name) => readFileSync(new URL(`../src/content/${name}.js`, import.meta.url), 'utf8');

class Target {
  listeners = [];
  addEventListener = (type, listener) => this.listeners.push({ type, listener });

  /** Hands over an event as the browser would, `isTrusted` unless the test says otherwise. */
  fire(type, more = {}) {
    const event = { type, isTrusted: true, timeStamp: 40, target: this, composedPath: () => [event.target], ...more };
    for (const each of this.listeners) if (each.type === type) each.listener(event);
  }
}


/** A page with these content scripts in it: what they say, and the means to make things happen. */
function page(scripts, { outermost = true } = {}) {
  const window = new Target();
  const document = Object.assign(new Target(), {
    focused: true,
    hasFocus: () => document.focused,
    visibilityState: 'visible',
    prerendering: false,
  });
  const said = [];
  const timers = [];
  const answers = [];
  window.top = outermost ? window : {};
  const context = vm.createContext({
    window,
    document,
    addEventListener: window.addEventListener,
    setTimeout: (then) => timers.push(then),
    performance: { now: () => 50 },
    Date: { now: () => 1050 },
    location: { href: 'http://a.test/' },
    chrome: {
      runtime: {
        id: 'dwell',
        sendMessage: async (message) => said.push({ ...message }),
        onMessage: { addListener: (listener) => answers.push(listener) },
      },
    },
  });
  for (const name of ['tell', 'visit', ...scripts]) vm.runInContext(source(name), context);
  return {
    window,
    document,
    context,
    said,
    later: () => timers.splice(0).forEach((then) => then()),
    ask: (question) => {
      let answer;
      answers.forEach((listener) => listener(question, {}, (reply) => (answer = reply)));
      return answer;
    },
  };
}

test('focus: the page says when it loses and gains the keyboard, with the time of the event', () => {
  const { window, document, said } = page(['focus']);
  document.focused = false;
  window.fire('blur', { timeStamp: 45.5 });
  document.focused = true;
  window.fire('focus', { timeStamp: 48 });
  assert.deepEqual(said, [
    { type: 'page_focus', time_ms: 1045.5, focused: false },
    { type: 'page_focus', time_ms: 1048, focused: true },
  ]);
});

test('focus: nothing is lost while a frame inside has the keyboard, nor by events that the page made', () => {
  const { window, document, said, later } = page(['focus']);
  later();
  said.length = 0;
  window.fire('blur');
  document.focused = false;
  window.fire('blur', { isTrusted: false });
  window.fire('blur', { target: {} });
  assert.deepEqual(said, []);
});

test('focus: a page that leaves, or that nobody sees yet, says nothing', () => {
  const { window, document, said, later } = page(['focus']);
  document.focused = false;
  window.fire('pagehide');
  window.fire('blur');
  window.fire('pageshow');
  document.prerendering = true;
  window.fire('blur');
  document.visibilityState = 'hidden';
  document.prerendering = false;
  later();
  assert.deepEqual(said, []);
});

test('focus: a page that begins with the address bar in use says so after a moment', () => {
  const { document, said, later } = page(['focus']);
  document.focused = false;
  later();
  assert.deepEqual(said, [{ type: 'page_focus', time_ms: 1050, focused: false }]);
});

test('focus: a page that comes back from the back-forward cache says again what it has', () => {
  const { window, said, later } = page(['focus']);
  later();
  window.fire('pagehide');
  window.fire('pageshow', { persisted: true });
  assert.deepEqual(said.map((message) => message.focused), [true, true]);
});

test('focus: the outermost frame answers for all; the others speak only when something changes', () => {
  assert.equal(page(['focus']).ask('has_focus'), true);
  const inner = page(['focus'], { outermost: false });
  inner.document.focused = false;
  inner.later();
  inner.window.fire('blur');
  assert.deepEqual(inner.said, []);
  assert.equal(inner.ask('has_focus'), undefined);
});

test('visibility: told at the start and at each change, not while the page leaves', () => {
  const { window, document, said } = page(['visibility']);
  document.visibilityState = 'hidden';
  document.fire('visibilitychange', { isTrusted: false });
  document.fire('visibilitychange');
  window.fire('pagehide');
  document.fire('visibilitychange');
  assert.deepEqual(said.map((message) => message.visible), [true, false]);
});

test('here: a page says when it began until somebody has noted it, and no oftener', async () => {
  const { context, said, later } = page(['here']);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(said, [{ here: 1050 }]);
  await turn();
  later();
  await turn();
  assert.deepEqual(said, [{ here: 1050 }, { here: 1050 }]);
  context.chrome.runtime.sendMessage = async (message) => {
    said.push({ ...message });
    return true;
  };
  for (let i = 0; i < 5; i++) {
    later();
    await turn();
  }
  assert.equal(said.length, 3);
});

test('here: where nobody ever answers it gives up', async () => {
  const { said, later } = page(['here']);
  for (let i = 0; i < 50; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    later();
  }
  assert.equal(said.length, 8);
});

test('here: a page that comes back from the back-forward cache says so again', async () => {
  const { window, said, context } = page(['here']);
  context.chrome.runtime.sendMessage = async (message) => said.push({ ...message }) > 0;
  window.fire('pageshow', { persisted: true });
  assert.deepEqual(said, [{ here: 1050 }, { here: 1040 }]);
});
