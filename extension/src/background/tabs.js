/**
 * What is known of each tab: the answer to "is this news?" and to "in which window?". Kept in
 * storage.session, so that a worker that was put to sleep goes on where it stopped.
 * @import { Emit, HowOpened, TabOpened } from '../events.js'
 */
import { isLoaded, presentPage } from './navigation.js';

/**
 * `focused` begins true, as the tracker's does: a tab's page has the keyboard until somebody says no.
 * @typedef {object} TabFacts
 * @property {number} window
 * @property {boolean} focused the page itself has the keyboard
 * @property {boolean} visible
 * @property {boolean} audible
 * @property {boolean} password a password field has the keyboard
 * @property {boolean} navigated a document was committed here
 * @property {HowOpened} how as far as it is known
 * @property {boolean} opener another tab opened it, or was the active one beside
 * @property {string} [requested] URL of the navigation under way
 * @property {string} [before] URL of the one under way before it that was cut short
 * @property {number} [cut] when that was, ms since 1970, if the browser has said so
 * @property {string} [failed] address that could not be reached, whose error page is to come
 * @property {string} [document] id of the live document
 * @property {number} [since] when that document was committed
 */

export class Tabs {
  /** @type {Map<number, TabFacts>} */
  #facts = new Map();
  /** @type {Map<number, number>} The active tab of each window. */
  #active = new Map();
  #emit;
  #changed;

  /** @param {Emit} emit @param {() => void} changed called after each change of what `entries` gives */
  constructor(emit, changed) {
    this.#emit = emit;
    this.#changed = changed;
  }

  /** @param {[number, TabFacts][]} entries what `entries` gave in an earlier worker */
  restore(entries) {
    this.#facts = new Map(entries);
  }

  entries() {
    return [...this.#facts];
  }

  /** @param {number} id */
  get(id) {
    return this.#facts.get(id);
  }

  /** As `get`, but asks the browser about a tab not seen so far. @param {number} id */
  async find(id) {
    const known = this.#facts.get(id);
    if (known) return known;
    const tab = await chrome.tabs.get(id).catch(() => null);
    return tab && (this.#facts.get(id) ?? this.#learn(id, tab));
  }

  /** @param {number} id @param {Partial<TabFacts>} news */
  note(id, news) {
    const facts = this.#facts.get(id);
    if (!facts) return;
    Object.assign(facts, news);
    this.#changed();
  }

  /** Forgets all but these, of which it keeps what is known. @param {chrome.tabs.Tab[]} tabs */
  meet(tabs) {
    const before = this.#facts;
    this.#facts = new Map();
    this.#active = new Map();
    for (const tab of tabs) {
      if (tab.id === undefined) continue;
      this.#learn(tab.id, tab, before.get(tab.id) ?? { navigated: isLoaded(tab) });
      if (tab.active) this.#active.set(tab.windowId, tab.id);
    }
  }

  /** @param {number} time @param {chrome.tabs.Tab} tab */
  created(time, tab) {
    if (tab.id === undefined) return;
    this.#learn(tab.id, tab);
    this.#emit(time, opened(tab.id, tab));
  }

  /**
   * How a tab that was created a moment ago was opened.
   * @param {number} time @param {number} id @param {HowOpened} how @param {number | null} opener
   */
  async openedBy(time, id, how, opener) {
    const facts = await this.find(id);
    if (!facts || facts.how === how) return;
    this.note(id, { how });
    this.#emit(time, { type: 'tab_opened', tab: id, window: facts.window, opener, how });
  }

  /**
   * What a tab's first page tells of how the tab was opened.
   * @param {number} time @param {number} id @param {string | undefined} transition
   */
  async reached(time, id, transition = '') {
    const facts = await this.find(id);
    if (facts?.how !== 'unknown') return;
    // Chromium names the active tab as the opener of what another program opens; Firefox calls that a link.
    const fromOutside = transition === 'start_page' || (transition === 'link' && !facts.opener);
    if (fromOutside) await this.openedBy(time, id, 'external', null);
    if (transition === 'reload') await this.openedBy(time, id, 'restored', null);
  }

  /** @param {number} time @param {number} id @param {number} window */
  activated(time, id, window) {
    if (this.#active.get(window) === id) return;
    this.#active.set(window, id);
    this.#emit(time, { type: 'tab_activated', tab: id, window });
  }

  /** The tab came into a window. @param {number} time @param {number} id @param {number} window */
  async attached(time, id, window) {
    this.#forgetActive(id, window);
    const tab = await chrome.tabs.get(id).catch(() => null);
    if (!tab) return;
    await this.find(id);
    this.note(id, { window });
    if (tab.active) this.activated(time, id, window);
  }

  /** @param {number} time @param {number} id */
  closed(time, id) {
    this.#facts.delete(id);
    this.#forgetActive(id);
    this.#changed();
    this.#emit(time, { type: 'tab_closed', tab: id });
  }

  /** The browser gave a tab another id. @param {number} time @param {number} id @param {number} old */
  async replaced(time, id, old) {
    const tab = await chrome.tabs.get(id).catch(() => null);
    if (tab) {
      this.#learn(id, tab, { navigated: true });
      this.#emit(time, opened(id, tab));
      const page = await presentPage(tab);
      if (page) this.#emit(time, page);
      if (tab.active) this.activated(time, id, tab.windowId);
    }
    this.closed(time, old);
  }

  /** @param {number} time @param {number} id @param {boolean} audible */
  async sounds(time, id, audible) {
    const facts = await this.find(id);
    if (!facts || facts.audible === audible) return;
    this.note(id, { audible });
    this.#emit(time, { type: 'media', tab: id, audible });
  }

  /** @param {number} id @param {number} [stays] the one window in which it may still be the active tab */
  #forgetActive(id, stays) {
    for (const [window, tab] of this.#active) if (tab === id && window !== stays) this.#active.delete(window);
  }

  /** @param {number} id @param {chrome.tabs.Tab} tab @param {Partial<TabFacts>} [known] */
  #learn(id, tab, known) {
    const facts = {
      focused: true,
      visible: false,
      password: false,
      navigated: false,
      how: /** @type {HowOpened} */ ('unknown'),
      opener: tab.openerTabId !== undefined,
      ...known,
      window: tab.windowId,
      audible: tab.audible ?? false,
    };
    this.#facts.set(id, facts);
    this.#changed();
    return facts;
  }
}

/**
 * An opener is told even where it only was the active tab beside (Ctrl+T, another program's link): the
 * transition of the first navigation says which.
 * @param {number} id @param {chrome.tabs.Tab} tab @param {HowOpened} [how] @returns {TabOpened}
 */
export function opened(id, tab, how = 'unknown') {
  return { type: 'tab_opened', tab: id, window: tab.windowId, opener: tab.openerTabId ?? null, how };
}
