// What the content scripts say of real pages in a real Chromium, as it arrives at the native host.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Chromium, until } from './chromium.js';

const { pages: fixtures } = JSON.parse(readFileSync(new URL('../../fixtures/expected.json', import.meta.url), 'utf8'));
const fixture = (file) => readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8');

const page = (body, head = '') => `<!doctype html><html><head><meta charset="utf-8"><title>t</title>
  <link rel="icon" href="data:,">${head}</head><body style="margin: 0; font: 16px sans-serif">${body}</body></html>`;
const tall = '<div style="height: 3000px">tall</div>';

const site = {
  '/links': page(`<nav><a id="first" href="/reached">Reached</a></nav>
    <main><p>Words around <a id="second" href="http://b.test/x" style="color: #777">a second link</a> here.</p></main>
    <iframe src="/frame" width="300" height="60"></iframe>${tall}`, '<meta name="dwell-label" content="variant_b">'),
  '/frame': page('<a id="inner" href="http://c.test/" target="_blank">inner</a>'),
  '/reached': page('<h1>Reached</h1>'),
  '/app': page(`<div id="app" style="height: 100vh; overflow-y: auto">${tall}</div>`),
  '/login': page(`<div id="box"><input id="user"><input id="secret" type="password">
    <button id="go" onclick="setTimeout(() => { history.pushState(0, '', '/account'); box.remove(); }, 300)">In</button>
    </div><input id="after">`),
  '/shift': page(`<p id="text" style="font-size: 60px">A large text</p><button id="slow" onclick="
    const end = performance.now() + 150; while (performance.now() < end);">Slow</button>
    <script>setTimeout(() => text.before(Object.assign(document.createElement('div'), {
      style: 'height: 200px' })), 700)</script>`),
};

let browser;
before(async () => {
  browser = await new Chromium((url) => {
    const shown = fixtures.find(({ url: address }) => address === url.href);
    return shown ? fixture(shown.file) : site[url.pathname];
  }).start();
  await browser.event('browser_connected');
});
after(() => browser.close());

const at = (path) => `http://a.test${path}`;
/** The events of a type from now on. */
function fromNow(type) {
  const had = browser.events().length;
  const all = () => browser.events().slice(had).filter((event) => event.type === type);
  return { all, first: (fits = () => true) => until(() => all().find(fits), () => type) };
}

test('the census, the presses that point into it, and the label', async () => {
  const [census, pressed, label] = [fromNow('links'), fromNow('link_pressed'), fromNow('page_label')];
  await browser.go(at('/links'));
  assert.equal((await label.first()).label, 'variant_b');
  const { links } = await census.first();
  assert.deepEqual(links.map(({ url }) => url), [at('/reached'), 'http://b.test/x']);
  const [first, second] = links.map(({ features }) => features);
  assert.deepEqual([first.region, first.above_fold, first.same_host, first.x, first.y], ['nav', true, true, 0, 0]);
  assert.deepEqual([second.region, second.in_text, second.grey, second.contrast_percent, second.font_px, second.words],
    ['main', true, true, 448, 16, 3]);
  await browser.click('#second', 'middle');
  assert.equal((await pressed.first()).index, 1);
  await browser.evaluate('document.querySelector("#first").focus()');
  await browser.key('Enter', '\r');
  const byKey = await pressed.first(({ url }) => url === at('/reached'));
  assert.deepEqual([byKey.index, byKey.hover_ms], [0, 0]);
  await until(() => browser.evaluate('location.pathname === "/reached"'), () => 'the page that the link leads to');
  assert.equal(pressed.all().length, 2);
});

test('a press in a frame inside has an address, and no place in the census', async () => {
  const pressed = fromNow('link_pressed');
  await browser.go(at('/links'));
  const { x, y } = await browser.middleOf('iframe');
  const frame = { x: x - 150 + 20, y: y - 30 + 10 };
  await browser.mouse('mouseMoved', frame);
  await browser.mouse('mousePressed', frame, { button: 'middle', clickCount: 1 });
  await browser.mouse('mouseReleased', frame, { button: 'middle', clickCount: 1 });
  const { url, index } = await pressed.first();
  assert.deepEqual([url, index], ['http://c.test/', undefined]);
});

