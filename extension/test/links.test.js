import assert from 'node:assert/strict';
import test from 'node:test';
import { Page } from './page_dom.js';

const SCRIPTS = ['link_features', 'links'];
const html = `<!doctype html>
<style>a { color: rgb(0, 0, 0) } .pale { color: rgb(150, 150, 150) } #menu { background: rgb(0, 0, 0) }</style>
<header><a id=home href="/">Home</a></header>
<nav id=menu><ul><li>none</li><li>
<a id=second href="/second" style="color: rgb(255, 255, 255)">The second</a></li></ul></nav>
<main><h2>
<a id=headline href="https://www.a.test/some-long-headline" style="font-size: 30px; font-weight: 700">
A long headline here</a></h2>
<p>Read
<a id=inline class=pale href="https://b.test/r?to=https%3A%2F%2Fc.test" rel="nofollow noopener" target=_blank>
the source</a> now.</p>
<article><header><a id=inner href="https://a.test.evil.test/"><img alt="A red cup"></a></header></article>
<a id=part href="#part">part</a><a id=script href="javascript:void(0)">script</a>
<a id=mail href="mailto:a@b.test">mail</a></main>
<div role=contentinfo><a id=legal href="/legal"><i>Legal</i></a></div>
<div hidden><a id=closed href="/closed">closed</a></div>`;

const none = [0, 0, 0, 0];
const boxes = { IMG: [10, 500, 200, 100], home: [8, 8, 50, 20], inner: none, legal: [8, 2000, 40, 20], closed: none };

async function linkPage({ scripts = SCRIPTS, ...options } = {}) {
  const page = new Page(scripts, { html, url: 'http://a.test/a/long/address/of/this/page', ...options });
  page.boxOf = (element) => boxes[element.id] ?? boxes[element.tagName] ?? [100, 50, 80, 20];
  await page.load();
  page.link = (id) => page.document.getElementById(id);
  page.features = (id) => page.of('links').at(-1).links.find(({ url }) => url === page.link(id).href)?.features;
  return page;
}

test('the census: once per visit, when the page has come to rest', async () => {
  const page = await linkPage();
  assert.deepEqual(page.said, []);
  await page.pass(2000);
  await page.pass(60_000);
  assert.equal(page.of('links').length, 1);
  const urls = page.of('links')[0].links.map(({ url }) => new URL(url).pathname);
  assert.deepEqual(urls, ['/', '/second', '/some-long-headline', '/r', '/', '/legal']);
});

test('the features of a link', async () => {
  const page = await linkPage();
  await page.pass(2000);
  assert.deepEqual(page.features('home'), {
    x: 8, y: 8, width: 50, height: 20, above_fold: true, region: 'header', font_px: 16, font_weight: 400,
    contrast_percent: 2100, words: 1, same_host: true, same_site: true, url_length: 14, url_hyphens: 0,
    url_shorter: true,
  });
  const { region, list_rank: rank, contrast_percent: contrast, grey = false } = page.features('second');
  assert.deepEqual([region, rank, contrast, grey], ['nav', 2, 2100, false]);
  const headline = page.features('headline');
  assert.deepEqual(
    [headline.heading, headline.font_px, headline.font_weight, headline.words, headline.url_hyphens, headline.region],
    [true, 30, 700, 4, 2, 'main']);
  const { same_host: host, same_site: site, url_shorter: shorter } = headline;
  assert.deepEqual([host, site, shorter], [undefined, true, undefined]);
  const inline = page.features('inline');
  assert.deepEqual(
    [inline.in_text, inline.grey, inline.contrast_percent, inline.new_tab, inline.nofollow, inline.url_in_url],
    [true, true, 296, true, true, true]);
  const inner = page.features('inner');
  assert.deepEqual(
    [inner.image, inner.image_ratio_percent, inner.words, inner.region, inner.same_site, inner.width],
    [true, 200, 3, 'main', undefined, 200]);
  const legal = page.features('legal');
  assert.deepEqual([legal.above_fold, legal.region, legal.y], [undefined, 'footer', 2000]);
});

test('pressed: by a mouse button or the keyboard, with its place and the time under the pointer', async () => {
  const page = await linkPage();
  await page.pass(2000);
  page.fire(page.link('headline'), 'mouseover', { event: 'MouseEvent' });
  await page.pass(400);
  page.fire(page.link('headline'), 'mouseover', { event: 'MouseEvent' });
  await page.pass(20);
  page.fire(page.link('headline'), 'mousedown', { event: 'MouseEvent', button: 0 });
  page.fire(page.link('headline'), 'click', { event: 'MouseEvent', detail: 1 });
  page.fire(page.link('legal').firstChild, 'mousedown', { event: 'MouseEvent', button: 1 });
  page.fire(page.link('second'), 'click', { event: 'MouseEvent', detail: 0 });
  const pressed = page.of('link_pressed').map(({ index, hover_ms: hover }) => [index, hover]);
  assert.deepEqual(pressed, [[2, 420], [5, 0], [1, 0]]);
});

