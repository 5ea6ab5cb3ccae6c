import assert from 'node:assert/strict';
import test from 'node:test';
import { Page } from './page_dom.js';

const labels = (page) => page.of('page_label').map(({ label }) => label);

test('the label is told once per visit, and when it changes', async () => {
  const html = '<head><meta name="dwell-label" content=" variant_b "></head>';
  const page = await new Page(['label'], { html }).load();
  await page.pass(1000);
  assert.deepEqual(labels(page), ['variant_b']);
  page.document.querySelector('meta').setAttribute('content', 'task_2');
  await page.pass(250);
  page.document.head.append('x');
  await page.pass(250);
  assert.deepEqual(labels(page), ['variant_b', 'task_2']);
  page.push('/next');
  await page.pass(1000);
  assert.deepEqual(labels(page), ['variant_b', 'task_2', 'task_2']);
});

test('a label that a script writes later counts; a page without one says nothing; none is endless', async () => {
  const page = await new Page(['label'], { html: '<head></head>' }).load();
  await page.pass(1000);
  assert.deepEqual(page.said, []);
  page.document.head.innerHTML = `<meta name="Dwell-Label" content="${'x'.repeat(5000)}">`;
  await page.pass(250);
  assert.equal(labels(page)[0].length, 200);
});

test('a label that changes all the time is told four times a second, and as it is in the end', async () => {
  const page = await new Page(['label'], { html: '<head><meta name="dwell-label" content="0"></head>' }).load();
  for (let n = 1; n <= 100; n++) {
    page.document.querySelector('meta').setAttribute('content', String(n));
    await page.pass(10);
  }
  await page.pass(250);
  assert.ok(labels(page).length <= 6, String(labels(page)));
  assert.equal(labels(page).at(-1), '100');
});
