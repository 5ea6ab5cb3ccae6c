import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_AGE_MS, MAX_CHARACTERS, MAX_EVENTS, Outbox } from '../src/background/outbox.js';

const closed = (tab, time_ms = 1000) => ({ type: 'tab_closed', browser: 'b', tab, time_ms });
const tabsOf = (items) => items.map(({ event }) => event.tab);
const newOutbox = () => new Outbox(() => {});
const addAll = (outbox, ...events) => events.map((event, index) => outbox.add(event, 77, index + 1));

test('events wait in the order in which they came, until they are acknowledged', () => {
  const outbox = newOutbox();
  addAll(outbox, closed(1), closed(2), closed(3));
  assert.deepEqual(tabsOf(outbox.waiting(1000)), [1, 2, 3]);
  outbox.acknowledged(77, 1);
  assert.deepEqual(tabsOf(outbox.waiting(1000)), [2, 3]);
  outbox.acknowledged(77, 2);
  assert.deepEqual(tabsOf(outbox.waiting(1000)), [3]);
});

test('an acknowledgement is for the worker that gave the numbers', () => {
  const outbox = newOutbox();
  outbox.add(closed(1), 66, 5);
  outbox.add(closed(2), 77, 1);
  outbox.acknowledged(77, 9);
  assert.deepEqual(tabsOf(outbox.waiting(1000)), [1]);
  outbox.acknowledged(66, 5);
  assert.deepEqual(tabsOf(outbox.waiting(1000)), []);
});

test('beyond the limit the oldest go, and are counted', () => {
  const outbox = newOutbox();
  for (let tab = 0; tab < MAX_EVENTS + 3; tab++) outbox.add(closed(tab), 77, tab + 1);
  const waiting = outbox.waiting(1000);
  assert.equal(waiting.length, MAX_EVENTS);
  assert.equal(waiting[0].event.tab, 3);
  assert.equal(outbox.dropped, 3);
});

test('losses are told once', () => {
  const outbox = newOutbox();
  outbox.restore({ items: [], dropped: 5 });
  outbox.lossesTold(3);
  assert.equal(outbox.dropped, 2);
});

test('long addresses are bounded by their size', () => {
  const outbox = newOutbox();
  const url = `http://a.test/${'x'.repeat(8000)}`;
  for (let tab = 0; tab < 500; tab++) outbox.add({ ...closed(tab), type: 'navigation', url }, 77, tab);
  const waiting = outbox.waiting(1000);
  assert.ok(JSON.stringify(waiting.map(({ event }) => event)).length <= MAX_CHARACTERS + 1000);
  assert.equal(waiting.length + outbox.dropped, 500);
  assert.equal(waiting.at(-1).event.tab, 499);
});

test('what waited longer than an absence of the agent may last is given up and counted', () => {
  const outbox = newOutbox();
  addAll(outbox, closed(1, 1000), closed(2, 2000), closed(3, 1500 + MAX_AGE_MS));
  assert.deepEqual(tabsOf(outbox.kept().items), [2, 3]);
  assert.deepEqual(tabsOf(outbox.waiting(2001 + MAX_AGE_MS)), [3]);
  assert.deepEqual(tabsOf(outbox.waiting(10 * MAX_AGE_MS)), []);
  assert.equal(outbox.dropped, 3);
});

test('what an earlier worker kept comes first, under its own numbers', () => {
  const outbox = newOutbox();
  outbox.add(closed(2), 77, 1);
  outbox.restore({ items: [{ event: closed(1), size: 50, born: 66, seq: 8 }], dropped: 4 });
  assert.deepEqual(outbox.waiting(1000).map(({ event, seq }) => [event.tab, seq]), [[1, 8], [2, 1]]);
  assert.equal(outbox.dropped, 4);
});

test('every change is announced, so that it can be remembered', () => {
  let changes = 0;
  const outbox = new Outbox(() => changes++);
  outbox.add(closed(1), 77, 1);
  assert.equal(changes, 1);
  outbox.acknowledged(77, 1);
  assert.equal(changes, 2);
  outbox.acknowledged(77, 1);
  assert.equal(changes, 2);
});
