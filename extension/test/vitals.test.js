import assert from 'node:assert/strict';
import test from 'node:test';
import { Page } from './page_dom.js';

/** A page whose browser tells entries of the performance timeline. */
async function vitalsPage({ types = ['largest-contentful-paint', 'layout-shift', 'event', 'first-input'] } = {}) {
  const observers = [];
  let interactions = 0;
  const prepare = ({ window }) => {
    window.PerformanceObserver = class {
      static supportedEntryTypes = types;
      #then;
      #waiting = [];

      constructor(then) {
        this.#then = then;
      }

      observe({ type }) {
        observers.push({
          type,
          tell: (entry) => this.#then({ getEntries: () => [entry] }),
          keep: (entry) => this.#waiting.push(entry),
        });
      }

      takeRecords() {
        return this.#waiting.splice(0);
      }
    };
    Object.defineProperty(window.performance, 'interactionCount', { get: () => interactions });
    window.performance.getEntriesByType = () => [{ activationStart: 0 }];
    window.performance.getEntriesByName = () => [{}];
  };
  const page = new Page(['vitals'], { prepare });
  await page.load();
  const entry = (type, fields, how = 'tell') => {
    for (const each of observers) if (each.type === type) each[how](fields);
  };
  const interact = (duration, id = ++interactions) => entry('event', { interactionId: id, duration });
  const hide = () => {
    page.show(false);
    page.show(true);
    return page.of('page_vitals').at(-1);
  };
  return { page, entry, interact, hide };
}

test('LCP: the last candidate before the first input, or before the page was hidden', async () => {
  const { page, entry, hide } = await vitalsPage();
  entry('largest-contentful-paint', { startTime: 100 });
  entry('largest-contentful-paint', { startTime: 812.4 });
  entry('largest-contentful-paint', { startTime: 900 }, 'keep');
  page.fire(page.window, 'keydown', { isTrusted: false });
  page.fire(page.window, 'keydown');
  entry('largest-contentful-paint', { startTime: 5000 });
  assert.equal(hide().lcp_ms, 900);
});

test('CLS: the worst window of shifts, gaps below 1 s, 5 s in all, without those after an input', async () => {
  const { entry, hide } = await vitalsPage();
  const shift = (startTime, value, hadRecentInput = false) => {
    entry('layout-shift', { startTime, value, hadRecentInput });
  };
  shift(0, 0.1);
  shift(900, 0.1);
  shift(1900, 0.05);
  shift(2000, 0.12);
  shift(2100, 5, true);
  assert.equal(hide().cls, 0.2);
  for (let at = 10_000; at < 16_000; at += 500) shift(at, 0.1);
  assert.equal(hide().cls, 1);
});

test('INP: the longest interaction, without one for every fifty', async () => {
  const { interact, hide } = await vitalsPage();
  assert.equal(hide().inp_ms, undefined);
  interact(48);
  interact(320, 2);
  interact(200, 2);
  interact(120, 3);
  assert.equal(hide().inp_ms, 320);
  for (let i = 0; i < 55; i++) interact(56);
  assert.equal(hide().inp_ms, 120);
});

test('a new address is a visit with vitals of its own, without a paint', async () => {
  const { page, entry, interact, hide } = await vitalsPage();
  entry('largest-contentful-paint', { startTime: 500 });
  interact(80);
  const before = page.time;
  page.push('/next');
  interact(64);
  const last = hide();
  const [first] = page.of('page_vitals');
  assert.deepEqual([first.lcp_ms, first.inp_ms, first.time_ms < before], [500, 80, true]);
  assert.deepEqual([last.lcp_ms, last.inp_ms], [undefined, 64]);
});

test('after the back-forward cache the paint is that of the return', async () => {
  const { page, entry, hide } = await vitalsPage();
  entry('largest-contentful-paint', { startTime: 500 });
  page.fire(page.window, 'pagehide', { bubbles: false });
  await page.pass(60_000);
  page.fire(page.window, 'pageshow', { persisted: true, bubbles: false });
  await page.pass(100);
  assert.equal(hide().lcp_ms, 32);
});

test('told when something changed only; a browser without these entries tells nothing', async () => {
  const { page, entry, hide } = await vitalsPage();
  entry('largest-contentful-paint', { startTime: 500 });
  hide();
  hide();
  assert.equal(page.of('page_vitals').length, 1);
  const bare = await vitalsPage({ types: [] });
  bare.hide();
  assert.deepEqual(bare.page.said, []);
});
