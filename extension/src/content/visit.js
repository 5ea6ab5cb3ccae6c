/**
 * When a visit begins in a document that is there already: the page changed its own address, came back from
 * the back-forward cache, or, run ahead of the person, was activated. What counts once per visit starts anew.
 * And when a page flies past.
 */

/** @typedef {'changed' | 'restored' | 'activated'} Beginning */
/** @type {((time: number, how: Beginning) => void)[]} */
const beginnings = [];

/** @param {(time: number, how: Beginning) => void} then Told with the wall time of the beginning. */
function onVisit(then) {
  beginnings.push(then);
}

/** @type {((forMs: number) => void)[]} */
const fastScrolls = [];

/**
 * @param {(forMs: number) => void} then Told while the page is scrolled faster than anybody looks at its parts; it
 * is told again within `forMs` as long as that goes on.
 */
function onFastScroll(then) {
  fastScrolls.push(then);
}

/** The address without its fragment: two visits of one document differ in it. */
function address() {
  return location.href.split('#', 1)[0] ?? '';
}

{
  let here = address();
  const begin = (/** @type {globalThis.Event} */ event, /** @type {Beginning} */ how) => {
    if (!event.isTrusted || prerendered()) return;
    if (how === 'changed' && address() === here) return;
    here = address();
    const time = wallTime(event);
    for (const then of beginnings) then(time, how);
  };
  // Fires within pushState and its like, before the worker hears of them. Not in TypeScript's library yet.
  const { navigation } = /** @type {any} */ (window);
  const changed = (/** @type {globalThis.Event} */ event) => begin(event, 'changed');
  navigation?.addEventListener('currententrychange', changed);
  document.addEventListener('prerenderingchange', (event) => begin(event, 'activated'));
  addEventListener('pageshow', (event) => {
    if (event.persisted) begin(event, 'restored');
  }, true);
}
