/**
 * Reads a result page by the rules of schemas/serp_rules.json (serp_rules.js holds them for the browser).
 * @typedef {{parameter?: string, meta?: string, attribute?: string, add?: number}} Source
 * @typedef {{kind: string | {attribute: string}, item: string, block?: string, title?: string, link?: string,
 *   snippet?: string, without_link?: boolean}} ResultRule
 * @typedef {{host?: string, path?: string, mark?: string, unless?: Record<string, string>}} PageRule
 * @typedef {{path: string, parameter: string, encoding?: string, skip?: number}} Unwrap
 * @typedef {{engine: string | Source, page: PageRule, query: Source[], first_rank?: Source[], unwrap?: Unwrap[],
 *   empty?: string, results: ResultRule[]}} EngineRule
 * @typedef {{block: Element, kind: string, url: string, href: string, title: Element | null,
 *   snippet: Element | null}} Found  `href`: as the page has it; `url`: where it leads
 */

const MAX_RESULTS = 300;
/** A longer address is cut: no result page has one that leads anywhere. */
const MAX_RESULT_ADDRESS = 2048;

/** Which engine's result page this is, and the query. @param {EngineRule[]} engines */
function resultPage(engines) {
  const here = new URL(location.href);
  const rule = engines.find(({ page }) => fits(page, here));
  const query = rule && firstText(rule.query, here).trim();
  if (!rule || !query) return null;
  const engine = typeof rule.engine === 'string' ? rule.engine : firstText([rule.engine], here).trim() || 'page';
  return { rule, engine: engine.slice(0, 100), query: query.slice(0, 2000), firstRank: firstRankOf(rule, here) };
}

/** @param {PageRule} page @param {URL} here */
function fits({ host, path, unless, mark }, here) {
  if (host && !new RegExp(host).test(here.hostname)) return false;
  if (path && !new RegExp(path).test(here.pathname)) return false;
  for (const [name, value] of Object.entries(unless ?? {})) {
    if (new RegExp(value).test(here.searchParams.get(name) ?? '')) return false;
  }
  return !mark || document.querySelector(mark) !== null;
}

/** @param {Source[]} sources @param {URL} here */
function firstText(sources, here) {
  for (const source of sources) {
    const text = textFrom(source, here);
    if (text) return text;
  }
  return '';
}

/** @param {Source} source @param {URL} here */
function textFrom({ parameter, meta, attribute }, here) {
  if (parameter !== undefined) return here.searchParams.get(parameter);
  if (meta !== undefined) return document.querySelector(`meta[name="${meta}"]`)?.getAttribute('content');
  return document.querySelector(`[${attribute}]`)?.getAttribute(attribute ?? '');
}

/** @param {EngineRule} rule @param {URL} here */
function firstRankOf({ first_rank: sources = [] }, here) {
  for (const source of sources) {
    const text = textFrom(source, here) ?? '';
    if (/^\d{1,5}$/.test(text)) return Math.max(1, Number(text) + (source.add ?? 0));
  }
  return 1;
}

/** The results in the order of the page. @param {EngineRule} rule @returns {Found[]} */
function resultsOn(rule) {
  /** @type {Found[]} */
  const found = [];
  for (const { kind, item, block, title, link, snippet, without_link: withoutLink } of rule.results) {
    for (const each of document.querySelectorAll(item)) {
      const whole = block ? (each.closest(block) ?? each) : each;
      // What is inside a result is part of it, and what is around several is none.
      if (found.some((other) => whole.contains(other.block) || other.block.contains(whole))) continue;
      const heading = title ? (whole.matches(title) ? whole : whole.querySelector(title)) : null;
      const href = linkOf(whole, heading, link);
      const url = href && unwrapped(rule, href).slice(0, MAX_RESULT_ADDRESS);
      if (!url && !withoutLink) continue;
      const said = typeof kind === 'string' ? kind : each.getAttribute(kind.attribute) || 'organic';
      found.push({
        block: whole,
        kind: said.slice(0, 100),
        url,
        href,
        title: heading,
        snippet: snippet ? whole.querySelector(snippet) : null,
      });
      if (found.length === MAX_RESULTS) break;
    }
  }
  const following = 4;
  return found.sort((a, b) => (a.block.compareDocumentPosition(b.block) & following ? -1 : 1));
}

/** '' where there is none. @param {Element} block @param {Element | null} title @param {string | undefined} selector */
function linkOf(block, title, selector) {
  const link = selector
    ? block.matches(selector) ? block : block.querySelector(selector)
    : (title ?? block).closest('a[href]') ?? (title ?? block).querySelector('a[href]');
  const { href } = /** @type {HTMLAnchorElement} */ (link ?? {});
  return typeof href === 'string' && /^https?:/.test(href) ? href : '';
}

/** The address that a link of the engine's own host leads on to. @param {EngineRule} rule @param {string} href */
function unwrapped({ unwrap = [] }, href) {
  const url = new URL(href);
  if (url.hostname !== location.hostname && !url.hostname.endsWith(`.${siteOf(location.hostname)}`)) {
    if (url.hostname !== siteOf(location.hostname)) return href;
  }
  for (const { path, parameter, encoding, skip = 0 } of unwrap) {
    const value = new RegExp(path).test(url.pathname) ? url.searchParams.get(parameter) : null;
    const inside = value && encoding === 'base64url' ? decodedBase64(value.slice(skip)) : value;
    if (inside && /^https?:/.test(inside) && URL.canParse(inside)) return new URL(inside).href;
  }
  return href;
}

/** @param {string} text */
function decodedBase64(text) {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

/**
 * What makes a result attractive, as numbers (definitions/result_features). Reads the layout.
 * @param {Found} found @param {Set<string>} queryWords in lower case
 */
function resultFeatures({ block, url, href, title, snippet }, queryWords) {
  const titleWords = wordsIn(title?.textContent);
  const place = placeOf(block);
  return withoutNothing({
    ...place,
    above_fold: place !== null && place.y < innerHeight,
    words: wordsIn(block.textContent).length,
    title_words: titleWords.length,
    title_bold_words: title ? boldWords(title) : 0,
    title_query_words: titleWords.filter((word) => queryWords.has(word.toLowerCase())).length,
    snippet_words: wordsIn(snippet?.textContent).length,
    bold_words: boldWords(block),
    rich_links: richLinks(block, href),
    images: block.querySelectorAll('img, svg, video').length,
    url_length: url.length,
    url_hyphens: url.split('-').length - 1,
  });
}

/** @param {Element} element */
function boldWords(element) {
  const bold = 'b, strong, em';
  let words = 0;
  for (const each of element.querySelectorAll(bold)) {
    if (!each.parentElement?.closest(bold)) words += wordsIn(each.textContent).length;
  }
  return words;
}

/** Other addresses that the result leads to. @param {Element} block @param {string} href */
function richLinks(block, href) {
  const others = new Set();
  for (const link of block.querySelectorAll('a[href]')) others.add(addressOf(link));
  others.delete('');
  others.delete(href);
  return others.size;
}
