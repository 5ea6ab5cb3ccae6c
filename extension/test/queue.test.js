import assert from 'node:assert/strict';
import test from 'node:test';
import { MAX_AGE_MS, MAX_CHARACTERS, MAX_EVENTS, Queue } from '../src/background/queue.js';

const closed = (tab, time_ms = 1000) => ({ type: 'tab_closed', browser: 'b', tab, time_ms });
const tabsOf = ({ events }) => events.map((event) => event.tab);
const newQueue = () => new Queue(() => {});

test('events come out once, in the order in which they went in', () => {
  const queue = newQueue();
  queue.add(closed(1), closed(2));
  queue.add(closed(3));
  assert.deepEqual(tabsOf(queue.take(1000)), [1, 2, 3]);
  assert.deepEqual(queue.take(1000), { events: [], dropped: 0 });
});

test('beyond the limit the oldest go, and are counted once', () => {
  const queue = newQueue();
  for (let tab = 0; tab < MAX_EVENTS + 3; tab++) queue.add(closed(tab));
  const waiting = queue.take(1000);
  assert.equal(waiting.events.length, MAX_EVENTS);
  assert.equal(waiting.events[0].tab, 3);
  assert.equal(waiting.dropped, 3);
  assert.equal(queue.take(1000).dropped, 0);
});

test('long addresses are bounded by their size', () => {
  const queue = newQueue();
  const url = `http://a.test/${'x'.repeat(8000)}`;
  for (let tab = 0; tab < 500; tab++) queue.add({ ...closed(tab), type: 'navigation', url });
  const waiting = queue.take(1000);
  assert.ok(JSON.stringify(waiting.events).length <= MAX_CHARACTERS + 1000);
  assert.equal(waiting.events.length + waiting.dropped, 500);
  assert.equal(waiting.events.at(-1).tab, 499);
});

test('what waited longer than an absence of the agent may last is given up and counted', () => {
  const queue = newQueue();
  queue.add(closed(1, 1000), closed(2, 2000));
  queue.add(closed(3, 1500 + MAX_AGE_MS));
  assert.deepEqual(tabsOf(queue.peek()), [2, 3]);
  const waiting = queue.take(2001 + MAX_AGE_MS);
  assert.deepEqual(tabsOf(waiting), [3]);
  assert.equal(waiting.dropped, 2);
});

test('what is put back comes before what came since, and losses add up', () => {
  const queue = newQueue();
  queue.add(closed(1));
  const taken = queue.take(1000);
  queue.add(closed(2));
  queue.putBack({ ...taken, dropped: 4 });
  assert.deepEqual(queue.peek(), { events: [closed(1), closed(2)], dropped: 4 });
});

test('every change is announced, so that it can be remembered', () => {
  let changes = 0;
  const queue = new Queue(() => changes++);
  queue.add(closed(1));
  assert.equal(changes, 1);
  queue.take(1000);
  assert.equal(changes, 2);
});
