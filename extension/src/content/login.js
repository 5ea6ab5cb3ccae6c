/**
 * Whether the page asks for a password: a visible field, the keyboard in it, the form sent off. No value is read.
 * Pages that log in by script send no form: there, fields in which something was put and that are gone after Enter
 * or a button count as sent off, and so does a page that is left then.
 */
{
  const LOOK_MS = 500;
  /** After Enter or a button: until the server has answered and the page shows it. */
  const ANSWER_MS = 10_000;
  const LOOK_FOR_ANSWER_MS = 100;
  const FIELDS = 'input:is([type=password], [autocomplete~=current-password], [autocomplete~=new-password])';
  const BUTTONS = 'button, [role=button], input:is([type=submit], [type=button], [type=image])';

  /** The address for which a visible field was told: a page that changes its own URL begins a new visit. */
  let toldFor = '';
  let looking = false;
  /** The password field that has the keyboard. @type {Element | null} */
  let focused = null;
  /** Password fields in which something was put, by the person or by the browser for them. @type {Set<Element>} */
  let used = new Set();
  /** Enter or a button was pressed while these were shown. @type {{fields: Element[], until: number} | null} */
  let pressed = null;

  const isShown = (/** @type {Element} */ field) => {
    const { width, height } = field.getBoundingClientRect();
    return width > 1 && height > 1 && field.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const look = () => {
    if (leaving || prerendered() || address() === toldFor) return;
    const fields = [...document.querySelectorAll(FIELDS), ...(focused ? [focused] : [])];
    if (!fields.some(isShown)) return;
    toldFor = address();
    tell(Date.now(), { type: 'login_form' });
  };
  const lookSoon = () => {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      looking = false;
      look();
      // Nothing says so when the field that has the keyboard is taken away.
      if (focused && !focused.isConnected) turn(Date.now(), null);
      answered(Date.now());
    }, pressed ? LOOK_FOR_ANSWER_MS : LOOK_MS);
  };
  document.addEventListener('DOMContentLoaded', look);
  addEventListener('load', look);
  document.addEventListener('transitionend', lookSoon, true);
  new MutationObserver(lookSoon).observe(document, {
    childList: true, subtree: true, attributeFilter: ['class', 'style', 'hidden', 'type', 'open'],
  });

  /** @param {number} time @param {Element | null} field */
  const turn = (time, field) => {
    if ((field !== null) !== (focused !== null)) tell(time, { type: 'password_focus', focused: field !== null });
    focused = field;
  };
  const moved = (/** @type {globalThis.Event} */ event) => {
    if (!event.isTrusted) return;
    const [field] = event.composedPath();
    turn(wallTime(event), event.type === 'focusin' && field instanceof Element && isPassword(field) ? field : null);
    if (focused) look();
  };
  document.addEventListener('focusin', moved, true);
  document.addEventListener('focusout', moved, true);

  const submitted = (/** @type {number} */ time) => {
    pressed = null;
    used = new Set();
    tell(time, { type: 'login_submitted' });
  };
  document.addEventListener('submit', (event) => {
    const form = event.composedPath()[0];
    if (!event.isTrusted || !(form instanceof HTMLFormElement)) return;
    if ([...form.elements].some(isPassword)) submitted(wallTime(event));
  }, true);

  /** @param {number} time when the fields were gone, if they are */
  const answered = (time) => {
    if (!pressed) return;
    if (Date.now() > pressed.until) pressed = null;
    // A page that shows new ones in their place asks again.
    else if (![...pressed.fields, ...document.querySelectorAll(FIELDS)].some(isShown)) submitted(time);
  };
  const press = () => {
    const fields = [...used].filter(isShown);
    if (fields.length > 0) pressed = { fields, until: Date.now() + ANSWER_MS };
  };
  document.addEventListener('input', (event) => {
    const [field] = event.composedPath();
    if (event.isTrusted && field instanceof Element && isPassword(field)) used.add(field);
  }, true);
  document.addEventListener('keydown', (event) => {
    if (event.isTrusted && event.key === 'Enter' && used.size > 0) press();
  }, { capture: true, passive: true });
  document.addEventListener('click', (event) => {
    if (!event.isTrusted || used.size === 0) return;
    if (event.composedPath().some((each) => each instanceof Element && each.matches(BUTTONS))) press();
  }, { capture: true, passive: true });
  addEventListener('pagehide', (event) => {
    if (event.isTrusted && pressed && Date.now() <= pressed.until) submitted(wallTime(event));
  }, true);

  onVisit((time, how) => {
    // Before the worker hears of the new address, so that the log-in counts for the visit that it ended.
    if (how === 'changed') setTimeout(() => answered(time), LOOK_FOR_ANSWER_MS);
    if (how === 'restored') toldFor = '';
    lookSoon();
  });
}
