/**
 * What can be measured of links and search results without keeping a word of them: places, sizes, looks and
 * counts. Names and ranges: schemas/event.schema.json, definitions/link_features. A flag that is false, and
 * what cannot be known, is left out.
 * @typedef {Record<string, number | boolean | string>} Measured
 */

const WORDS = /[\p{L}\p{N}]+(?:['’._-][\p{L}\p{N}]+)*/gu;
/** Of a text that is longer only its beginning counts. */
const TEXT_LIMIT = 4000;

/** @param {string | null | undefined} text */
function wordsIn(text) {
  return (text ?? '').slice(0, TEXT_LIMIT).match(WORDS) ?? [];
}

/**
 * The http(s) address that a link leads to; '' for one that stays on the page or leads to no page.
 * @param {Element} link
 */
function addressOf(link) {
  const { href } = /** @type {HTMLAnchorElement} */ (link);
  // That of a link in an SVG drawing is no text.
  const url = typeof href === 'string' ? href : '';
  return /^https?:/.test(url) && url.split('#', 1)[0] !== address() ? url : '';
}

/** On the page, in whole CSS px; null: it takes no place. @param {Element} element */
function placeOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  if (width < 1 || height < 1) return null;
  return { x: whole(left + scrollX), y: whole(top + scrollY), width: whole(width), height: whole(height) };
}

/** @param {number} value */
function whole(value) {
  return Math.max(-1_000_000, Math.min(10_000_000, Math.round(value)));
}

/** @param {Record<string, number | boolean | string | null>} all @returns {Measured} */
function withoutNothing(all) {
  const known = Object.entries(all).filter(([, each]) => each !== null && each !== false && !Number.isNaN(each));
  return /** @type {Measured} */ (Object.fromEntries(known));
}

/**
 * Measures the links of one moment; what links share (backgrounds, lists, landmarks) is looked up once.
 */
class LinkMeasure {
  /** @type {Map<Element, number[] | null>} */
  #backgrounds = new Map();
  /** @type {Map<Element, string>} */
  #regions = new Map();
  /** @type {Map<Element, number>} */
  #listRanks = new Map();

  /** @param {Element} link @param {string} url @returns {Measured | null} null: it takes no place */
  of(link, url) {
    const picture = link.querySelector('img, picture, svg, video, canvas');
    const place = placeOf(link) ?? (picture && placeOf(picture));
    if (!place) return null;
    const style = getComputedStyle(link);
    const text = colourOf(style.color);
    const words = wordsIn(link.textContent);
    const named = words.length > 0 ? words : wordsIn(link.getAttribute('aria-label') ?? picture?.getAttribute('alt'));
    const item = link.closest('li, [role=listitem]');
    return withoutNothing({
      ...place,
      above_fold: place.y < innerHeight,
      region: this.#regionOf(link),
      font_px: whole(Number.parseFloat(style.fontSize)),
      font_weight: whole(Number.parseFloat(style.fontWeight)),
      italic: /italic|oblique/.test(style.fontStyle),
      underline: style.textDecorationLine.includes('underline'),
      grey: isGrey(text),
      contrast_percent: contrastPercent(text, this.#backgroundOf(link)),
      words: named.length,
      in_text: inRunningText(link),
      heading: link.closest('h1, h2, h3, h4, h5, h6, [role=heading]') !== null,
      list_rank: item && this.#listRankOf(item),
      image: picture !== null,
      image_ratio_percent: picture && ratioPercent(picture),
      new_tab: link.getAttribute('target') === '_blank',
      nofollow: /\bnofollow\b/i.test(link.getAttribute('rel') ?? ''),
      ...featuresOfAddress(url),
    });
  }

  /** The nearest landmark around it. @param {Element} element @returns {string} */
  #regionOf(element) {
    const known = this.#regions.get(element);
    if (known !== undefined) return known;
    const around = element.parentElement;
    const region = landmark(element) ?? (around ? this.#regionOf(around) : 'other');
    this.#regions.set(element, region);
    return region;
  }

  /**
   * The colour behind it, [r, g, b, 1]; null: a picture, or not opaque.
   * @param {Element} element @returns {number[] | null}
   */
  #backgroundOf(element) {
    const known = this.#backgrounds.get(element);
    if (known !== undefined) return known;
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const colour = colourOf(backgroundColor);
    const around = element.parentElement;
    let behind = colour;
    if (backgroundImage !== 'none') behind = null;
    else if (colour?.[3] === 0) behind = around ? this.#backgroundOf(around) : [255, 255, 255, 1];
    else if (colour?.[3] !== 1) behind = null;
    this.#backgrounds.set(element, behind);
    return behind;
  }

  /** From 1, among the items of its list. @param {Element} item */
  #listRankOf(item) {
    if (!this.#listRanks.has(item)) {
      let rank = 0;
      for (const each of item.parentElement?.children ?? []) {
        if (each.matches('li, [role=listitem]')) this.#listRanks.set(each, ++rank);
      }
    }
    return this.#listRanks.get(item) ?? null;
  }
}

