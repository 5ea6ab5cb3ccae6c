/** Whether the page asks for a password: a visible field, the keyboard in it, the form sent off. No value is read. */
{
  const LOOK_MS = 500;

  /** The address for which a visible field was told: a page that changes its own URL begins a new visit. */
  let toldFor = '';
  let looking = false;
  let inField = false;

  const look = () => {
    const here = location.href.split('#')[0] ?? '';
    if (leaving || prerendered() || here === toldFor) return;
    if (![...document.querySelectorAll('input[type=password]')].some(isShown)) return;
    toldFor = here;
    tell(Date.now(), { type: 'login_form' });
  };
  const isShown = (/** @type {Element} */ field) => {
    const { width, height } = field.getBoundingClientRect();
    return width > 1 && height > 1 && field.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  const lookSoon = () => {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      looking = false;
      look();
    }, LOOK_MS);
  };
  document.addEventListener('DOMContentLoaded', look);
  addEventListener('load', look);
  document.addEventListener('prerenderingchange', look);
  document.addEventListener('transitionend', lookSoon, true);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    toldFor = '';
    look();
  }, true);
  new MutationObserver(lookSoon).observe(document, { childList: true, subtree: true });

  const moved = (/** @type {globalThis.Event} */ event) => {
    if (!event.isTrusted) return;
    const [field] = event.composedPath();
    const focused = event.type === 'focusin' && field instanceof Element && isPassword(field);
    if (focused) look();
    if (focused === inField) return;
    inField = focused;
    tell(wallTime(event), { type: 'password_focus', focused });
  };
  document.addEventListener('focusin', moved, true);
  document.addEventListener('focusout', moved, true);

  document.addEventListener('submit', (event) => {
    const form = event.composedPath()[0];
    if (!event.isTrusted || !(form instanceof HTMLFormElement)) return;
    if ([...form.elements].some(isPassword)) tell(wallTime(event), { type: 'login_submitted' });
  }, true);
}
