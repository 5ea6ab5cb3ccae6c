/**
 * A result page: its results with their features (`serp`), again when they change, and which of them were
 * seen (`serp_seen`): at least half visible in the window for 1 s while the page was visible. A page whose
 * address is a result page's, but on which no rule finds anything, is told as not recognised.
 */
{
  /** The results of a new address come after it. */
  const REST_MS = 500;
  /** Reading takes half a millisecond or so: a page that never rests is read this often. */
  const READ_AGAIN_MS = 1000;
  const UNRECOGNISED_MS = 3000;
  const SEEN_MS = 1000;
  const HALF = 0.5;

  /** @type {ReturnType<typeof resultPage>} */
  let page = null;
  let told = '';
  let visits = 0;
  let watchingPage = false;
  /** @type {Map<Element, number>} */
  let ranks = new Map();
  /** @type {Set<number>} */
  let seen = new Set();
  /** Half visible since when, ms of performance.now(). @type {Map<Element, number>} */
  const inView = new Map();
  let waiting = false;

  const read = (/** @type {number} */ time) => {
    if (leaving || prerendered()) return;
    page = resultPage(SERP_RULES.engines);
    if (!page) {
      watch([], 1);
      return;
    }
    watchPage();
    const { rule, engine, query, firstRank } = page;
    const found = resultsOn(rule);
    if (found.length === 0) return;
    watch(found, firstRank);
    const state = JSON.stringify([engine, query, firstRank, found.map(({ kind, url }) => [kind, url])]);
    if (state === told) return;
    told = state;
    const queryWords = new Set(wordsIn(query.toLowerCase()));
    let organic = firstRank - 1;
    const results = found.map((each, index) => ({
      rank: firstRank + index,
      url: each.url,
      kind: each.kind,
      features: { ...resultFeatures(each, queryWords), ...(each.kind === 'organic' && { organic_rank: ++organic }) },
    }));
    tell(time, { type: 'serp', engine, query, results });
  };
  const admit = () => {
    if (leaving || prerendered() || told || !page) return;
    const { rule, engine, query } = page;
    const recognised = rule.empty !== undefined && document.querySelector(rule.empty) !== null;
    tell(Date.now(), { type: 'serp', engine, query, results: [], ...(!recognised && { recognised }) });
  };

  const watchPage = () => {
    if (watchingPage) return;
    watchingPage = true;
    changes.observe(document.documentElement, { childList: true, subtree: true });
  };
  const watch = (/** @type {Found[]} */ found, /** @type {number} */ firstRank) => {
    const now = new Map(found.map(({ block }, index) => [block, firstRank + index]));
    for (const block of ranks.keys()) {
      if (now.has(block)) continue;
      observer.unobserve(block);
      inView.delete(block);
    }
    for (const block of now.keys()) if (!ranks.has(block)) observer.observe(block);
    ranks = now;
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, intersectionRatio, boundingClientRect } of entries) {
      const half = isIntersecting && intersectionRatio >= HALF && boundingClientRect.height > 0;
      if (!half) inView.delete(target);
      else if (!inView.has(target)) inView.set(target, performance.now());
    }
    waitForSight();
  }, { threshold: HALF });
  const waitForSight = () => {
    if (waiting || document.visibilityState !== 'visible') return;
    const since = [...inView].filter(([block]) => !seen.has(ranks.get(block) ?? 0)).map(([, start]) => start);
    if (since.length === 0) return;
    waiting = true;
    setTimeout(lookWhatWasSeen, Math.max(0, Math.min(...since) + SEEN_MS - performance.now()));
  };
  const lookWhatWasSeen = () => {
    waiting = false;
    if (document.visibilityState !== 'visible' || leaving || prerendered()) return;
    const now = performance.now();
    const news = [];
    for (const [block, since] of inView) {
      const rank = ranks.get(block);
      if (rank === undefined || seen.has(rank) || now - since < SEEN_MS) continue;
      seen.add(rank);
      news.push(rank);
    }
    if (news.length > 0) tell(Date.now(), { type: 'serp_seen', ranks: news.sort((a, b) => a - b) });
    waitForSight();
  };
  document.addEventListener('visibilitychange', () => {
    for (const block of inView.keys()) inView.set(block, performance.now());
    waitForSight();
  });

  const readSoon = () => {
    changes.disconnect();
    watchingPage = false;
    setTimeout(() => {
      if (page) read(Date.now());
    }, READ_AGAIN_MS);
  };
  const changes = new MutationObserver(readSoon);
  const begin = (/** @type {number} */ time) => {
    const visit = ++visits;
    told = '';
    seen = new Set();
    for (const block of inView.keys()) inView.set(block, performance.now());
    read(time);
    setTimeout(() => {
      if (visit === visits) admit();
    }, UNRECOGNISED_MS);
    waitForSight();
  };

  document.addEventListener('DOMContentLoaded', () => begin(Date.now()));
  addEventListener('load', () => read(Date.now()));
  onVisit((time, how) => {
    page = null;
    if (how === 'changed') setTimeout(() => begin(Date.now()), REST_MS);
    else begin(time);
  });
}
