/** @import { Event } from '../events.js' */

/** Enough for a restart of the agent in a busy hour; beyond that the old is worth less than the memory. */
export const MAX_EVENTS = 1000;
/** In characters of JSON; storage.session, where they are kept as well, holds 10 MB. */
export const MAX_CHARACTERS = 2_000_000;
/** Events of a longer absence of the agent mean nothing to it: it saw no input at their time. */
export const MAX_AGE_MS = 300_000;

/**
 * An event on its way. Its number is that of its message; `born` names the worker that gave it. An event keeps it
 * when it is sent again, so that the agent knows one that it has.
 * @typedef {{event: Event, size: number, born: number, seq: number}} Item
 * @typedef {{items: Item[], dropped: number}} Kept  what outlives the worker
 */

/**
 * Events that the agent has not acknowledged, oldest first. Bounded in number, size and age; what has to go is
 * the oldest, and is counted.
 */
export class Outbox {
  /** @type {Item[]} */
  #items = [];
  #size = 0;
  #dropped = 0;
  #changed;

  /** @param {() => void} changed called after each change of what `kept` gives */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Puts what an earlier worker kept before everything else. @param {Kept} kept */
  restore({ items, dropped }) {
    this.#items = [...items, ...this.#items];
    this.#size = this.#items.reduce((sum, { size }) => sum + size, 0);
    this.#dropped += dropped;
    this.#trim();
  }

  /** @returns {Kept} */
  kept() {
    return { items: this.#items, dropped: this.#dropped };
  }

  /** @param {Event} event @param {number} born @param {number} seq @returns {Item} */
  add(event, born, seq) {
    const item = { event, size: JSON.stringify(event).length, born, seq };
    this.#items.push(item);
    this.#size += item.size;
    this.#trim();
    return item;
  }

  /** All that is to be sent over a new connection. @param {number} now ms since 1970 @returns {Item[]} */
  waiting(now) {
    this.#drop(this.#items.findIndex(({ event }) => event.time_ms >= now - MAX_AGE_MS));
    this.#changed();
    return [...this.#items];
  }

  get dropped() {
    return this.#dropped;
  }

  /** So many of the losses were heard of. @param {number} dropped */
  lossesTold(dropped) {
    if (dropped === 0) return;
    this.#dropped -= dropped;
    this.#changed();
  }

  /** The agent has everything that this worker sent up to this number. @param {number} born @param {number} seq */
  acknowledged(born, seq) {
    const rest = this.#items.filter((item) => item.born !== born || item.seq > seq);
    if (rest.length === this.#items.length) return;
    this.#items = rest;
    this.#size = rest.reduce((sum, { size }) => sum + size, 0);
    this.#changed();
  }

  #trim() {
    const oldest = (this.#items.at(-1)?.event.time_ms ?? 0) - MAX_AGE_MS;
    let over = 0;
    let size = this.#size;
    while (over < this.#items.length) {
      const item = /** @type {Item} */ (this.#items[over]);
      const fits = this.#items.length - over <= MAX_EVENTS && size <= MAX_CHARACTERS;
      if (fits && item.event.time_ms >= oldest) break;
      size -= item.size;
      over++;
    }
    this.#drop(over);
    this.#changed();
  }

  /** @param {number} over how many of the oldest; below 0: all */
  #drop(over) {
    const gone = this.#items.splice(0, over < 0 ? this.#items.length : over);
    for (const { size } of gone) this.#size -= size;
    this.#dropped += gone.length;
  }
}
