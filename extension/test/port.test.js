import assert from 'node:assert/strict';
import test from 'node:test';
import { ALARM, HOST, MAX_MESSAGE_CHARACTERS, Port, SETTLE_MS } from '../src/background/port.js';
import { Queue } from '../src/background/queue.js';
import { FakeClock, fakeChrome, settle } from './fake_chrome.js';

const hello = { type: 'browser_connected', browser: 'b', time_ms: 1 };
const focus = { type: 'window_focus', browser: 'b', time_ms: 1, window: 1 };
const closed = (tab, time_ms = 1_000_000) => ({ type: 'tab_closed', browser: 'b', tab, time_ms });
const goes = (tab, url, transition) => ({ type: 'navigation', browser: 'b', tab, url, transition, time_ms: 1_000_000 });

function setUp({ present = [focus] } = {}) {
  const chrome = fakeChrome();
  const clock = new FakeClock();
  const queue = new Queue(() => {});
  const greeting = {};
  greeting.asked = () => Promise.resolve();
  const greet = async () => {
    await greeting.asked();
    return { hello, present };
  };
  return { chrome, clock, queue, greeting, port: new Port(queue, greet, clock), ports: chrome.runtime.connections };
}

const eventsOf = (connection) => connection.sent.flatMap((message) => message.events);
const kinds = (connection) => eventsOf(connection).map((event) => event.tab ?? event.type);

test('a connection begins with browser_connected, then what waited, then what is there', async () => {
  const { port, ports, queue, clock } = setUp();
  queue.add(closed(7));
  port.connect();
  await settle();
  assert.equal(ports[0].host, HOST);
  assert.deepEqual(ports[0].sent, [
    { v: 1, born: clock.time, seq: 1, sent_ms: clock.time, events: [hello, closed(7), focus] },
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
    ports[0].sent.slice(1).map(({ seq, sent_ms, events }) => [seq, sent_ms - born, events[0].tab]),
    [[2, 10, 1], [3, 15, 2]],
  );
});

test('a page told by its own navigation is not told again as present', async () => {
  const { port, ports, queue } = setUp({ present: [goes(1, 'http://a/', 'present'), goes(2, 'http://b/', 'present')] });
  queue.add(goes(1, 'http://a/', 'typed'), goes(2, 'http://old/', 'link'));
  port.connect();
  await settle();
  assert.deepEqual(
    eventsOf(ports[0]).slice(1).map((event) => [event.tab, event.transition]),
    [[1, 'typed'], [2, 'link'], [2, 'present']],
  );
});

test('without an agent nothing is lost: the events wait again and the numbers start over', async () => {
  const { port, ports, clock } = setUp();
  port.connect();
  await settle();
  port.send(closed(1));
  ports[0].onDisconnect.fire();
  port.send(closed(2));
  clock.advance(1000);
  await settle();
  assert.deepEqual(kinds(ports[1]), ['browser_connected', 1, 2, 'window_focus']);
  assert.equal(ports[1].sent[0].seq, 1);
});

test('what a settled connection was given is not sent twice, and the numbers go on', async () => {
  const { port, ports, clock } = setUp();
  port.connect();
  await settle();
  port.send(closed(1));
  clock.advance(SETTLE_MS);
  ports[0].onDisconnect.fire();
  clock.advance(1000);
  await settle();
  assert.deepEqual(kinds(ports[1]), ['browser_connected', 'window_focus']);
  assert.equal(ports[1].sent[0].seq, 3);
});

test('a connection that breaks before the browser answered leaves the events waiting', async () => {
  const { port, ports, queue, greeting } = setUp();
  queue.add(closed(1));
  let answer;
  greeting.asked = () => new Promise((resolve) => (answer = resolve));
  port.connect();
  ports[0].onDisconnect.fire();
  port.send(closed(2));
  answer();
  await settle();
  assert.equal(ports[0].sent.length, 0);
  assert.deepEqual(queue.peek().events, [closed(1), closed(2)]);
});

test('retries come after 1, 2, 4, ... and at most 30 seconds, and soon again once it worked', async () => {
  const { port, ports, clock } = setUp();
  const waits = [];
  port.connect();
  for (let i = 0; i < 7; i++) {
    await settle();
    ports.at(-1).onDisconnect.fire();
    const made = ports.length;
    const from = clock.time;
    while (ports.length === made) clock.advance(500);
    waits.push((clock.time - from) / 1000);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
  await settle();
  clock.advance(SETTLE_MS);
  ports.at(-1).onDisconnect.fire();
  const made = ports.length;
  clock.advance(1000);
  assert.equal(ports.length, made + 1);
});

test('an alarm stands by while there is no connection, and only then', async () => {
  const { port, ports, chrome, clock } = setUp();
  port.connect();
  await settle();
  ports[0].onDisconnect.fire();
  assert.ok(chrome.alarms.set.has(ALARM));
  clock.advance(1000);
  await settle();
  clock.advance(SETTLE_MS);
  assert.ok(!chrome.alarms.set.has(ALARM));
});

test('a second call to connect makes no second bridge', async () => {
  const { port, ports } = setUp();
  port.connect();
  port.connect();
  await settle();
  port.connect();
  assert.equal(ports.length, 1);
});

test('losses are told once, in the first message', async () => {
  const { port, ports, queue } = setUp();
  queue.putBack({ events: [closed(1)], dropped: 3 });
  port.connect();
  await settle();
  port.send(closed(2));
  assert.deepEqual(ports[0].sent.map((message) => message.dropped), [3, undefined]);
});

test('much is split into messages of bounded size, in order', async () => {
  const { port, ports, queue } = setUp();
  const url = `http://a.test/${'x'.repeat(8000)}`;
  for (let tab = 0; tab < 100; tab++) queue.add(goes(tab, url, 'link'));
  port.connect();
  await settle();
  assert.ok(ports[0].sent.length > 7);
  for (const message of ports[0].sent) {
    assert.ok(JSON.stringify(message).length < MAX_MESSAGE_CHARACTERS + 1000);
  }
  assert.deepEqual(ports[0].sent.map((message) => message.seq), ports[0].sent.map((_, i) => i + 1));
  assert.deepEqual(eventsOf(ports[0]).slice(1, -1).map((event) => event.tab), [...Array(100).keys()]);
});
