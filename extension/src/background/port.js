/**
 * The connection to the agent: chrome.runtime.connectNative starts `dwell-bridge`, which relays each message
 * to the agent's socket, and leaves when the agent does. Each connection begins with `browser_connected`,
 * then come the events that the agent has not acknowledged, then what is there now, then what happened
 * meanwhile, and that this is all. The agent acknowledges each numbered message that it has taken; until then
 * its event waits.
 * @import { Event, Envelope } from '../events.js'
 * @import { Item, Outbox } from './outbox.js'
 */

export const HOST = 'org.dwell.bridge';
export const ALARM = 'connect';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** Characters of JSON per message, far below the bridge's limit of a frame unless one event alone is longer. */
export const MAX_MESSAGE_CHARACTERS = 100_000;

/**
 * @typedef {object} Clock
 * @property {() => number} now ms since 1970
 * @property {(ms: number, then: () => void) => (() => void)} after gives back how to cancel
 *
 * @typedef {object} Greeting
 * @property {Event} hello
 * @property {number} session when the first worker of this browser's run began
 * @property {Event[]} present what is there: tabs, windows, focus, pages
 * @property {number[]} tabs all tabs that are there
 */
export class Port {
  #outbox;
  #greet;
  #heard;
  #clock;
  #born;
  #seq = 0;
  #failures = 0;
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  #open = false;
  #droppedTold = 0;
  #cancelTimer = () => {};

  /**
   * @param {Outbox} outbox
   * @param {() => Promise<Greeting>} greet
   * @param {(message: object) => void} heard takes what the agent says besides acknowledgements
   * @param {Clock} clock
   */
  constructor(outbox, greet, heard, clock) {
    this.#outbox = outbox;
    this.#greet = greet;
    this.#heard = heard;
    this.#clock = clock;
    this.#born = clock.now();
  }

  /** @param {Event} event */
  send(event) {
    // Numbered before it is written down: under another number it would count twice.
    const item = this.#outbox.add(event, this.#born, ++this.#seq);
    if (this.#port && this.#open) this.#post(this.#port, item);
  }

  connect() {
    if (this.#port) return;
    this.#cancelTimer();
    const port = chrome.runtime.connectNative(HOST);
    this.#port = port;
    port.onMessage.addListener((message) => {
      if (this.#port === port) this.#answered(message ?? {});
    });
    port.onDisconnect.addListener((ended) => {
      // Firefox tells the reason in the port.
      const error = chrome.runtime.lastError ?? /** @type {{error?: Error}} */ (/** @type {unknown} */ (ended)).error;
      if (this.#port === port) this.#broken(error?.message ?? 'closed');
    });
    void this.#begin(port);
  }

  /** @param {chrome.runtime.Port} port */
  async #begin(port) {
    const waiting = new Set(this.#outbox.waiting(this.#clock.now()));
    const { hello, session, present, tabs } = await this.#greet();
    if (this.#port !== port) return;
    this.#open = true;
    this.#droppedTold = this.#outbox.dropped;
    const dropped = this.#droppedTold;
    this.#tell(port, { session, ...(dropped > 0 && { dropped }) }, [hello]);
    for (const item of waiting) this.#post(port, item);
    const meanwhile = this.#outbox.waiting(this.#clock.now()).filter((item) => !waiting.has(item));
    const [first = [], ...others] = parts(withoutDoubles(present, meanwhile));
    this.#tell(port, { tabs }, first);
    for (const part of others) this.#tell(port, {}, part);
    for (const item of meanwhile) this.#post(port, item);
    this.#tell(port, { caught_up: true }, []);
  }

  /** @param {{acknowledged?: {born: number, seq: number}}} message */
  #answered(message) {
    // Only an agent answers; a bridge alone says nothing.
    this.#failures = 0;
    this.#outbox.lossesTold(this.#droppedTold);
    this.#droppedTold = 0;
    const { acknowledged } = message;
    if (acknowledged) this.#outbox.acknowledged(acknowledged.born, acknowledged.seq);
    else this.#heard(message);
  }

  /** @param {string} reason */
  #broken(reason) {
    console.info('Dwell: no connection to the agent:', reason);
    this.#cancelTimer();
    this.#port = null;
    this.#open = false;
    this.#droppedTold = 0;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures++;
    this.#cancelTimer = this.#clock.after(wait, () => this.connect());
  }

  /** @param {chrome.runtime.Port} port @param {Item} item */
  #post(port, item) {
    port.postMessage(this.#envelope(item.born, item.seq, [item.event]));
  }

  /**
   * What is only true now, and so never sent again: it has no number.
   * @param {chrome.runtime.Port} port @param {Partial<Envelope>} more @param {Event[]} events
   */
  #tell(port, more, events) {
    port.postMessage({ ...this.#envelope(this.#born, 0, events), ...more });
  }

  /** @param {number} born @param {number} seq @param {Event[]} events @returns {Envelope} */
  #envelope(born, seq, events) {
    return { v: 1, born, seq, sent_ms: this.#clock.now(), events };
  }
}

/**
 * A page that was reached while the browser was asked is told by its own navigation: what the answer says of it
 * would make a second visit.
 * @param {Event[]} present @param {Item[]} meanwhile
 */
function withoutDoubles(present, meanwhile) {
  /** @type {Set<string>} */
  const reached = new Set();
  for (const { event } of meanwhile) if (event.type === 'navigation') reached.add(`${event.tab} ${event.url}`);
  return present.filter((event) => event.type !== 'navigation' || !reached.has(`${event.tab} ${event.url}`));
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
