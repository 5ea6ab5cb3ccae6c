/**
 * What a content script may say, by type: each field with what it must be. A content script lives in a
 * process that runs the page's code, so that nothing is believed: fields that are not named here are left
 * out, texts and lists are cut, and a field of another shape makes the whole event none.
 * Limits: schemas/event.schema.json, and a frame of the bridge (1 MiB).
 * @import { PageHappening } from '../events.js'
 *
 * Gives the value as it goes on, or undefined: not of this shape.
 * @typedef {(value: unknown) => unknown} Shape
 */

/** Servers refuse longer ones; what is cut off here is never needed to tell two pages apart. */
export const MAX_URL = 8192;
export const MAX_LINKS = 300;
export const MAX_RESULTS = 300;
/** Of a list as JSON; three bytes a character at most, its event stays below a frame of the bridge. */
export const MAX_CHARACTERS = 250_000;
const MAX_FEATURES = 64;
const MAX_NAME = 64;
const MAX_TEXT = 200;

/** @type {Shape} */
const flag = (value) => (typeof value === 'boolean' ? value : undefined);

/** A whole number. @param {number} most @returns {Shape} */
const count = (most) => (value) =>
  typeof value === 'number' && value >= 0 ? Math.min(Math.round(value), most) : undefined;

/** @param {number} most @returns {Shape} */
const measure = (most) => (value) => (typeof value === 'number' && value >= 0 ? Math.min(value, most) : undefined);

/**
 * Half a surrogate pair, the page's own or left by the cut, would not be JSON for the agent.
 * @param {number} most @returns {Shape}
 */
const text = (most) => (value) =>
  typeof value === 'string' ? value.slice(0, most).replace(/\p{Surrogate}/gu, '\ufffd') : undefined;

/** @param {string[]} names @returns {Shape} */
const oneOf = (...names) => (value) => (names.includes(/** @type {string} */ (value)) ? value : undefined);

/** What is absent or null stays away. @param {Shape} shape @returns {Shape} */
const optional = (shape) => Object.assign((/** @type {unknown} */ value) => shape(value), { optional: true });

/**
 * Items beyond the limit, or beyond MAX_CHARACTERS, are left out.
 * @param {number} most @param {Shape} item @returns {Shape}
 */
const list = (most, item) => (value) => {
  if (!Array.isArray(value)) return undefined;
  const all = [];
  let size = 0;
  for (const each of value.slice(0, most)) {
    const taken = item(each);
    if (taken === undefined) return undefined;
    size += JSON.stringify(taken).length;
    if (size > MAX_CHARACTERS) break;
    all.push(taken);
  }
  return all;
};

/** @param {Record<string, Shape>} fields @returns {Shape} */
const record = (fields) => (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  /** @type {Record<string, unknown>} */
  const taken = {};
  for (const [name, shape] of Object.entries(fields)) {
    const given = /** @type {Record<string, unknown>} */ (value)[name] ?? undefined;
    if (given === undefined && 'optional' in shape) continue;
    taken[name] = shape(given);
    if (taken[name] === undefined) return undefined;
  }
  return taken;
};

/** @type {Shape} */
const features = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const taken = Object.entries(value)
    .slice(0, MAX_FEATURES)
    .map(([name, each]) => [name.slice(0, MAX_NAME), typeof each === 'string' ? text(MAX_TEXT)(each) : each])
    .filter(([, each]) => ['boolean', 'string'].includes(typeof each) || Number.isFinite(each));
  return Object.fromEntries(taken);
};

const url = text(MAX_URL);
const rank = count(1_000_000);
const many = count(1_000_000);

/** @type {Record<PageHappening['type'], Shape>} */
const SHAPES = {
  input: record({
    kind: oneOf('mouse_move', 'mouse_down', 'mouse_up', 'key', 'scroll', 'touch'),
    count: optional((value) => count(1_000_000)(value) || undefined),
    key_class: optional(
      oneOf('character', 'deletion', 'cursor', 'list', 'accept', 'tab', 'escape', 'paste', 'find', 'shortcut',
        'modifier', 'function', 'other'),
    ),
    distance_px: optional(count(10_000_000)),
    synthetic: optional(flag),
  }),
  page_focus: record({ focused: flag }),
  page_visibility: record({ visible: flag }),
  password_focus: record({ focused: flag }),
  page_label: record({ label: text(MAX_TEXT) }),
  page_vitals: record({
    lcp_ms: optional(measure(1e12)),
    inp_ms: optional(measure(1e12)),
    cls: optional(measure(1e6)),
  }),
  scroll_depth: record({ percent: count(100) }),
  form: record({ fields: optional(many), characters: optional(many), autofilled: optional(many) }),
  login_form: record({}),
  login_submitted: record({}),
  links: record({ links: list(MAX_LINKS, record({ url, features: optional(features) })) }),
  link_pressed: record({ url, index: optional(many), hover_ms: optional(count(86_400_000)) }),
  serp: record({
    engine: text(100),
    query: text(2000),
    results: list(MAX_RESULTS, record({ rank, url, kind: optional(text(100)), features: optional(features) })),
    recognised: optional(flag),
  }),
  serp_seen: record({ ranks: list(MAX_RESULTS, rank) }),
};

/**
 * The event that a message holds, of the shape that the agent expects.
 * @param {unknown} message @returns {(PageHappening & {time_ms: number}) | null} null: it holds none
 */
export function pageEvent(message) {
  const { type, time_ms } = /** @type {Record<string, unknown>} */ (message ?? {});
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null;
  if (typeof time_ms !== 'number' || !Number.isFinite(time_ms) || time_ms < 0) return null;
  const fields = SHAPES[/** @type {PageHappening['type']} */ (type)](message);
  if (fields === undefined) return null;
  return /** @type {PageHappening & {time_ms: number}} */ ({ type, time_ms, .../** @type {object} */ (fields) });
}
