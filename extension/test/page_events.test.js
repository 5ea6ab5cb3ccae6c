import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { MAX_CHARACTERS, MAX_LINKS, MAX_URL, pageEvent } from '../src/background/page_events.js';

const schema = JSON.parse(readFileSync(new URL('../../schemas/event.schema.json', import.meta.url), 'utf8'));

const examples = [
  { type: 'input', kind: 'key', count: 3, key_class: 'character' },
  { type: 'input', kind: 'mouse_move', distance_px: 40, synthetic: true },
  { type: 'page_focus', focused: true },
  { type: 'page_visibility', visible: false },
  { type: 'password_focus', focused: true },
  { type: 'page_label', label: 'variant_b' },
  { type: 'page_vitals', lcp_ms: 812.5, inp_ms: 40, cls: 0.02 },
  { type: 'scroll_depth', percent: 40 },
  { type: 'form', fields: 2, characters: 14, autofilled: 1 },
  { type: 'login_form' },
  { type: 'login_submitted' },
  { type: 'links', links: [{ url: 'http://b.test/', features: { words: 3, image: false, region: 'nav' } }] },
  { type: 'link_pressed', url: 'http://b.test/', index: 0, hover_ms: 310 },
  { type: 'serp', engine: 'bing', query: 'q', results: [{ rank: 1, url: 'http://b.test/', kind: 'organic' }] },
  { type: 'serp_seen', ranks: [1, 2] },
].map((each) => ({ time_ms: 5, ...each }));

test('every event that a page can tell goes through as it is', () => {
  for (const example of examples) assert.deepEqual(pageEvent(example), example);
});

test('the types and fields are those of the schema', () => {
  for (const { type, time_ms: _, ...fields } of examples) {
    const { properties, required } = schema.definitions[type];
    for (const name of Object.keys(fields)) assert.ok(name in properties, `${type}.${name}`);
    for (const name of required.filter((each) => !['browser', 'tab'].includes(each))) {
      const { [name]: _gone, ...without } = fields;
      assert.equal(pageEvent({ type, time_ms: 5, ...without }), null, `${type} without ${name}`);
    }
  }
});

test('what only the browser or the agent can know is not taken from a page', () => {
  const others = ['navigation', 'window_focus', 'tab_closed', 'browser_connected', 'media', 'lock', 'end', 'mark'];
  for (const type of others) {
    assert.equal(pageEvent({ type, time_ms: 5, tab: 1, window: 1, url: 'http://a.test/', transition: 'typed' }), null);
  }
  assert.equal(pageEvent({ type: 'constructor', time_ms: 5 }), null);
  assert.equal(pageEvent({ type: 'login_form', time_ms: 5, tab: 99, browser: 'other' }).tab, undefined);
});

test('a message of another shape is none', () => {
  const wrong = [
    null, 'has_focus', {}, { type: 'login_form' }, { type: 'login_form', time_ms: NaN },
    { type: 'login_form', time_ms: -1 }, { type: 'page_focus', time_ms: 5, focused: 'yes' },
    { type: 'scroll_depth', time_ms: 5, percent: -1 }, { type: 'scroll_depth', time_ms: 5, percent: NaN },
    { type: 'links', time_ms: 5, links: {} }, { type: 'links', time_ms: 5, links: [null] },
    { type: 'serp', time_ms: 5, engine: 1, query: 'q', results: [] },
    { type: 'serp_seen', time_ms: 5, ranks: ['1'] }, { type: 'input', time_ms: 5, kind: 'telepathy' },
    { type: 'input', time_ms: 5, kind: 'key', key_class: 'a' }, { type: 'input', time_ms: 5, kind: 'key', count: 0 },
  ];
  for (const message of wrong) assert.equal(pageEvent(message), null, JSON.stringify(message));
});

test('numbers are whole where the schema wants them whole, and within its limits', () => {
  assert.equal(pageEvent({ type: 'scroll_depth', time_ms: 5, percent: 99.6 }).percent, 100);
  assert.equal(pageEvent({ type: 'scroll_depth', time_ms: 5, percent: 1e9 }).percent, 100);
  assert.equal(pageEvent({ type: 'link_pressed', time_ms: 5, url: 'u', hover_ms: Infinity }).hover_ms, 86_400_000);
  assert.deepEqual(pageEvent({ type: 'page_vitals', time_ms: 5, lcp_ms: null, cls: 0.5 }), {
    type: 'page_vitals', time_ms: 5, cls: 0.5,
  });
});

test('endless lists, addresses and names are cut: an event always fits into a frame of the bridge', () => {
  const link = { url: `http://a.test/${'x'.repeat(100_000)}`, features: { name: 'n'.repeat(5000), n: 1, o: {} } };
  const { links } = pageEvent({ type: 'links', time_ms: 5, links: Array(100_000).fill(link) });
  assert.equal(links[0].url.length, MAX_URL);
  assert.deepEqual(links[0].features, { name: 'n'.repeat(200), n: 1 });
  assert.ok(JSON.stringify(links).length < MAX_CHARACTERS + 1000);
  const short = Array(100_000).fill({ url: 'http://a.test/' });
  assert.equal(pageEvent({ type: 'links', time_ms: 5, links: short }).links.length, MAX_LINKS);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, i]));
  const [only] = pageEvent({ type: 'links', time_ms: 5, links: [{ url: 'u', features: many }] }).links;
  assert.equal(Object.keys(only.features).length, 64);
});

test('half a character, the page\'s own or left by the cut, is not sent', () => {
  const { query } = pageEvent({ type: 'serp', time_ms: 5, engine: 'e', query: 'a\ud83d b😀', results: [] });
  assert.equal(query, 'a\ufffd b😀');
  const { label } = pageEvent({ type: 'page_label', time_ms: 5, label: `${'x'.repeat(199)}😀` });
  assert.equal(label, `${'x'.repeat(199)}\ufffd`);
});