/** The landmark that the element itself is, by its role or as HTML maps elements to roles. @param {Element} element */
function landmark(element) {
  const role = element.getAttribute('role');
  if (role !== null) {
    return { banner: 'header', navigation: 'nav', main: 'main', complementary: 'aside', contentinfo: 'footer',
      search: 'search' }[role] ?? null;
  }
  const name = element.localName;
  if (name === 'header' || name === 'footer') {
    return element.parentElement?.closest('article, aside, main, nav, section') ? null : name;
  }
  return ['nav', 'main', 'aside', 'search'].includes(name) ? name : null;
}

/** Beside words that are no part of it. @param {Element} link */
function inRunningText(link) {
  return [link.previousSibling, link.nextSibling].some(
    (beside) => beside?.nodeType === 3 && /[\p{L}\p{N}]/u.test(beside.textContent ?? ''));
}

/** [r, g, b, alpha] of a computed colour; null: written in another colour space. @param {string} text */
function colourOf(text) {
  const numbers = /^rgba?\(([^)]*)\)$/.exec(text)?.[1] ?? '';
  const [r, g, b, alpha = 1] = numbers.split(/[\s,/]+/).filter(Boolean).map(Number);
  return r === undefined || g === undefined || b === undefined ? null : [r, g, b, alpha];
}

/** Of middle lightness, without a hue. @param {number[] | null} colour */
function isGrey(colour) {
  if (!colour) return false;
  const [least, most] = [Math.min(...colour.slice(0, 3)), Math.max(...colour.slice(0, 3))];
  return most - least <= 16 && least >= 64 && most <= 208;
}

/** The contrast ratio of WCAG 2 (1 to 21) in percent. @param {number[] | null} text @param {number[] | null} behind */
function contrastPercent(text, behind) {
  if (!text || !behind || text[3] !== 1) return null;
  const [darker = 0, lighter = 0] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
  return Math.round((100 * (lighter + 0.05)) / (darker + 0.05));
}

/** @param {number[]} colour */
function luminance(colour) {
  const [r = 0, g = 0, b = 0] = colour.map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Width by height. @param {Element} picture */
function ratioPercent(picture) {
  const place = placeOf(picture);
  return place && Math.min(100_000, Math.round((100 * place.width) / Math.max(place.height, 1)));
}

/** @param {string} url @returns {Record<string, number | boolean>} */
function featuresOfAddress(url) {
  const to = new URL(url);
  const sameHost = to.host === location.host;
  return {
    same_host: sameHost,
    same_site: sameHost || siteOf(to.hostname) === siteOf(location.hostname),
    url_length: url.length,
    url_hyphens: url.split('-').length - 1,
    url_shorter: sameHost && url.length < location.href.length,
    url_in_url: /https?(:|%3a)(\/|%2f)/i.test(url.slice(8)),
  };
}

/**
 * The registrable domain, told without the public suffix list: the last two labels of the name, three where
 * the last but one is a usual second level of a country (co.uk, com.au).
 * @param {string} host
 */
function siteOf(host) {
  if (/^[\d.]+$|:/.test(host)) return host;
  return /[^.]+\.((?:ac|co|com|edu|gob|gov|go|ne|net|nom|or|org)\.[a-z]{2}|[^.]+)\.?$/.exec(host)?.[0] ?? host;
}
