/**
 * The connection to the agent: chrome.runtime.connectNative starts `dwell-bridge`, which relays each message
 * to the agent's socket, and leaves when the agent does. Each connection begins with `browser_connected`,
 * then come the events that waited, then what is there now, then what happened meanwhile.
 * @import { Event, Envelope } from '../events.js'
 * @import { Queue, Waiting } from './queue.js'
 */

export const HOST = 'org.dwell.bridge';
export const ALARM = 'reconnect';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** A sleeping worker forgets its timers; the alarm wakes it. */
const ALARM_MINUTES = 1;
/**
 * A bridge without an agent leaves within some 50 ms; what a connection that died younger than this was
 * given counts as not sent.
 */
export const SETTLE_MS = 2000;
/** Characters of JSON per message, far below the bridge's limit of a frame unless one event alone is longer. */
export const MAX_MESSAGE_CHARACTERS = 100_000;

/**
 * @typedef {object} Clock
 * @property {() => number} now ms since 1970
 * @property {(ms: number, then: () => void) => (() => void)} after gives back how to cancel
 *
 * @typedef {object} Greeting
 * @property {Event} hello
 * @property {Event[]} present what is there: tabs, windows, focus, pages
 */
export class Port {
  #queue;
  #greet;
  #clock;
  #born;
  #seq = 0;
  #failures = 0;
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  #open = false;
  /** @type {{waiting: Waiting, seq: number} | null} What to take back if this connection was none. */
  #unsettled = null;
  #cancelTimer = () => {};

  /**
   * @param {Queue} queue
   * @param {(waiting: Event[]) => Promise<Greeting>} greet
   * @param {Clock} clock
   */
  constructor(queue, greet, clock) {
    this.#queue = queue;
    this.#greet = greet;
    this.#clock = clock;
    this.#born = clock.now();
  }

  /** @param {Event[]} events */
  send(...events) {
    if (!this.#port || !this.#open) {
      this.#queue.add(...events);
      return;
    }
    this.#unsettled?.waiting.events.push(...events);
    this.#post(this.#port, events, 0);
  }

  connect() {
    if (this.#port) return;
    this.#cancelTimer();
    const port = chrome.runtime.connectNative(HOST);
    this.#port = port;
    port.onDisconnect.addListener(() => {
      const reason = chrome.runtime.lastError?.message ?? 'closed';
      if (this.#port === port) this.#broken(reason);
    });
    void this.#begin(port);
  }

  /** @param {chrome.runtime.Port} port */
  async #begin(port) {
    const before = this.#queue.take(this.#clock.now());
    const { hello, present } = await this.#greet(before.events);
    if (this.#port !== port) {
      this.#queue.putBack(before);
      return;
    }
    const during = this.#queue.take(this.#clock.now());
    const dropped = before.dropped + during.dropped;
    const waiting = { events: [...before.events, ...during.events], dropped };
    this.#unsettled = { waiting, seq: this.#seq };
    this.#open = true;
    const fresh = withoutDoubles(present, waiting.events);
    this.#post(port, [hello, ...before.events, ...fresh, ...during.events], dropped);
    this.#cancelTimer = this.#clock.after(SETTLE_MS, () => this.#settle());
  }

  #settle() {
    this.#unsettled = null;
    this.#failures = 0;
    void chrome.alarms.clear(ALARM);
  }

  /** @param {string} reason */
  #broken(reason) {
    console.info('Dwell: no connection to the agent:', reason);
    this.#cancelTimer();
    this.#port = null;
    this.#open = false;
    if (this.#unsettled) {
      this.#seq = this.#unsettled.seq;
      this.#queue.putBack(this.#unsettled.waiting);
      this.#unsettled = null;
    }
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures++;
    this.#cancelTimer = this.#clock.after(wait, () => this.connect());
    void chrome.alarms.create(ALARM, { delayInMinutes: ALARM_MINUTES });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {Event[]} events
   * @param {number} dropped
   */
  #post(port, events, dropped) {
    for (const part of parts(events)) {
      /** @type {Envelope} */
      const envelope = { v: 1, born: this.#born, seq: ++this.#seq, sent_ms: this.#clock.now(), events: part };
      if (dropped > 0) envelope.dropped = dropped;
      dropped = 0;
      port.postMessage(envelope);
    }
  }
}

/**
 * A page whose own navigation is among the events that waited is told by that one: a second one of
 * transition `present` would make a second visit of it.
 * @param {Event[]} present @param {Event[]} waiting
 */
function withoutDoubles(present, waiting) {
  /** @type {Map<number, string>} */
  const reached = new Map();
  for (const event of waiting) if (event.type === 'navigation') reached.set(event.tab, event.url);
  return present.filter((event) => event.type !== 'navigation' || reached.get(event.tab) !== event.url);
}

/** @param {Event[]} events @returns {Event[][]} */
function parts(events) {
  /** @type {Event[][]} */
  const all = [];
  let size = 0;
  for (const event of events) {
    const length = JSON.stringify(event).length;
    const last = all.at(-1);
    if (last && size + length <= MAX_MESSAGE_CHARACTERS) {
      last.push(event);
      size += length;
    } else {
      all.push([event]);
      size = length;
    }
  }
  return all;
}
