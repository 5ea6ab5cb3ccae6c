/** How much of the page was seen so far: the deepest lower edge of the view, in percent of the page's height. */
{
  const REST_MS = 200;

  let deepest = 0;
  let url = '';
  let resting = false;

  const look = (/** @type {number} */ time) => {
    const root = document.scrollingElement;
    if (!root || prerendered() || document.visibilityState !== 'visible') return;
    // A page that changes its own URL begins a new visit.
    const here = location.href.split('#')[0] ?? '';
    if (here !== url) deepest = 0;
    url = here;
    const seen = (root.scrollTop + root.clientHeight) / Math.max(root.scrollHeight, 1);
    const percent = Math.min(100, Math.round(100 * seen));
    if (percent <= deepest) return;
    deepest = percent;
    tell(time, { type: 'scroll_depth', percent });
  };

  document.addEventListener('scroll', (event) => {
    if (!event.isTrusted || resting) return;
    resting = true;
    setTimeout(() => {
      resting = false;
      look(Date.now());
    }, REST_MS);
  }, { capture: true, passive: true });
  const now = (/** @type {globalThis.Event} */ event) => {
    if (event.isTrusted) look(wallTime(event));
  };
  addEventListener('load', now);
  addEventListener('pagehide', now, true);
  document.addEventListener('visibilitychange', now);
  document.addEventListener('prerenderingchange', now);
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    deepest = 0;
    now(event);
  }, true);
}
