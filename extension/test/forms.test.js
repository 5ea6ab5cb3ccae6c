import assert from 'node:assert/strict';
import test from 'node:test';
import { Page } from './page_dom.js';

const html = `<form id=search><input id=name><input id=mail filled><textarea id=text></textarea></form>
  <form id=login><input id=user><input id=secret type=password><button type=button id=send>Send</button></form>`;

async function formPage(scripts) {
  const page = await new Page(scripts, { html }).load();
  page.said.length = 0;
  const field = (id) => page.document.getElementById(id);
  const put = (id, inputType, more = {}) => page.fire(field(id), 'input', { event: 'InputEvent', inputType, ...more });
  const filled = (id) => page.fire(field(id), 'input');
  const types = () => page.said.map(({ type }) => type);
  return { page, field, put, filled, types };
}

test('forms: counts of fields, characters and fillings, and nothing of passwords or fake events', async () => {
  const { page, field, put, filled } = await formPage(['forms']);
  put('name', 'insertText');
  put('name', 'insertText');
  put('name', 'deleteContentBackward');
  put('secret', 'insertText');
  put('name', 'insertText', { isTrusted: false });
  filled('mail');
  put('mail', 'insertReplacementText');
  page.fire(field('text'), 'compositionend', { event: 'CompositionEvent' });
  page.fire(field('secret'), 'compositionend', { event: 'CompositionEvent' });
  await page.pass(4000);
  put('name', 'insertText');
  await page.pass(4000);
  assert.deepEqual(page.said.map(({ time_ms: _, ...rest }) => rest), [
    { type: 'form', fields: 2, characters: 3, autofilled: 1 },
    { type: 'form', fields: 0, characters: 1, autofilled: 0 },
  ]);
});

test('forms: what was filled in counts for the visit in which it was', async () => {
  const { page, put } = await formPage(['forms']);
  put('name', 'insertText');
  const before = page.time;
  page.push('/next');
  put('name', 'insertText');
  await page.pass(4000);
  assert.deepEqual(page.said.map(({ fields, time_ms: time }) => [fields, time < before]), [[1, true], [1, false]]);
});

test('login: a visible password field is told once per address, whenever it appears', async () => {
  const page = await new Page(['login'], { html: '<form hidden><input type=password></form>' }).load();
  await page.pass(1000);
  assert.deepEqual(page.said, []);
  page.document.querySelector('form').hidden = false;
  await page.pass(1000);
  page.document.body.append('more');
  await page.pass(4000);
  page.push('/next');
  await page.pass(1000);
  assert.deepEqual(page.said.map(({ type }) => type), ['login_form', 'login_form']);
});

test('login: the keyboard in a password field, also when the field is taken away', async () => {
  const { page, field } = await formPage(['login']);
  const turn = (id, type, more) => page.fire(field(id), type, more);
  turn('user', 'focusin');
  turn('secret', 'focusin', { isTrusted: false });
  turn('secret', 'focusin');
  turn('secret', 'focusout');
  turn('secret', 'focusin');
  field('secret').remove();
  await page.pass(1000);
  assert.deepEqual(page.of('password_focus').map(({ focused }) => focused), [true, false, true, false]);
});

test('login: a form with a password is sent off, by the person', async () => {
  const { page, field, types } = await formPage(['login']);
  page.fire(field('login'), 'submit', { isTrusted: false });
  page.fire(field('search'), 'submit');
  assert.deepEqual(types(), []);
  page.fire(field('login'), 'submit');
  assert.deepEqual(types(), ['login_submitted']);
});

test('login by script: filled fields that are gone after Enter or a button were sent off', async () => {
  for (const press of [
    ({ page, field }) => page.fire(field('secret'), 'keydown', { event: 'KeyboardEvent', key: 'Enter' }),
    ({ page, field }) => page.fire(field('send'), 'click', { event: 'MouseEvent' }),
  ]) {
    const at = await formPage(['login']);
    at.put('secret', 'insertText');
    press(at);
    await at.page.pass(2000);
    assert.deepEqual(at.types(), [], 'the server has not answered');
    at.field('login').remove();
    await at.page.pass(200);
    assert.deepEqual(at.types(), ['login_submitted']);
    at.page.fire(at.page.window, 'pagehide', { bubbles: false });
    assert.equal(at.types().length, 1);
  }
});

test('login by script: the log-in belongs to the visit that it ends', async () => {
  const at = await formPage(['login']);
  at.put('secret', 'insertText');
  at.page.fire(at.field('send'), 'click', { event: 'MouseEvent' });
  await at.page.pass(300);
  at.page.document.body.append('a change that makes it look');
  await at.page.pass(50);
  const ended = at.page.time;
  at.page.push('/account');
  at.field('login').remove();
  await at.page.pass(500);
  const [submitted] = at.page.of('login_submitted');
  assert.ok(submitted.time_ms <= ended);
});

test('login by script: a page that is left after the button was, too', async () => {
  const at = await formPage(['login']);
  at.put('secret', 'insertText');
  at.page.fire(at.field('send'), 'click', { event: 'MouseEvent' });
  at.page.fire(at.page.window, 'pagehide', { bubbles: false });
  assert.deepEqual(at.types(), ['login_submitted']);
});

test('login by script: not an empty field, another key, a fake press, a late vanishing, a form that asks again',
  async () => {
    const press = (at, more = {}) => at.page.fire(at.field('send'), 'click', { event: 'MouseEvent', ...more });
    const cases = {
      empty: (at) => press(at),
      'another key': (at) => {
        at.put('secret', 'insertText');
        at.page.fire(at.field('secret'), 'keydown', { event: 'KeyboardEvent', key: 'x' });
      },
      fake: (at) => {
        at.put('secret', 'insertText');
        press(at, { isTrusted: false });
      },
      late: async (at) => {
        at.put('secret', 'insertText');
        press(at);
        await at.page.pass(11_000);
      },
      again: (at) => {
        at.put('secret', 'insertText');
        press(at);
        at.page.document.body.insertAdjacentHTML('beforeend', '<input type=password>');
      },
    };
    for (const [name, act] of Object.entries(cases)) {
      const at = await formPage(['login']);
      await act(at);
      at.field('login').remove();
      await at.page.pass(1000);
      assert.deepEqual(at.page.of('login_submitted'), [], name);
    }
  });
