/**
 * The links of the page, once per visit (`links`, the census), and those that the person presses, with their
 * place in the census. The census waits until the browser is idle; a press before that takes it at once.
 * Frames inside tell of presses only.
 */
{
  const MAX_LINKS = 300;
  /** Of links without a place on the page, such as those of a closed menu, this many are passed by. */
  const MAX_LOOKED_AT = 3000;
  /** Longer addresses are left out of the census, so that it fits into a frame of the bridge. */
  const MAX_ADDRESS = 2048;
  const MAX_CHARACTERS = 240_000;
  /** The features of a link as JSON take this much at most. */
  const FEATURES_CHARACTERS = 480;
  /** After loading, or after the page changed its own address: until scripts have put the links there. */
  const SETTLE_MS = 1000;
  const IDLE_WITHIN_MS = 2000;
  const [LEFT, MIDDLE] = [0, 1];

  const outermost = window.top === window;
  let taken = false;
  /** Counts the visits, so that a timer of an earlier one is known. */
  let visits = 0;
  /** @type {WeakMap<Element, number>} */
  let places = new WeakMap();
  /** @type {Element | null} */
  let hovered = null;
  let hoveredSince = 0;

  const take = () => {
    if (taken || leaving || prerendered() || document.visibilityState !== 'visible') return;
    taken = true;
    const measure = new LinkMeasure();
    const links = [];
    let characters = 0;
    let lookedAt = 0;
    for (const link of document.links) {
      if (links.length === MAX_LINKS || ++lookedAt > MAX_LOOKED_AT) break;
      const url = addressOf(link);
      if (!url || url.length > MAX_ADDRESS) continue;
      const features = measure.of(link, url);
      if (!features) continue;
      characters += url.length + FEATURES_CHARACTERS;
      if (characters > MAX_CHARACTERS) break;
      places.set(link, links.length);
      links.push({ url, features });
    }
    tell(Date.now(), { type: 'links', links });
  };
  const LINK = 'a[href], area[href]';
  const heard = { capture: true, passive: true };
  const over = (/** @type {Element | null} */ element, /** @type {number} */ time) => {
    const link = element?.closest(LINK) ?? null;
    if (link !== hovered) hoveredSince = time;
    hovered = link;
  };
  const moved = (/** @type {globalThis.Event} */ event) => {
    if (event.isTrusted) over(innermost(event), event.timeStamp);
  };
  document.addEventListener('mouseover', moved, heard);
  /** @type {ReturnType<typeof setTimeout> | 0} 0: the pointer is heard. */
  let rest = 0;
  /** A page that flies past below the pointer brings link after link there: what counts is where it comes to rest. */
  onFastScroll((forMs) => {
    if (rest) clearTimeout(rest);
    else document.removeEventListener('mouseover', moved, heard);
    rest = setTimeout(() => {
      rest = 0;
      over([...document.querySelectorAll(':hover')].at(-1) ?? null, performance.now());
      document.addEventListener('mouseover', moved, heard);
    }, forMs);
  });
  const whenIdle = (/** @type {() => void} */ then) => {
    const visit = visits;
    setTimeout(() => requestIdleCallback(() => {
      if (visit === visits) then();
    }, { timeout: IDLE_WITHIN_MS }), SETTLE_MS);
  };
  const takeSoon = () => whenIdle(take);
  if (outermost) {
    addEventListener('load', (event) => {
      if (event.isTrusted) takeSoon();
    });
    // A page that was loaded out of sight.
    document.addEventListener('visibilitychange', (event) => {
      if (event.isTrusted && !taken && document.readyState === 'complete') takeSoon();
    });
    onVisit(() => {
      taken = false;
      visits++;
      places = new WeakMap();
      takeSoon();
    });
  }

  const linkAt = (/** @type {globalThis.Event} */ event) => {
    const link = event.composedPath().find((each) => each instanceof Element && each.matches(LINK));
    return link instanceof Element ? link : null;
  };
  const pressed = (/** @type {MouseEvent} */ event) => {
    const link = linkAt(event);
    const url = link && addressOf(link);
    if (!url) return;
    const time = wallTime(event);
    if (outermost) take();
    const index = places.get(link);
    const hover = link === hovered && event.type === 'mousedown' ? Math.round(event.timeStamp - hoveredSince) : 0;
    tell(time, { type: 'link_pressed', url, ...(index !== undefined && { index }), hover_ms: hover });
  };
  document.addEventListener('mousedown', (event) => {
    if (event.isTrusted && (event.button === LEFT || event.button === MIDDLE)) pressed(event);
  }, heard);
  document.addEventListener('click', (event) => {
    // By the keyboard: no button of a mouse was pressed before.
    if (event.isTrusted && event.detail === 0) pressed(event);
  }, heard);
}
