// extension_cost.mjs SECONDS: the measuring half of extension_cost_bench.py, which says what is measured.
import { readFileSync } from 'node:fs';
import { Chromium } from '../../extension/test/browser/chromium.js';

const SECONDS = Number(process.argv[2] ?? 10);
const LIMIT_MS = 1;
const WHEELS_PER_SECOND = 60;
const MOVE_EVERY = 6;
const KEYS_PER_SECOND = 8;
const CATEGORIES = ['devtools.timeline'];

const ID = readFileSync(new URL('../../extension/ID', import.meta.url), 'utf8').trim();

/** 300 links in running text and lists; the results of the search change with each key. */
const paragraph = (n) => `<p>Some words that are read, <a href="/page-${n}">a link in the middle of them</a>, and on it
  goes for a while, so that the paragraph takes a few lines of the window that it is read in.</p>`;
const result = (n) => `<div data-dwell-result><h3><a href="http://r${n}.test/page-${n}">Result <b>number</b> ${n}</a></h3>
  <p data-dwell-snippet>Some words of the page that the result leads to, among them the <b>words</b> of the query.</p></div>`;
const times = (count, make) => Array.from({ length: count }, (_, n) => make(n)).join('');
const page = `<!doctype html><html><head><title>t</title><link rel="icon" href="data:,">
  <meta name="dwell-serp" content="bench"><meta name="dwell-query" content="some words"></head><body>
  <form><input id="query"><input id="other"></form><ul id="suggestions"></ul>
  <div id="results">${times(20, result)}</div><main>${times(280, paragraph)}</main>
  <script>
  for (const type of ['wheel', 'keydown']) document.addEventListener(type, function empty() {}, { passive: true });
  query.addEventListener('input', () => {
    suggestions.replaceChildren(...Array.from({ length: 8 }, (_, n) => Object.assign(document.createElement('li'), {
      textContent: 'suggestion ' + n })));
  });</script></body></html>`;

async function begin(extension, inputs) {
  const browser = await new Chromium(() => page, { extension, inputs }).start();
  if (extension) await browser.event('browser_connected');
  await browser.do('Performance.enable', { timeDomain: 'threadTicks' });
  return browser;
}

/** Main-thread CPU of all tasks so far, ms. */
async function taskTime(browser) {
  const { metrics } = await browser.do('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
}

/** Does `act(n)` so many times a second for the time given; gives back the seconds that it took. */
async function paced(perSecond, act) {
  const start = performance.now();
  for (let n = 0; n < SECONDS * perSecond; n++) {
    await act(n);
    const ahead = start + (1000 * (n + 1)) / perSecond - performance.now();
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
  return (performance.now() - start) / 1000;
}

const ACTS = {
  // With a hand that is not quite still.
  scrolling: (browser) => paced(WHEELS_PER_SECOND, async (n) => {
    const place = { x: 300 + (n % 50), y: 400 };
    if (n % MOVE_EVERY === 0) await browser.mouse('mouseMoved', place);
    await browser.mouse('mouseWheel', place, { deltaX: 0, deltaY: Math.floor(n / 120) % 2 ? -100 : 100 });
  }),
  typing: async (browser) => {
    await browser.evaluate('query.focus()');
    return paced(KEYS_PER_SECOND, () => browser.key('a', 'a'));
  },
};

/** What the trace says of functions of the extension on the page's main thread: CPU time in ms, and the longest call. */
function costIn(events) {
  const ours = events.filter(({ name, args }) =>
    ['FunctionCall', 'EvaluateScript', 'v8.compile'].includes(name) &&
    (args?.data?.url ?? '').startsWith(`chrome-extension://${ID}/src/content/`));
  // A function within another is in its time.
  ours.sort((a, b) => a.tid - b.tid || a.ts - b.ts || b.dur - a.dur);
  let [total, longest, end, thread] = [0, 0, -1, -1];
  for (const { tid, ts, dur = 0, tdur = dur } of ours) {
    if (tid === thread && ts < end) continue;
    [thread, end] = [tid, ts + dur];
    total += tdur / 1000;
    longest = Math.max(longest, tdur / 1000);
  }
  const floor = events.filter(({ name, args }) => name === 'FunctionCall' && args?.data?.functionName === 'empty')
    .reduce(([sum, count], { dur, tdur = dur }) => [sum + tdur, count + 1], [0, 0]);
  return { total, longest, calls: ours.length, empty: floor[0] / Math.max(floor[1], 1), cpu: ours.some(({ tdur }) => tdur) };
}

async function traced(browser, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  browser.on('Tracing.dataCollected', collect);
  const complete = new Promise((resolve) => browser.on('Tracing.tracingComplete', resolve));
  await browser.pipe.send('Tracing.start', {
    traceConfig: { includedCategories: CATEGORIES }, transferMode: 'ReportEvents',
  });
  const seconds = await act();
  await browser.pipe.send('Tracing.end');
  await complete;
  return { seconds, events };
}

const figure = (name, value, bound, verdict) => console.log(['figure', name, value, bound, verdict].join('\t'));
const perSecond = (ms, seconds) => (ms / seconds).toFixed(3);

const browser = await begin(true);
const start = await traced(browser, async () => {
  await browser.go('http://a.test/');
  await browser.event('links');
});
const first = costIn(start.events);
console.log(`clock: ${first.cpu ? 'CPU time of the thread' : 'wall time'}; ${SECONDS} s of each; ` +
  `${WHEELS_PER_SECOND} wheel events or ${KEYS_PER_SECOND} keys a second`);
figure('extension: a page of 300 links, once', `${first.total.toFixed(1)} ms`, '-', '');
figure('extension: its longest stretch there', `${first.longest.toFixed(1)} ms`, '-', '');

/** One second of an act, told and judged. */
async function measure(by, name, what) {
  const { seconds, events } = await traced(by, () => ACTS[name](by));
  const { total, longest, calls, empty } = costIn(events);
  const cost = total / seconds;
  const verdict = SECONDS < 5 ? 'not judged' : cost <= LIMIT_MS ? 'ok' : 'target missed';
  console.log(`${what}: ${(calls / seconds).toFixed(1)} calls a second, longest ${longest.toFixed(2)} ms; ` +
    `an empty listener of the page takes ${empty.toFixed(0)} us`);
  figure(`extension: a second of ${what}`, `${perSecond(total, seconds)} ms`, `at most ${LIMIT_MS} ms`, verdict);
}

const bare = await begin(false);
await bare.go('http://a.test/');
for (const [name, act] of Object.entries(ACTS)) {
  await measure(browser, name, name);
  const whole = [];
  for (const each of [browser, bare]) {
    const before = await taskTime(each);
    const took = await act(each);
    whole.push((await taskTime(each) - before) / took);
  }
  const [withIt, without] = whole;
  console.log(`${name}: whole main thread ${withIt.toFixed(1)} ms/s with the extension, ${without.toFixed(1)} without`);
}
await Promise.all([browser.close(), bare.close()]);

const telling = await begin(true, 'page');
await telling.go('http://a.test/');
await telling.event('links');
for (const name of Object.keys(ACTS)) await measure(telling, name, `${name}, inputs told by the page`);
await telling.event('input', ({ kind }) => kind === 'key');
await telling.close();