test('a census per visit: a new address of the page, a return from the back-forward cache', async () => {
  const census = fromNow('links');
  await browser.go(at('/links'));
  await until(() => census.all().length === 1, () => 'the first census');
  await browser.evaluate('history.pushState(0, "", "/links?more"); history.replaceState(0, "", "/links?more#part")');
  await until(() => census.all().length === 2, () => 'the census of the new address');
  await browser.go(at('/reached'));
  await until(() => census.all().length === 3, () => 'the census of the next page');
  assert.equal(census.all()[2].links.length, 0);
  await browser.evaluate('history.back()');
  await until(() => census.all().length === 4, () => 'the census of the page that came back');
  assert.equal(census.all()[3].links.length, 2);
});

test('scrolling, of the document and of an element in its place', async () => {
  for (const [path, scroll] of [['/links', 'scrollTo(0, 1e6)'], ['/app', 'app.scrollTo(0, 1e6)']]) {
    const depth = fromNow('scroll_depth');
    await browser.go(at(path));
    const { percent } = await depth.first();
    assert.ok(percent > 10 && percent < 50, `${path}: ${percent} %`);
    await browser.evaluate(scroll);
    assert.equal((await depth.first((event) => event.percent > percent)).percent, 100);
  }
});

test('a log-in by script: the form, the keyboard in the password, and that it was sent off, before the next address',
  async () => {
    const [shown, focus, sent, moved, form] =
      ['login_form', 'password_focus', 'login_submitted', 'navigation', 'form'].map(fromNow);
    await browser.go(at('/login'));
    await shown.first();
    await browser.click('#user');
    await browser.type('me');
    await browser.click('#secret');
    await browser.type('hunter2');
    await browser.click('#go');
    const submitted = await sent.first();
    const next = await moved.first(({ url }) => url === at('/account'));
    assert.ok(submitted.time_ms <= next.time_ms);
    assert.deepEqual(focus.all().map(({ focused }) => focused), [true, false]);
    const sums = () => ['fields', 'characters'].map((name) => form.all().reduce((sum, event) => sum + event[name], 0));
    await until(() => sums()[1] >= 2, () => 'what was filled in');
    assert.deepEqual(sums(), [1, 2]);
    assert.ok(!JSON.stringify(browser.events()).includes('hunter'));
  });

test('the web vitals of a page', async () => {
  const vitals = fromNow('page_vitals');
  await browser.go(at('/shift'));
  await until(() => browser.evaluate('text.getBoundingClientRect().top > 200'), () => 'the shift');
  await browser.click('#slow');
  await browser.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await browser.go(at('/reached'));
  const { lcp_ms: lcp, inp_ms: inp, cls } = await vitals.first((each) => each.inp_ms > 100);
  assert.ok(lcp > 0 && lcp < 5000, `LCP ${lcp}`);
  assert.ok(inp >= 144 && inp < 1500, `INP ${inp}`);
  // The text and the button take part; both move by 200 px.
  assert.ok(cls > 0.01 && cls < 0.5, `CLS ${cls}`);
});

for (const { file, url, engine, query, results, first_rank: rank = 1, recognised = true } of fixtures) {
  test(`${file} at ${url}`, async () => {
    const [serp, seen] = [fromNow('serp'), fromNow('serp_seen')];
    await browser.go(url);
    const told = await serp.first();
    assert.deepEqual([told.engine, told.query, told.recognised ?? true], [engine, query, recognised]);
    assert.deepEqual(told.results.map((each) => [each.rank, each.kind, each.url]),
      results.map(([kind, link], index) => [rank + index, kind, link]));
    if (results.length === 0) return;
    for (const { features } of told.results) assert.ok(features.height > 10 && features.width > 10);
    await seen.first(({ ranks }) => ranks.includes(rank));
  });
}

test('seen: what is scrolled into the view, and not what is below it', async () => {
  const seen = fromNow('serp_seen');
  const { url } = fixtures.find(({ file }) => file === 'own_page.html');
  await browser.go(url);
  const ranks = () => seen.all().flatMap((event) => event.ranks);
  await seen.first();
  assert.ok(!ranks().includes(15));
  await browser.evaluate('scrollTo(0, 1e6)');
  await until(() => ranks().includes(15), () => 'the last result');
  assert.equal(new Set(ranks()).size, ranks().length);
});
