/**
 * A result page: its results with their features (`serp`), again when they change, and which of them were
 * seen (`serp_seen`): at least half visible in the window for 1 s while the page was visible. A page whose
 * address is a result page's, but on which no rule finds anything, is told as not recognised.
 */
{
  /** The results of a new address come after it. */
  const REST_MS = 500;
  /** Reading takes half a millisecond or so: results that never rest are read this often, */
  const READ_AGAIN_MS = 1000;
  /** and when something else on the page changes, such as suggestions to what is typed, new ones are looked for. */
  const LOOK_ANYWHERE_MS = 4000;
  const WHAT_CHANGES = { childList: true, subtree: true };
  const UNRECOGNISED_MS = 3000;
  const SEEN_MS = 1000;
  const HALF = 0.5;

  /** @type {ReturnType<typeof resultPage>} */
  let page = null;
  let told = '';
  let visits = 0;
  /** @type {unknown[]} */
  let itemsRead = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let readingSoon;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let lookingAnywhere;
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
      ignoreChanges();
      return;
    }
    const { rule, engine, query, firstRank } = page;
    const found = resultsOn(rule);
    watchChanges(found);
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

  /** The smallest part of the page with all results in it. @param {Found[]} found in the order of the page */
  const areaOf = (found) => {
    let area = found[0]?.block.parentElement;
    const last = found.at(-1)?.block ?? null;
    while (area && !area.contains(last)) area = area.parentElement;
    return area ?? document.documentElement;
  };
  const watchChanges = (/** @type {Found[]} */ found) => {
    ignoreChanges();
    changes.observe(areaOf(found), WHAT_CHANGES);
    changesAnywhere.observe(document.documentElement, WHAT_CHANGES);
    itemsRead = items();
  };
  const ignoreChanges = () => {
    for (const timer of [readingSoon, lookingAnywhere]) clearTimeout(timer);
    for (const observer of [changes, changesAnywhere]) observer.disconnect();
  };
  /** What can be a result, and which search it is: told without much work. @returns {unknown[]} */
  const items = () => {
    if (!page) return [];
    const { engine, query, firstRank, rule } = page;
    return [engine, query, firstRank, ...document.querySelectorAll(rule.results.map(({ item }) => item).join())];
  };
  const lookAnywhere = () => {
    page = resultPage(SERP_RULES.engines);
    const now = items();
    if (now.length !== itemsRead.length || now.some((each, index) => each !== itemsRead[index])) read(Date.now());
    else changesAnywhere.observe(document.documentElement, WHAT_CHANGES);
  };
  const watch = (/** @type {Found[]} */ found, /** @type {number} */ firstRank) => {
    const now = new Map(found.map(({ block }, index) => [block, firstRank + index]));
    for (const block of ranks.keys()) {
      if (now.has(block)) continue;
      observer.unobserve(block);
      inView.delete(block);
    }
    for (const [block, rank] of now) {
      if (ranks.get(block) === rank) continue;
      // One that was seen at another rank is watched no more: the browser tells anew where it is.
      observer.unobserve(block);
      observer.observe(block);
    }
    ranks = now;
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const { target } = entry;
      const half = entry.isIntersecting && entry.intersectionRatio >= HALF && entry.boundingClientRect.height > 0;
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
      observer.unobserve(block);
      inView.delete(block);
    }
    if (news.length > 0) tell(Date.now(), { type: 'serp_seen', ranks: news.sort((a, b) => a - b) });
    waitForSight();
  };
  document.addEventListener('visibilitychange', (event) => {
    if (!event.isTrusted) return;
    for (const block of inView.keys()) inView.set(block, performance.now());
    waitForSight();
  });

  const changes = new MutationObserver(() => {
    changes.disconnect();
    readingSoon = setTimeout(() => {
      if (page) read(Date.now());
    }, READ_AGAIN_MS);
  });
  const changesAnywhere = new MutationObserver(() => {
    changesAnywhere.disconnect();
    lookingAnywhere = setTimeout(lookAnywhere, LOOK_ANYWHERE_MS);
  });
  const begin = (/** @type {number} */ time) => {
    const visit = ++visits;
    told = '';
    seen = new Set();
    watch([], 1);
    read(time);
    setTimeout(() => {
      if (visit === visits) admit();
    }, UNRECOGNISED_MS);
    waitForSight();
  };

  document.addEventListener('DOMContentLoaded', (event) => {
    if (event.isTrusted) begin(Date.now());
  });
  addEventListener('load', (event) => {
    if (event.isTrusted) read(Date.now());
  });
  onVisit((time, how) => {
    page = null;
    if (how === 'changed') setTimeout(() => begin(Date.now()), REST_MS);
    else begin(time);
  });
}
