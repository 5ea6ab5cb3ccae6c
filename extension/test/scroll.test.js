import assert from 'node:assert/strict';
import test from 'node:test';
import { Page } from './page_dom.js';

/** An element, or the document, of which `visible` px are seen of `whole`. */
function scroller(element, visible, whole, width = 1000) {
  const sizes = { clientWidth: width, clientHeight: visible, scrollHeight: whole, scrollTop: 0 };
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(element, name, { configurable: true, writable: true, value });
  }
  return element;
}

async function scrollPage({ html = '<main></main>', document: height = 1000, visible = true } = {}) {
  const page = new Page(['scroll'], { html });
  Object.assign(page.window, { innerWidth: 1000, innerHeight: 200 });
  page.visible = visible;
  const root = scroller(page.document.documentElement, 200, height);
  Object.defineProperty(page.document, 'scrollingElement', { value: root });
  const percents = () => page.of('scroll_depth').map(({ percent }) => percent);
  const scrollTo = (top, element = root) => {
    element.scrollTop = top;
    page.fire(element === root ? page.document : element, 'scroll', { bubbles: false });
  };
  return { page, percents, scrollTo, loaded: () => page.load().then(() => page.fire(page.window, 'load')) };
}

test('the deepest point, at most once in a while, and again from the top for a new visit', async () => {
  const { page, percents, scrollTo, loaded } = await scrollPage();
  await loaded();
  scrollTo(100);
  scrollTo(300);
  await page.pass(1000);
  scrollTo(200);
  await page.pass(1000);
  page.push('/pushed');
  scrollTo(0);
  await page.pass(1000);
  page.push('/pushed#part');
  scrollTo(100);
  await page.pass(1000);
  assert.deepEqual(percents(), [20, 50, 20, 30]);
});

test('what is not seen, or scrolled by the page in name only, is not deep', async () => {
  const { page, percents, scrollTo, loaded } = await scrollPage({ visible: false });
  await loaded();
  scrollTo(300);
  page.fire(page.document, 'scroll', { isTrusted: false });
  await page.pass(1000);
  assert.deepEqual(percents(), []);
});

test('a page that is read in an element of its own is as deep as that', async () => {
  const html = '<div id=app style="overflow-y: auto"><article></article></div><div id=menu></div>';
  const { page, percents, scrollTo, loaded } = await scrollPage({ html, document: 200 });
  const app = scroller(page.document.querySelector('#app'), 150, 1500);
  const menu = scroller(page.document.querySelector('#menu'), 150, 3000, 100);
  page.middle = page.document.querySelector('article');
  await loaded();
  scrollTo(600, app);
  await page.pass(1000);
  scrollTo(2850, menu);
  await page.pass(1000);
  assert.deepEqual(percents(), [10, 50]);
});

test('a page that is seen whole is seen whole', async () => {
  const { percents, loaded } = await scrollPage({ document: 200 });
  await loaded();
  assert.deepEqual(percents(), [100]);
});
