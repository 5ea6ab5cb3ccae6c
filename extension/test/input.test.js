import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';

const source = (name) => readFileSync(new URL(`../src/content/${name}.js`, import.meta.url), 'utf8');

class Element {
  constructor(...selectors) {
    this.selectors = selectors;
  }

  matches(selector) {
    return this.selectors.some((each) => selector.includes(each));
  }
}

/** A page at a wall clock of `now`, asked for inputs or not: what it says, and the means to make things happen. */
async function page({ wanted = true, scripts = ['tell', 'input'] } = {}) {
  const listeners = new Map();
  const told = [];
  const messages = [];
  const heard = [];
  const timers = [];
  /** Those open to the worker. */
  const ports = [];
  const hear = (message) => {
    messages.push(message);
    told.push(...[message].flat().map((each) => ({ ...each })));
  };
  const clock = { now: 1_000_000 };
  const context = vm.createContext({
    document: { prerendering: false },
    addEventListener: (type, listener) => listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    removeEventListener: (type, listener) =>
      listeners.set(type, (listeners.get(type) ?? []).filter((each) => each !== listener)),
    setTimeout: (then, ms) => {
      timers.push({ then, at: clock.now + ms });
      return timers.at(-1);
    },
    clearTimeout: (timer) => {
      if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
    },
    performance: { now: () => clock.now - 1_000_000 },
    Date: { now: () => clock.now },
    Element,
    chrome: {
      runtime: {
        id: 'x',
        sendMessage: (message) => {
          if (message === 'inputs_wanted') return Promise.resolve(wanted);
          hear(message);
          return Promise.resolve();
        },
        connect: ({ name }) => {
          const port = {
            name,
            postMessage: hear,
            disconnect: () => ports.splice(ports.indexOf(port), 1),
            onDisconnect: { addListener: (listener) => (port.end = () => (port.disconnect(), listener())) },
          };
          ports.push(port);
          return port;
        },
        onMessage: { addListener: (listener) => heard.push(listener) },
      },
    },
  });
  for (const name of scripts) vm.runInContext(source(name), context);
  await new Promise(setImmediate);

  const fire = (type, more = {}) => {
    const event = { isTrusted: true, timeStamp: clock.now - 1_000_000, target: new Element(), ...more };
    for (const listener of listeners.get(type) ?? []) listener(event);
  };
  const later = (ms) => {
    clock.now += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= clock.now) timer.then();
      else timers.push(timer);
    }
  };
  return {
    told,
    messages,
    ports,
    fire,
    later,
    say: (word) => heard.forEach((listener) => listener(word)),
    press: (key, more = {}) =>
      fire('keydown', {
        key, code: `Key${key.toUpperCase()}`, repeat: false, getModifierState: () => false,
        ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more,
      }),
    listening: () => [...listeners].filter(([type, all]) => type !== 'pagehide' && type !== 'pageshow' && all.length)
      .length,
    classes: () => Object.fromEntries(told.filter((each) => each.kind === 'key').map((e) => [e.key_class, e.count])),
  };
}

test('nothing is listened to unless the agent asks, and no more when it no longer does', async () => {
  const { listening, press, later, told, say } = await page({ wanted: false });
  assert.equal(listening(), 0);
  press('a');
  later(1000);
  assert.deepEqual(told, []);
  say('tell_inputs');
  press('a');
  say('no_inputs');
  assert.equal(told.length, 1);
  assert.equal(listening(), 0);
});

test('keys come as counts of their class, once a quarter of a second, with the time at which it began', async () => {
  const { press, later, told, messages } = await page();
  later(90);
  for (const letter of 'dwell') press(letter);
  later(30);
  press('Backspace');
  assert.deepEqual(told, []);
  later(130);
  assert.deepEqual(told, [
    { time_ms: 1_000_000, type: 'input', kind: 'key', count: 5, key_class: 'character' },
    { time_ms: 1_000_000, type: 'input', kind: 'key', count: 1, key_class: 'deletion' },
  ]);
  press('a');
  later(250);
  assert.equal(told[2].time_ms, 1_000_250);
  assert.deepEqual(messages.map((each) => each.length), [2, 1], 'one message each time');
});

test('the same letters in another order make the same message', async () => {
  const messages = [];
  for (const keys of [['a', 'Backspace', 'b'], ['x', 'y', 'Backspace']]) {
    const { press, later, told } = await page();
    for (const key of keys) {
      press(key);
      later(40);
    }
    later(250);
    messages.push(told);
  }
  assert.deepEqual(messages[0], messages[1]);
});

test('keys have the classes of the hook', async () => {
  const table = [
    ['a', {}, 'character'], ['é', {}, 'character'], ['я', {}, 'character'], ['😀', {}, 'character'],
    [' ', {}, 'character'],
    ['Dead', {}, 'character'], ['Process', {}, 'character'],
    ['@', { ctrlKey: true, altKey: true, getModifierState: (name) => name === 'AltGraph' }, 'character'],
    ['Backspace', {}, 'deletion'], ['Delete', {}, 'deletion'],
    ['ArrowLeft', {}, 'cursor'], ['Home', {}, 'cursor'], ['ArrowDown', {}, 'list'], ['PageUp', {}, 'list'],
    ['Enter', {}, 'accept'], ['Tab', { shiftKey: true }, 'tab'], ['Escape', {}, 'escape'],
    ['v', { ctrlKey: true }, 'paste'], ['V', { ctrlKey: true, shiftKey: true }, 'paste'],
    ['м', { ctrlKey: true, code: 'KeyV' }, 'paste'], ['Insert', { shiftKey: true }, 'paste'],
    ['f', { ctrlKey: true }, 'find'], ['g', { ctrlKey: true }, 'find'], ['F3', {}, 'find'],
    ['l', { ctrlKey: true }, 'shortcut'], ['v', { ctrlKey: true, altKey: true }, 'shortcut'],
    ['ArrowLeft', { ctrlKey: true }, 'shortcut'], ['e', { metaKey: true }, 'shortcut'],
    ['Shift', { shiftKey: true }, 'modifier'], ['AltGraph', {}, 'modifier'], ['F5', {}, 'function'],
    ['Insert', {}, 'other'], ['AudioVolumeUp', {}, 'other'], ['constructor', {}, 'other'],
  ];
  for (const [key, more, expected] of table) {
    const { press, later, classes } = await page();
    press(key, more);
    later(250);
    assert.deepEqual(classes(), { [expected]: 1 }, `${key} ${JSON.stringify(more)}`);
  }
});

