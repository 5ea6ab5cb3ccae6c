/**
 * What the content scripts say of their page.
 * @import { Emit, Happening, PageMessage } from '../events.js'
 * @import { Focus } from './focus.js'
 * @import { Tabs } from './tabs.js'
 */
import { pageEvent } from './page_events.js';

/** More than there are kinds of inputs and classes of keys. */
const MAX_HAPPENINGS = 64;

export class Page {
  #emit;
  #tabs;
  #focus;

  /** @param {Emit} emit @param {Tabs} tabs @param {Focus} focus */
  constructor(emit, tabs, focus) {
    this.#emit = emit;
    this.#tabs = tabs;
    this.#focus = focus;
  }

  /** @param {unknown} message one happening or a list of them @param {chrome.runtime.MessageSender} sender */
  async says(message, sender) {
    const all = Array.isArray(message) ? message.slice(0, MAX_HAPPENINGS) : [message];
    for (const each of all) await this.#happened(each, sender);
  }

  /** @param {unknown} message @param {chrome.runtime.MessageSender} sender */
  async #happened(message, sender) {
    const said = pageEvent(message);
    const id = sender.tab?.id;
    if (!said || id === undefined || !(await this.#tabs.find(id))) return;
    const live = (sender.documentLifecycle ?? 'active') === 'active';
    switch (said.type) {
      case 'page_focus':
        if (live) await this.#focusChanged(said.time_ms, id, said.focused, sender.frameId ?? 0);
        break;
      case 'page_visibility':
        if (live) this.#visibilityChanged(said.time_ms, id, said.visible);
        break;
      case 'password_focus':
        if (live) this.#tabs.note(id, { password: said.focused });
        this.#pass(said, id, sender, live);
        break;
      default:
        this.#pass(said, id, sender, live);
    }
  }

  /** @param {number} time @param {number} id @param {boolean} focused @param {number} frame */
  async #focusChanged(time, id, focused, frame) {
    const asked = this.#focus.look(time);
    // A frame inside loses the keyboard to the browser or to the page around it: the latter knows.
    if (!focused && frame !== 0) {
      const stays = await chrome.tabs.sendMessage(id, 'has_focus', { frameId: 0 }).catch(() => false);
      if (stays === true) return;
    }
    if (this.#tabs.get(id)?.focused !== focused) {
      this.#tabs.note(id, { focused });
      this.#emit(time, { type: 'page_focus', tab: id, focused });
    }
    await asked;
  }

  /** @param {number} time @param {number} id @param {boolean} visible */
  #visibilityChanged(time, id, visible) {
    if (this.#tabs.get(id)?.visible === visible) return;
    this.#tabs.note(id, { visible });
    this.#emit(time, { type: 'page_visibility', tab: id, visible });
  }

  /**
   * @param {PageMessage} message @param {number} id
   * @param {chrome.runtime.MessageSender} sender @param {boolean} live
   */
  #pass({ time_ms, ...happening }, id, sender, live) {
    const told = /** @type {Happening} */ ({ ...happening, tab: id });
    this.#emit(this.#within(time_ms, id, sender, live), told);
  }

  /**
   * A page's first words may be older than its commit, its last ones younger than that of the next page:
   * each counts for the page that said it.
   * @param {number} time @param {number} id @param {chrome.runtime.MessageSender} sender @param {boolean} live
   */
  #within(time, id, { documentId }, live) {
    const { document, since = time } = this.#tabs.get(id) ?? {};
    if (documentId === document) return Math.max(time, since);
    return live ? time : Math.min(time, since - 1);
  }
}
