/** @import { Event } from '../events.js' */

/** Enough for a restart of the agent in a busy hour; beyond that the old is worth less than the memory. */
export const MAX_EVENTS = 1000;
/** In characters of JSON; storage.session, where the queue is kept, holds 10 MB. */
export const MAX_CHARACTERS = 2_000_000;
/** Events of a longer absence of the agent mean nothing to it: it saw no input at their time. */
export const MAX_AGE_MS = 300_000;

/**
 * Events that wait for a connection, oldest first. Bounded in number, size and age; what has to go is the
 * oldest, and is counted. @typedef {{events: Event[], dropped: number}} Waiting
 */
export class Queue {
  /** @type {{event: Event, size: number}[]} */
  #items = [];
  #size = 0;
  #dropped = 0;
  #changed;

  /** @param {() => void} changed called after each change of what `peek` gives */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {Event[]} events */
  add(...events) {
    for (const event of events) {
      const size = JSON.stringify(event).length;
      this.#items.push({ event, size });
      this.#size += size;
    }
    this.#trim();
  }

  /** Puts back what `take` gave, before everything that came since. @param {Waiting} waiting */
  putBack({ events, dropped }) {
    const later = this.#items.map((item) => item.event);
    this.#items = [];
    this.#size = 0;
    this.#dropped += dropped;
    this.add(...events, ...later);
  }

  /** Empties the queue. @param {number} now ms since 1970 @returns {Waiting} */
  take(now) {
    const { events, dropped } = this.peek();
    const young = events.filter((event) => event.time_ms >= now - MAX_AGE_MS);
    this.#items = [];
    this.#size = 0;
    this.#dropped = 0;
    this.#changed();
    return { events: young, dropped: dropped + events.length - young.length };
  }

  /** @returns {Waiting} */
  peek() {
    return { events: this.#items.map((item) => item.event), dropped: this.#dropped };
  }

  #trim() {
    const oldest = (this.#items.at(-1)?.event.time_ms ?? 0) - MAX_AGE_MS;
    let over = 0;
    for (const { event, size } of this.#items) {
      const fits = this.#items.length - over <= MAX_EVENTS && this.#size <= MAX_CHARACTERS;
      if (fits && event.time_ms >= oldest) break;
      this.#size -= size;
      over++;
    }
    this.#items.splice(0, over);
    this.#dropped += over;
    this.#changed();
  }
}
