/**
 * The web vitals of the visit, by the definitions of web.dev:
 * LCP: start of the largest paint before the first input or hiding, since activation; after the back-forward cache
 * the time to the next painted frame; unknown after the page changed its own address.
 * INP: of the longest interactions the one at the 98th percentile (one is left out for every 50).
 * CLS: the largest window of layout shifts without recent input, shifts at most 1 s apart, windows at most 5 s long.
 * Told when the page is hidden or left, or the visit ends; again when something changed.
 */
{
  const LONGEST = 10;
  const ONE_LEFT_OUT_FOR = 50;
  /** Shorter ones can't be told apart from the browser's own rounding to 8 ms; the standard's default would be 104. */
  const SHORTEST_INTERACTION_MS = 40;
  const WINDOW_GAP_MS = 1000;
  const WINDOW_MS = 5000;

  /** Not all in TypeScript's library. @typedef {PerformanceEntry & {[field: string]: any}} Entry */

  /** @type {number | null} */
  let lcp = null;
  /** LCP can still grow. */
  let loading = true;
  let hiddenAt = document.visibilityState === 'hidden' && !prerendered() ? 0 : Infinity;
  let cls = 0;
  let shifts = { first: 0, last: 0, sum: 0 };
  let sawShifts = false;
  /** @type {Map<number, number>} The longest interactions of the visit: id to duration. */
  let longest = new Map();
  /** The browser counts over the life of the document. */
  let interactionsBefore = 0;
  let told = '';

  const activation = () => {
    const [navigation] = performance.getEntriesByType('navigation');
    return /** @type {Entry | undefined} */ (navigation)?.activationStart ?? 0;
  };
  const interactions = () => /** @type {any} */ (performance).interactionCount ?? 0;

  const paint = (/** @type {Entry} */ entry) => {
    if (loading && entry.startTime < hiddenAt) lcp = Math.max(entry.startTime - activation(), 0);
  };
  const interaction = (/** @type {Entry} */ entry) => {
    const id = entry.interactionId;
    if (!id) return;
    const duration = Math.max(entry.duration, longest.get(id) ?? 0);
    if (!longest.has(id) && longest.size >= LONGEST) {
      const [least, its] = [...longest].reduce((a, b) => (b[1] < a[1] ? b : a));
      if (its >= duration) return;
      longest.delete(least);
    }
    longest.set(id, duration);
  };
  const shift = (/** @type {Entry} */ entry) => {
    if (entry.hadRecentInput) return;
    const time = entry.startTime;
    const joins = shifts.sum > 0 && time - shifts.last < WINDOW_GAP_MS && time - shifts.first < WINDOW_MS;
    shifts = { first: joins ? shifts.first : time, last: time, sum: (joins ? shifts.sum : 0) + entry.value };
    cls = Math.max(cls, shifts.sum);
  };
  const inp = () => {
    const durations = [...longest.values()].sort((a, b) => b - a);
    const place = Math.floor((interactions() - interactionsBefore) / ONE_LEFT_OUT_FOR);
    return durations[Math.min(Math.max(place, 0), durations.length - 1)];
  };

  /** @type {[PerformanceObserver, (entry: Entry) => void][]} */
  const observers = [];
  /** @param {string} type @param {(entry: Entry) => void} take @param {object} [more] */
  const observe = (type, take, more) => {
    if (!PerformanceObserver.supportedEntryTypes?.includes(type)) return false;
    const observer = new PerformanceObserver((entries) => entries.getEntries().forEach(take));
    observer.observe({ type, buffered: true, ...more });
    observers.push([observer, take]);
    return true;
  };
  const report = (/** @type {number} */ time) => {
    for (const [observer, take] of observers) observer.takeRecords().forEach(take);
    const longestWait = inp();
    const painted = performance.getEntriesByName('first-contentful-paint').length > 0;
    const known = {
      ...(lcp !== null && { lcp_ms: Math.round(lcp) }),
      ...(longestWait !== undefined && { inp_ms: Math.round(longestWait) }),
      ...(sawShifts && painted && { cls: Math.round(cls * 10_000) / 10_000 }),
    };
    const text = JSON.stringify(known);
    if (text === told || text === '{}') return;
    told = text;
    tell(time, { type: 'page_vitals', ...known });
  };

  observe('largest-contentful-paint', paint);
  sawShifts = observe('layout-shift', shift);
  observe('event', interaction, { durationThreshold: SHORTEST_INTERACTION_MS });
  observe('first-input', interaction);

  const inputs = ['keydown', 'mousedown', 'touchstart'];
  const settle = (/** @type {globalThis.Event} */ event) => {
    if (!event.isTrusted || !loading) return;
    for (const [observer, take] of observers) observer.takeRecords().forEach(take);
    loading = false;
    for (const type of inputs) removeEventListener(type, settle, true);
  };
  for (const type of inputs) addEventListener(type, settle, { capture: true, passive: true });
  const hides = (/** @type {globalThis.Event} */ event) => {
    const hidden = event.type === 'pagehide' || document.visibilityState === 'hidden';
    if (!event.isTrusted || prerendered() || !hidden) return;
    settle(event);
    hiddenAt = Math.min(hiddenAt, event.timeStamp);
    report(wallTime(event));
  };
  document.addEventListener('visibilitychange', hides, true);
  addEventListener('pagehide', hides, true);

  onVisit((time, how) => {
    if (how === 'activated') return;
    if (how === 'changed') report(time - 1);
    lcp = null;
    loading = false;
    cls = 0;
    shifts = { first: 0, last: 0, sum: 0 };
    longest = new Map();
    interactionsBefore = interactions();
    told = '';
    if (how === 'restored') {
      requestAnimationFrame(() => requestAnimationFrame(() => {
        lcp = Date.now() - time;
      }));
    }
  });
}