test('not pressed: the right button, what the page made itself, what leads to no page', async () => {
  const page = await linkPage();
  await page.pass(2000);
  page.fire(page.link('home'), 'mousedown', { event: 'MouseEvent', button: 2 });
  page.fire(page.link('home'), 'mousedown', { event: 'MouseEvent', button: 0, isTrusted: false });
  page.link('home').click();
  for (const id of ['part', 'script', 'mail']) {
    page.fire(page.link(id), 'mousedown', { event: 'MouseEvent', button: 0 });
  }
  page.fire(page.document.body, 'mousedown', { event: 'MouseEvent', button: 0 });
  assert.deepEqual(page.of('link_pressed'), []);
});

test('a press before the census takes it first; one on a link that is not in it has no place', async () => {
  const page = await linkPage();
  page.fire(page.link('home'), 'mousedown', { event: 'MouseEvent', button: 0 });
  await page.pass(5000);
  page.document.body.insertAdjacentHTML('beforeend', '<a id=late href="/late">late</a>');
  page.fire(page.link('late'), 'mousedown', { event: 'MouseEvent', button: 0 });
  assert.deepEqual(page.said.map(({ type, index }) => [type, index]),
    [['links', undefined], ['link_pressed', 0], ['link_pressed', undefined]]);
});

test('each visit has its census: a new address, a return from the back-forward cache; not a new fragment', async () => {
  const page = await linkPage();
  await page.pass(2000);
  page.push('/next#there');
  await page.pass(2000);
  page.push('/next#here');
  await page.pass(2000);
  assert.equal(page.of('links').length, 2);
  page.fire(page.window, 'pagehide', { bubbles: false });
  page.fire(page.window, 'pageshow', { persisted: true, bubbles: false });
  await page.pass(2000);
  assert.equal(page.of('links').length, 3);
  for (const path of ['/1', '/2', '/3', '/4']) page.push(path);
  await page.pass(5000);
  assert.equal(page.of('links').length, 4);
});

test('a page loaded out of sight is looked at when it is seen', async () => {
  const page = await linkPage();
  page.visible = false;
  await page.pass(5000);
  assert.deepEqual(page.said, []);
  page.show(true);
  await page.pass(2000);
  assert.equal(page.of('links').length, 1);
});

test('a hundred thousand links, or endless addresses, make a bounded census', async () => {
  const many = await linkPage({ html: '<a href="/x">x</a>'.repeat(20_000) });
  await many.pass(2000);
  assert.equal(many.of('links')[0].links.length, 300);
  const link = (letter, length) => `<a href="/${letter.repeat(length)}">x</a>`;
  const long = await linkPage({ html: link('x', 2000).repeat(300) + link('y', 3000) });
  await long.pass(2000);
  assert.ok(JSON.stringify(long.of('links')[0]).length < 250_000);
});

test('the time under the pointer begins anew on another link, and where a fast page comes to rest', async () => {
  const page = await linkPage({ scripts: [...SCRIPTS, 'scroll'] });
  await page.pass(2000);
  const over = (id) => page.fire(page.link(id), 'mouseover', { event: 'MouseEvent' });
  const press = (id) => page.fire(page.link(id), 'mousedown', { event: 'MouseEvent', button: 0 });
  const hover = () => page.of('link_pressed').at(-1).hover_ms;
  over('headline');
  await page.pass(100);
  over('home');
  await page.pass(50);
  press('home');
  assert.equal(hover(), 50);
  const root = { scrollTop: 0, clientHeight: 800, scrollHeight: 20_000 };
  Object.defineProperty(page.document, 'scrollingElement', { value: root });
  page.fire(page.document, 'scroll', { bubbles: false });
  root.scrollTop = 2000;
  await page.pass(1000);
  over('second');
  const { querySelectorAll } = page.document;
  page.document.querySelectorAll = (selector) =>
    selector === ':hover' ? [page.document.body, page.link('second')] : querySelectorAll.call(page.document, selector);
  await page.pass(1540);
  press('second');
  assert.equal(hover(), 40);
  page.fire(page.document.body, 'mouseover', { event: 'MouseEvent' });
  await page.pass(500);
  over('second');
  await page.pass(30);
  press('second');
  assert.equal(hover(), 30);
});
