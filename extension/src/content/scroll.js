/**
 * How much of the page was seen so far: the deepest lower edge of the view, in percent of the height of what
 * scrolls. That is the document, or the element in its place that has more to scroll and fills half the window.
 */
{
  const REST_MS = 1000;
  /** Two windows or so from one look to the next: nobody looks at what flies past. */
  const FAST_PX = 1500;

  let deepest = 0;
  /** Where the last look found the page. */
  let before = 0;
  /** @type {Element | null} The last element that scrolled. */
  let scrolled = null;
  /** @type {Element | null} What the page is read in instead of the document. */
  let inside = null;

  const roomIn = (/** @type {Element} */ element) => element.scrollHeight - element.clientHeight;
  const fillsWindow = (/** @type {Element} */ element) =>
    2 * element.clientWidth * element.clientHeight >= innerWidth * innerHeight;

  /** The element in the middle of the window, or around it, that can be scrolled. @param {Element} root */
  const scrollerInside = (root) => {
    let element = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    for (; element && element !== root; element = element.parentElement) {
      if (roomIn(element) > 0 && /^(auto|scroll|overlay)$/.test(getComputedStyle(element).overflowY)) return element;
    }
    return null;
  };

  const look = (/** @type {number} */ time) => {
    const root = document.scrollingElement;
    if (!root || prerendered() || document.visibilityState !== 'visible') return;
    if (deepest === 0) scrolled ??= scrollerInside(root);
    if (scrolled && scrolled !== inside && fillsWindow(scrolled)) inside = scrolled;
    const seen = inside?.isConnected && roomIn(inside) > roomIn(root) ? inside : root;
    const { scrollTop } = seen;
    // From one look to the next it was scrolled for REST_MS at most.
    if (Math.abs(scrollTop - before) > FAST_PX) for (const then of fastScrolls) then(REST_MS + REST_MS / 2);
    before = scrollTop;
    const share = (scrollTop + seen.clientHeight) / Math.max(seen.scrollHeight, 1);
    const percent = Math.min(100, Math.round(100 * share));
    if (percent <= deepest) return;
    deepest = percent;
    tell(time, { type: 'scroll_depth', percent });
  };

  const lookSoon = () => {
    document.removeEventListener('scroll', scrolls, true);
    setTimeout(() => {
      listen();
      look(Date.now());
    }, REST_MS);
  };
  const scrolls = (/** @type {globalThis.Event} */ event) => {
    if (!event.isTrusted) return;
    const { target } = event;
    // What is typed scrolls its field.
    if (target instanceof Element && !target.matches('input, textarea')) scrolled = target;
    lookSoon();
  };
  /** Not each frame of a scroll calls it: until the look that the first one brings, nothing listens. */
  const listen = () => document.addEventListener('scroll', scrolls, { capture: true, passive: true });
  listen();
  const now = (/** @type {globalThis.Event} */ event) => {
    if (event.isTrusted) look(wallTime(event));
  };
  addEventListener('load', now);
  addEventListener('pagehide', now, true);
  document.addEventListener('visibilitychange', now);
  onVisit(() => {
    deepest = 0;
    scrolled = null;
    inside = null;
    lookSoon();
  });
}
