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

class Element {
  constructor(selectors = []) {
    this.selectors = selectors;
  }

  matches(selector) {
    return this.selectors.some((each) => selector.includes(each));
  }
}
class HTMLFormElement extends Element {
  elements = [];
}
class InputEvent {}

/** A page with these content scripts in it: what they say, and the means to make things happen. */
function page(scripts, { outermost = true } = {}) {
  const window = new Target();
  const document = Object.assign(new Target(), {
    focused: true,
    hasFocus: () => document.focused,
    visibilityState: 'visible',
    prerendering: false,
    scrollingElement: { scrollTop: 0, clientHeight: 200, scrollHeight: 1000 },
    passwordFields: [],
    querySelectorAll: () => document.passwordFields,
  });
  const said = [];
  const timers = [];
  const answers = [];
  const mutations = [];
  window.top = outermost ? window : {};
  const context = vm.createContext({
    window,
    document,
    addEventListener: window.addEventListener,
    setTimeout: (then) => timers.push(then),
    performance: { now: () => 50 },
    Date: { now: () => 1050 },
    location: { href: 'http://a.test/' },
    Element,
    HTMLFormElement,
    InputEvent,
    MutationObserver: class {
      constructor(then) {
        mutations.push(then);
      }

      observe() {}
    },
    chrome: {
      runtime: {
        id: 'dwell',
        sendMessage: async (message) => said.push({ ...message }),
        onMessage: { addListener: (listener) => answers.push(listener) },
      },
    },
  });
  for (const name of ['tell', ...scripts]) vm.runInContext(source(name), context);
  return {
    window,
    document,
    context,
    said,
    later: () => timers.splice(0).forEach((then) => then()),
    mutate: () => mutations.forEach((then) => then()),
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
  window.fire('blur', { target: new Element() });
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

test('scroll: the deepest point, at most once in a while, and again from the top for a new address', () => {
  const { window, document, context, said, later } = page(['scroll']);
  const scrollTo = (top) => {
    document.scrollingElement.scrollTop = top;
    document.fire('scroll');
  };
  window.fire('load');
  scrollTo(100);
  scrollTo(300);
  later();
  scrollTo(200);
  later();
  context.location.href = 'http://a.test/pushed';
  scrollTo(0);
  later();
  context.location.href = 'http://a.test/pushed#part';
  scrollTo(100);
  later();
  assert.deepEqual(said.map((message) => message.percent), [20, 50, 20, 30]);
});

test('scroll: what is not seen is not deep', () => {
  const { window, document, said, later } = page(['scroll']);
  document.visibilityState = 'hidden';
  window.fire('load');
  document.fire('scroll', { isTrusted: false });
  document.fire('scroll');
  later();
  assert.deepEqual(said, []);
});

const typed = (target, data) =>
  Object.assign(new InputEvent(), { type: 'input', isTrusted: true, target, composedPath: () => [target], ...data });

test('forms: counts of fields, characters and fillings, and nothing of passwords or fake events', () => {
  const { document, said, later } = page(['forms']);
  const input = (event) => document.listeners.forEach(({ type, listener }) => type === 'input' && listener(event));
  const [name, mail, secret] = [new Element(), new Element([':autofill']), new Element(['[type=password]'])];
  input(typed(name, { inputType: 'insertText' }));
  input(typed(name, { inputType: 'insertText' }));
  input(typed(name, { inputType: 'deleteContentBackward' }));
  input(typed(secret, { inputType: 'insertText' }));
  input(typed(name, { inputType: 'insertText', isTrusted: false }));
  document.fire('input', { target: mail });
  document.fire('input', { target: mail });
  later();
  input(typed(name, { inputType: 'insertText' }));
  later();
  assert.deepEqual(said, [
    { type: 'form', time_ms: 1050, fields: 2, characters: 2, autofilled: 1 },
    { type: 'form', time_ms: 1050, fields: 0, characters: 1, autofilled: 0 },
  ]);
});

test('login: a visible password field is told once per address, whenever it appears', () => {
  const { document, context, said, later, mutate } = page(['login']);
  const field = new Element();
  let shown = false;
  field.getBoundingClientRect = () => ({ width: 100, height: 20 });
  field.checkVisibility = () => shown;
  document.passwordFields = [field];
  document.fire('DOMContentLoaded');
  assert.deepEqual(said, []);
  shown = true;
  mutate();
  mutate();
  later();
  mutate();
  later();
  context.location.href = 'http://a.test/next';
  mutate();
  later();
  assert.deepEqual(said.map((message) => message.type), ['login_form', 'login_form']);
});

test('login: the keyboard in a password field, and the form sent off', () => {
  const { document, said } = page(['login']);
  const [name, secret, form] = [new Element(), new Element(['[type=password]']), new HTMLFormElement()];
  form.elements = [name, secret];
  document.fire('focusin', { target: name });
  document.fire('focusin', { target: secret, isTrusted: false });
  document.fire('focusin', { target: secret });
  document.fire('focusout', { target: secret });
  document.fire('submit', { target: form, isTrusted: false });
  document.fire('submit', { target: form });
  form.elements = [name];
  document.fire('submit', { target: form });
  assert.deepEqual(
    said.map(({ type, focused }) => [type, focused]),
    [['password_focus', true], ['password_focus', false], ['login_submitted', undefined]],
  );
});