test('a key held down is one press', async () => {
  const { press, later, classes } = await page();
  press('x');
  for (let i = 0; i < 5; i++) press('x', { repeat: true });
  later(250);
  assert.deepEqual(classes(), { character: 1 });
});

test('of a password only that something was keyed', async () => {
  const { press, later, classes } = await page();
  const field = new Element('[type=password]');
  for (const key of ['a', 'b', 'Backspace', 'c']) press(key, { target: field });
  later(250);
  assert.deepEqual(classes(), { other: 1 });
});

test('motion counts per 50 ms with at least 3 px, with its path', async () => {
  const { fire, later, told } = await page();
  const move = (x, y) => fire('pointermove', { pointerType: 'mouse', screenX: x, screenY: y });
  move(100, 100);
  move(103, 104);
  later(50);
  move(104, 104);
  later(50);
  move(110, 112);
  later(250);
  assert.deepEqual(told, [{ time_ms: 1_000_000, type: 'input', kind: 'mouse_move', count: 2, distance_px: 15 }]);
});

test('a trembling mouse is nobody', async () => {
  const { fire, later, told } = await page();
  for (let i = 0; i < 100; i++) {
    fire('pointermove', { pointerType: 'mouse', screenX: 100 + (i % 2), screenY: 100 });
    later(26);
  }
  assert.deepEqual(told, []);
});

test('a wheel counts its notches, two fingers a notch for each notch\'s worth', async () => {
  const { fire, later, told } = await page();
  fire('wheel', { wheelDeltaX: 0, wheelDeltaY: -120 });
  fire('wheel', { wheelDeltaX: 0, wheelDeltaY: -240 });
  later(250);
  assert.equal(told[0].kind, 'scroll');
  assert.equal(told[0].count, 3);
  for (let i = 0; i < 3; i++) fire('wheel', { wheelDeltaX: 0, wheelDeltaY: -180 });
  later(250);
  assert.equal(told[1].count, 3);
  for (let i = 0; i < 10; i++) {
    fire('wheel', { wheelDeltaX: 0, wheelDeltaY: 12 });
    later(10);
  }
  later(250);
  assert.equal(told.length, 3);
  assert.equal(told[2].count, 1);
});

test('buttons count down and up, fingers as touches and not as the mouse that the browser makes of them', async () => {
  const { fire, later, told } = await page();
  fire('mousedown');
  fire('mouseup');
  fire('touchstart', { changedTouches: [{}, {}] });
  fire('mousedown', { sourceCapabilities: { firesTouchEvents: true } });
  fire('mouseup', { mozInputSource: 5 });
  later(250);
  const kinds = Object.fromEntries(told.map(({ kind, count }) => [kind, count]));
  assert.deepEqual(kinds, { mouse_down: 1, mouse_up: 1, touch: 2 });
});

test('what the page itself makes is not looked at', async () => {
  const { fire, press, later, told } = await page();
  press('a', { isTrusted: false });
  for (const type of ['mousedown', 'pointermove', 'wheel', 'touchstart']) fire(type, { isTrusted: false });
  later(250);
  assert.deepEqual(told, []);
});

test('a finger that moves is no mouse', async () => {
  const { fire, later, told } = await page();
  for (let x = 0; x < 100; x += 10) fire('pointermove', { pointerType: 'touch', screenX: x, screenY: 0 });
  later(250);
  assert.deepEqual(told, []);
});

test('what waits is told when the page goes, which leaves no port behind', async () => {
  const { fire, press, later, told, ports } = await page();
  press('a');
  later(250);
  assert.equal(ports.length, 1);
  fire('mousedown');
  fire('pagehide');
  assert.deepEqual(told.map(({ kind }) => kind), ['key', 'mouse_down']);
  assert.equal(ports.length, 0);
});

test('one port serves all, and the next one when the worker has ended', async () => {
  const { press, later, told, ports } = await page();
  assert.equal(ports.length, 0, 'none before there is something to tell');
  for (let i = 0; i < 3; i++) {
    press('a');
    later(250);
  }
  const [first] = ports;
  assert.equal(first.name, 'inputs');
  assert.equal(ports.length, 1);
  first.end();
  assert.equal(ports.length, 0);
  press('a');
  later(250);
  assert.equal(ports.length, 1);
  assert.equal(told.length, 4);
});

test('run twice in a page, as an update does, it counts once', async () => {
  const { press, later, classes, told } = await page({ scripts: ['tell', 'input', 'input'] });
  press('a');
  later(250);
  assert.deepEqual(classes(), { character: 1 });
  assert.equal(told.length, 1);
});
