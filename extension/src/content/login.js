/**
 * Whether the page asks for a password: a visible field, the keyboard in it, the form sent off. No value is read.
 * Pages that log in by script send no form: there, fields in which something was put and that are gone after Enter
 * or a button count as sent off, and so does a page that is left then.
 */
{
  /** How long changes of the page wait for a look; twice as long after each that found nothing, up to the second. */
  const LOOK_MS = 500;
  const LATEST_LOOK_MS = 4000;
  /** After Enter or a button: until the server has answered and the page shows it. */
  const ANSWER_MS = 10_000;
  const LOOK_FOR_ANSWER_MS = 100;
  /** A page that shows the answer and changes its address does both within this. */
  const TOGETHER_MS = 1000;
  const BUTTONS = 'button, [role=button], input:is([type=submit], [type=button], [type=image])';

  /** The address for which a visible field was told: a page that changes its own URL begins a new visit. */
  let toldFor = '';
  let looking = false;
  let lookWithin = LOOK_MS;
  /** The password field that has the keyboard. @type {Element | null} */
  let focused = null;
  /** Password fields in which something was put, by the person or by the browser for them. @type {Set<Element>} */
  let used = new Set();
  /**
   * Enter or a button was pressed while these were shown; `moved`: when the page changed its own address after it.
   * @type {{fields: Element[], until: number, moved?: number} | null}
   */
  let pressed = null;

  const isShown = (/** @type {Element} */ field) => {
    const { width, height } = field.getBoundingClientRect();
    return width > 1 && height > 1 && field.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const look = () => {
    if (leaving || prerendered() || address() === toldFor) return;
    const fields = [...document.querySelectorAll(PASSWORDS), ...(focused ? [focused] : [])];
    if (!fields.some(isShown)) return;
    listenToPresses();
    toldFor = address();
    tell(Date.now(), { type: 'login_form' });
  };
  const lookSoon = () => {
    if (looking) return;
    looking = true;
    // What changes meanwhile is seen then: pages that change all the time cost no more than others.
    changes.disconnect();
    setTimeout(() => {
      looking = false;
      watch();
      look();
      // Nothing says so when the field that has the keyboard is taken away.
      if (focused && !focused.isConnected) turn(Date.now(), null);
      answered();
    }, pressed ? LOOK_FOR_ANSWER_MS : lookWithin);
    lookWithin = Math.min(2 * lookWithin, LATEST_LOOK_MS);
  };
  const changes = new MutationObserver(lookSoon);
  const watch = () => changes.observe(document, {
    childList: true, subtree: true, attributeFilter: ['class', 'style', 'hidden', 'type', 'open'],
  });
  const shown = (/** @type {globalThis.Event} */ event) => {
    if (event.isTrusted) look();
  };
  document.addEventListener('DOMContentLoaded', shown);
  addEventListener('load', shown);
  document.addEventListener('transitionend', lookSoon, true);
  watch();

  /** @param {number} time @param {Element | null} field */
  const turn = (time, field) => {
    if ((field !== null) !== (focused !== null)) tell(time, { type: 'password_focus', focused: field !== null });
    focused = field;
  };
  const moved = (/** @type {globalThis.Event} */ event) => {
    if (!event.isTrusted) return;
    lookWithin = LOOK_MS;
    const field = event.type === 'focusin' ? innermost(event) : null;
    turn(wallTime(event), field && isPassword(field) ? field : null);
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

  const answered = () => {
    if (!pressed) return;
    const now = Date.now();
    const { fields, until, moved: changed = -Infinity } = pressed;
    if (now > until) pressed = null;
    // A page that shows new ones in their place asks again. A new address that came with it began the next visit:
    // the log-in counts for the one before.
    else if (![...fields, ...document.querySelectorAll(PASSWORDS)].some(isShown)) {
      submitted(now - changed < TOGETHER_MS ? changed : now);
    }
  };
  const press = () => {
    const fields = [...used].filter(isShown);
    if (fields.length > 0) pressed = { fields, until: Date.now() + ANSWER_MS };
  };
  const input = (/** @type {globalThis.Event} */ event) => {
    const field = innermost(event);
    if (event.isTrusted && field && isPassword(field)) used.add(field);
  };
  const keydown = (/** @type {globalThis.KeyboardEvent} */ event) => {
    if (used.size > 0 && event.isTrusted && event.key === 'Enter') press();
  };
  const click = (/** @type {globalThis.Event} */ event) => {
    if (used.size > 0 && event.isTrusted && isOnButton(event)) press();
  };
  const isOnButton = (/** @type {globalThis.Event} */ event) =>
    event.composedPath().some((each) => each instanceof Element && each.matches(BUTTONS));
  /** On pages that ask for no password nothing listens. */
  const listenToPresses = () => {
    document.addEventListener('input', input, true);
    document.addEventListener('keydown', keydown, { capture: true, passive: true });
    document.addEventListener('click', click, { capture: true, passive: true });
  };
  addEventListener('pagehide', (event) => {
    if (event.isTrusted && pressed && Date.now() <= pressed.until) submitted(wallTime(event));
  }, true);

  onVisit((time, how) => {
    if (how === 'changed' && pressed) {
      pressed.moved ??= time - 1;
      setTimeout(answered, LOOK_FOR_ANSWER_MS);
    }
    if (how === 'restored') toldFor = '';
    lookWithin = LOOK_MS;
    lookSoon();
  });
}
