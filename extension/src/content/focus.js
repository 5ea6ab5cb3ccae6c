/**
 * Whether the page itself has the keyboard, and not the address bar, the find bar, the developer tools or
 * another program. Runs in all frames: while a frame inside has the keyboard only that frame hears it go.
 * document.hasFocus() is true in each document around the focused one.
 */
{
  /** A new document is swapped in without the focus, which follows within some milliseconds. */
  const FIRST_LOOK_MS = 200;

  const outermost = window.top === window;
  /** @type {boolean | undefined} Undefined: nothing told yet, whatever it is, is news. */
  let told = outermost ? undefined : false;

  const look = (/** @type {number} */ time) => {
    const focused = document.hasFocus();
    if (leaving || prerendered() || focused === told) return;
    told = focused;
    tell(time, { type: 'page_focus', focused });
  };
  const turned = (/** @type {globalThis.FocusEvent} */ event) => {
    if (event.isTrusted && event.target === window) look(wallTime(event));
  };
  addEventListener('focus', turned, true);
  addEventListener('blur', turned, true);

  if (outermost) {
    setTimeout(() => {
      if (document.visibilityState === 'visible') look(Date.now());
    }, FIRST_LOOK_MS);
    document.addEventListener('prerenderingchange', (event) => {
      if (event.isTrusted) look(wallTime(event));
    });
    addEventListener('pageshow', (event) => {
      if (!event.isTrusted || !event.persisted) return;
      told = undefined;
      if (document.visibilityState === 'visible') look(wallTime(event));
    }, true);
    chrome.runtime.onMessage.addListener((question, _, reply) => {
      if (question === 'has_focus') reply(document.hasFocus());
    });
  }
}
