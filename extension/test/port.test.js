import assert from 'node:assert/strict';
import test from 'node:test';
import { Outbox } from '../src/background/outbox.js';
import { HOST, MAX_MESSAGE_CHARACTERS, Port } from '../src/background/port.js';
import { FakeClock, fakeChrome, settle } from './fake_chrome.js';

const hello = { type: 'browser_connected', browser: 'b', time_ms: 1 };
const focus = { type: 'window_focus', browser: 'b', time_ms: 1, window: 1 };
const closed = (tab, time_ms = 1_000_000) => ({ type: 'tab_closed', browser: 'b', tab, time_ms });
const goes = (tab, url, transition) => ({ type: 'navigation', browser: 'b', tab, url, transition, time_ms: 1_000_000 });

function setUp({ present = [focus], tabs = [1], kept = undefined } = {}) {
  const chrome = fakeChrome();
  const clock = new FakeClock();
  const outbox = new Outbox(() => {});
  if (kept) outbox.restore(kept);
  const greeting = { asked: () => Promise.resolve() };
  const greet = async () => {
    await greeting.asked();
    return { hello, session: 5, present, tabs };
  };
  const heard = [];
  const port = new Port(outbox, greet, (message) => heard.push(message), clock);
  return { chrome, clock, outbox, greeting, heard, port, ports: chrome.runtime.connections };
}

const eventsOf = (connection) => connection.sent.flatMap((message) => message.events);
const kinds = (connection) => eventsOf(connection).map((event) => event.tab ?? event.type);
const numbersOf = (connection) => connection.sent.map(({ seq }) => seq);
/** What an agent takes that has seen the same numbers before: each of them once, and all without one. */
function takenBy(connections) {
  const last = new Map();
  const taken = [];
  for (const { born, seq, events } of connections.flatMap(({ sent }) => sent)) {
    if (seq > 0 && seq <= (last.get(born) ?? 0)) continue;
    if (seq > 0) last.set(born, seq);
    taken.push(...events);
  }
  return taken.filter((event) => event.type === 'tab_closed').map((event) => event.tab);
}

test('a connection begins with browser_connected, then what waited, then what is there', async () => {
  const { port, ports, clock } = setUp();
  port.send(closed(7));
  port.connect();
  await settle();
  assert.equal(ports[0].host, HOST);
  const from = { v: 1, born: clock.time, sent_ms: clock.time };
  assert.deepEqual(ports[0].sent, [
    { ...from, seq: 0, session: 5, events: [hello] },
    { ...from, seq: 1, events: [closed(7)] },
    { ...from, seq: 0, tabs: [1], events: [focus] },
    { ...from, seq: 0, caught_up: true, events: [] },
  ]);
});

test('what happens while the browser is asked what is there comes after the answer', async () => {
  const { port, ports, greeting } = setUp();
  let answer;
  greeting.asked = () => new Promise((resolve) => (answer = resolve));
  port.connect();
  port.send(closed(8));
  assert.equal(ports[0].sent.length, 0);
  answer();
  await settle();
  assert.deepEqual(kinds(ports[0]), ['browser_connected', 'window_focus', 8]);
});

test('a page that a tab reached while the browser was asked is told by its own navigation alone', async () => {
  const present = [goes(1, 'http://a/', 'present'), goes(2, 'http://b/', 'present'), goes(3, 'http://c/', 'present')];
  const { port, ports, greeting } = setUp({ present });
  let answer;
  greeting.asked = () => new Promise((resolve) => (answer = resolve));
  port.connect();
  port.send(goes(1, 'http://a/', 'typed'));
  port.send(goes(3, 'http://next/', 'link'));
  answer();
  await settle();
  assert.deepEqual(
    eventsOf(ports[0]).slice(1).map((event) => [event.tab, event.transition]),
    [[2, 'present'], [3, 'present'], [1, 'typed'], [3, 'link']],
  );
});

test('connected, each event is sent at once, numbered, with the time of sending', async () => {
  const { port, ports, clock } = setUp();
  const born = clock.time;
  port.connect();
  await settle();
  clock.advance(10);
  port.send(closed(1));
  clock.advance(5);
  port.send(closed(2));
  assert.deepEqual(
    ports[0].sent.slice(3).map(({ seq, sent_ms, events }) => [seq, sent_ms - born, events[0].tab]),
    [[1, 10, 1], [2, 15, 2]],
  );
});

test('what was not acknowledged is sent again under its number, what was is not', async () => {
  const { port, ports, clock } = setUp();
  port.connect();
  await settle();
  port.send(closed(1));
  ports[0].acknowledge();
  port.send(closed(2));
  ports[0].onDisconnect.fire(ports[0]);
  port.send(closed(3));
  clock.advance(1000);
  await settle();
  assert.deepEqual(kinds(ports[1]), ['browser_connected', 2, 3, 'window_focus']);
  assert.deepEqual(numbersOf(ports[1]), [0, 2, 3, 0, 0]);
  assert.equal(ports[1].sent[1].sent_ms, clock.time);
});

