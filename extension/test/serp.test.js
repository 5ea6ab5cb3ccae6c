import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import Ajv from 'ajv';
import { generated } from '../generate_serp_rules.js';
import { Page } from './page_dom.js';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const { pages } = JSON.parse(read('../fixtures/expected.json'));
const SCRIPTS = ['link_features', 'serp_rules', 'serp_read', 'serp'];
const serpPage = (fixture, url = fixture.url) => new Page(SCRIPTS, { html: read(`../fixtures/${fixture.file}`), url });
const [google] = pages;
const own = pages.find(({ file }) => file === 'own_page.html');

test('the rules are what their schema says, and the script holds them as they are', () => {
  const rules = JSON.parse(read('../../schemas/serp_rules.json'));
  const ajv = new Ajv({ allErrors: true });
  assert.ok(ajv.validate(JSON.parse(read('../../schemas/serp_rules.schema.json')), rules), ajv.errorsText());
  assert.equal(read('../src/content/serp_rules.js'), generated(), 'npm run generate');
});

test('every kind of result is found in a fixture of the layouts that have it', () => {
  const found = new Set(pages.flatMap(({ engine, results }) => results.map(([kind]) => `${engine} ${kind}`)));
  for (const engine of ['google', 'bing', 'duckduckgo']) {
    for (const kind of ['organic', 'ad', 'video', 'local']) assert.ok(found.has(`${engine} ${kind}`), engine + kind);
  }
  for (const kind of ['google ai_overview', 'google people_also_ask', 'bing people_also_ask', 'bing answer']) {
    assert.ok(found.has(kind), kind);
  }
});

for (const fixture of pages) {
  const { file, url, engine, query, results, first_rank: first = 1, recognised = true } = fixture;
  test(`${file} at ${url}`, async () => {
    const page = await serpPage(fixture).load();
    await page.pass(5000);
    const [serp, more] = page.of('serp');
    assert.equal(more, undefined, 'told once');
    assert.deepEqual([serp.engine, serp.query, serp.recognised ?? true], [engine, query, recognised]);
    assert.deepEqual(
      serp.results.map(({ rank, kind, url: link }) => [rank, kind, link]),
      results.map(([kind, link], index) => [first + index, kind, link]));
    if (!fixture.of_first_organic) return;
    const { features } = serp.results.find(({ kind }) => kind === 'organic');
    for (const [name, value] of Object.entries(fixture.of_first_organic)) assert.equal(features[name], value, name);
  });
}

test('ranks go on over result pages', async () => {
  for (const [fixture, url, rank] of [
    [google, 'https://www.google.com/search?q=green+tea&start=20', 21],
    [pages[1], 'https://www.bing.com/search?q=green+tea&first=11', 11],
    [google, 'https://www.google.com/search?q=green+tea&start=x', 1],
  ]) {
    const page = await serpPage(fixture, url).load();
    const [{ results }] = page.of('serp');
    assert.equal(results[0].rank, rank);
    assert.equal(results.find(({ kind }) => kind === 'organic').features.organic_rank, rank);
  }
});

test('pictures, news, other hosts and a page without a query are no result pages', async () => {
  for (const url of [
    'https://www.google.com/search?q=tea&tbm=isch', 'https://www.google.com/search?q=tea&udm=2',
    'https://www.google.com/search?q=', 'https://www.google.com/maps?q=tea',
    'https://google.com.evil.test/search?q=tea',
    'https://notgoogle.com/search?q=tea', 'https://duckduckgo.com/?q=tea&ia=images&iax=images',
  ]) {
    const page = await serpPage(google, url).load();
    await page.pass(5000);
    assert.deepEqual(page.said, [], url);
  }
});

test('results that come later are told again, once they rest', async () => {
  const page = await serpPage(google).load();
  const before = page.of('serp')[0].results.length;
  for (const name of ['one', 'two']) {
    page.document.querySelector('#rso').insertAdjacentHTML(
      'beforeend', `<div class="MjjYud"><a href="https://more.test/${name}"><h3>More</h3></a></div>`);
    await page.pass(100);
  }
  await page.pass(2000);
  assert.deepEqual(page.of('serp').map(({ results }) => results.length), [before, before + 2]);
  page.document.querySelector('textarea').insertAdjacentHTML('afterend', '<ul><li>suggestion</li></ul>');
  await page.pass(5000);
  assert.equal(page.of('serp').length, 2);
});

test('seen: half visible for a second while the page is visible, each once', async () => {
  const page = await serpPage(own).load();
  const blocks = [...page.document.querySelectorAll('[data-dwell-result]')];
  page.see(blocks.slice(0, 2));
  page.see([blocks[2]], 0.4);
  await page.pass(900);
  page.see([blocks[1]], 0);
  await page.pass(200);
  assert.deepEqual(page.of('serp_seen').map(({ ranks }) => ranks), [[11]]);
  page.see(blocks.slice(1, 3), 0.5);
  await page.pass(500);
  page.show(false);
  await page.pass(10_000);
  page.show(true);
  await page.pass(900);
  assert.equal(page.of('serp_seen').length, 1);
  await page.pass(200);
  assert.deepEqual(page.of('serp_seen').map(({ ranks }) => ranks), [[11], [12, 13]]);
  page.see(blocks, 1);
  await page.pass(5000);
  assert.deepEqual(page.of('serp_seen').at(-1).ranks, [14, 15]);
});

test('a page that comes back from the back-forward cache is told again, and seen anew', async () => {
  const page = await serpPage(own).load();
  const blocks = [...page.document.querySelectorAll('[data-dwell-result]')];
  page.see(blocks.slice(0, 1));
  await page.pass(1500);
  page.fire(page.window, 'pagehide', { bubbles: false });
  await page.pass(60_000);
  page.fire(page.window, 'pageshow', { persisted: true, bubbles: false });
  await page.pass(1500);
  assert.equal(page.of('serp').length, 2);
  assert.deepEqual(page.of('serp_seen').map(({ ranks }) => ranks), [[11], [11]]);
});

test('a search without a new document is a search; leaving the results ends the watching', async () => {
  const page = await serpPage(google).load();
  await page.pass(5000);
  page.push('/search?q=white+tea');
  await page.pass(5000);
  assert.deepEqual(page.of('serp').map(({ query }) => query), ['green tea', 'white tea']);
  page.push('/preferences');
  await page.pass(5000);
  page.see([...page.document.querySelectorAll('.g')]);
  await page.pass(5000);
  assert.deepEqual(page.said.map(({ type }) => type), ['serp', 'serp']);
});

test('a page run ahead of the person is told when it is activated', async () => {
  const page = serpPage(google);
  page.prerendering = true;
  await page.load();
  await page.pass(5000);
  assert.deepEqual(page.said, []);
  page.prerendering = false;
  page.fire(page.document, 'prerenderingchange');
  assert.equal(page.of('serp').length, 1);
});

test('a hostile page with a hundred thousand results is bounded', async () => {
  const meta = (name, content) => `<meta name="${name}" content="${content}">`;
  const result = `<div data-dwell-result="${'k'.repeat(500)}"><a href="http://b.test/${'x'.repeat(5000)}">x</a></div>`;
  const html = meta('dwell-serp', 'e'.repeat(500)) + meta('dwell-query', 'q'.repeat(5000)) + result.repeat(3000);
  const page = new Page(SCRIPTS, { html });
  await page.load();
  const [{ engine, query, results }] = page.of('serp');
  assert.equal(results.length, 300);
  const [{ kind, url }] = results;
  assert.deepEqual([engine, query, kind, url].map(({ length }) => length), [100, 2000, 100, 2048]);
});