test('a new worker sends again what the one before had sent, under that one\'s numbers', async () => {
  const items = [{ event: closed(1), size: 50, born: 66, seq: 8 }, { event: closed(2), size: 50, born: 70, seq: 1 }];
  const { port, ports, clock } = setUp({ kept: { items, dropped: 0 } });
  port.send(closed(3));
  port.connect();
  await settle();
  const numbers = ports[0].sent.slice(1, 4).map(({ born, seq }) => [born, seq]);
  assert.deepEqual(numbers, [[66, 8], [70, 1], [clock.time, 1]]);
});

test('an event is written down under the number that it is sent under', async () => {
  const { port, ports, outbox } = setUp();
  port.connect();
  port.send(closed(1));
  const [{ born, seq }] = structuredClone(outbox.kept().items);
  await settle();
  const sent = ports[0].sent.find(({ events }) => events[0]?.tab === 1);
  assert.deepEqual([sent.born, sent.seq], [born, seq]);
});

test('wherever a connection breaks, the agent takes each event exactly once', async () => {
  for (let breaks = 0; breaks < 12; breaks++) {
    const { port, ports, clock } = setUp();
    port.connect();
    for (let step = 0; step < 12; step++) {
      await settle();
      if (step % 3 === 2) ports.at(-1).acknowledge();
      port.send(closed(step));
      if (step === breaks) ports.at(-1).onDisconnect.fire(ports.at(-1));
      clock.advance(400);
    }
    clock.advance(1000);
    await settle();
    assert.deepEqual(takenBy(ports), [...Array(12).keys()], `broken after ${breaks}`);
  }
});

test('what the agent says besides is handed on, from the connection that is open', async () => {
  const { port, ports, heard, clock } = setUp();
  port.connect();
  await settle();
  ports[0].onMessage.fire({ v: 1, inputs: true });
  ports[0].acknowledge();
  ports[0].onDisconnect.fire(ports[0]);
  clock.advance(1000);
  ports[0].onMessage.fire({ v: 1, inputs: false });
  ports[1].onMessage.fire(null);
  assert.deepEqual(heard, [{ v: 1, inputs: true }, {}]);
});

test('a connection that breaks before the browser answered leaves the events waiting', async () => {
  const { port, ports, outbox, greeting } = setUp();
  port.send(closed(1));
  let answer;
  greeting.asked = () => new Promise((resolve) => (answer = resolve));
  port.connect();
  ports[0].onDisconnect.fire(ports[0]);
  port.send(closed(2));
  answer();
  await settle();
  assert.equal(ports[0].sent.length, 0);
  assert.deepEqual(outbox.waiting(1_000_000).map(({ event }) => event), [closed(1), closed(2)]);
});

test('retries come after 1, 2, 4, ... and at most 30 seconds, and soon again once it worked', async () => {
  const { port, ports, clock } = setUp();
  const waits = [];
  port.connect();
  for (let i = 0; i < 7; i++) {
    await settle();
    ports.at(-1).onDisconnect.fire(ports.at(-1));
    const made = ports.length;
    const from = clock.time;
    while (ports.length === made) clock.advance(500);
    waits.push((clock.time - from) / 1000);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
  await settle();
  ports.at(-1).acknowledge();
  ports.at(-1).onDisconnect.fire(ports.at(-1));
  const made = ports.length;
  clock.advance(1000);
  assert.equal(ports.length, made + 1);
});

test('a second call to connect makes no second bridge', async () => {
  const { port, ports } = setUp();
  port.connect();
  port.connect();
  await settle();
  port.connect();
  assert.equal(ports.length, 1);
});

test('losses are told until an agent has heard of them', async () => {
  const { port, ports, clock } = setUp({ kept: { items: [], dropped: 3 } });
  port.connect();
  await settle();
  ports[0].onDisconnect.fire(ports[0]);
  clock.advance(1000);
  await settle();
  ports[1].acknowledge();
  ports[1].onDisconnect.fire(ports[1]);
  clock.advance(1000);
  await settle();
  assert.deepEqual(ports.map(({ sent }) => sent[0].dropped), [3, 3, undefined]);
});

test('what is there is split into messages of bounded size, in order', async () => {
  const url = `http://a.test/${'x'.repeat(8000)}`;
  const present = Array.from({ length: 100 }, (_, tab) => goes(tab, url, 'present'));
  const { port, ports } = setUp({ present });
  port.connect();
  await settle();
  assert.ok(ports[0].sent.length > 7);
  for (const message of ports[0].sent) {
    assert.ok(JSON.stringify(message).length < MAX_MESSAGE_CHARACTERS + 1000);
  }
  assert.deepEqual(ports[0].sent.filter(({ tabs }) => tabs).length, 1);
  assert.deepEqual(eventsOf(ports[0]).slice(1).map((event) => event.tab), [...Array(100).keys()]);
});
