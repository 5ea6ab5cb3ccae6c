/**
 * Navigations: committed ones of the main frame of a live document. A page that is prerendered while the
 * person still types has a frame of its own (not 0) until it is activated; then the browser tells the whole
 * navigation again for frame 0.
 * @import { Emit, Navigation as NavigationEvent } from '../events.js'
 * @import { Tabs } from './tabs.js'
 */

/** Servers refuse longer ones; what is cut off here is never needed to tell two pages apart. */
export const MAX_URL = 8192;

/**
 * @typedef {object} Details what the webNavigation events have in common
 * @property {number} tabId
 * @property {number} frameId
 * @property {string} [documentLifecycle]
 * @property {string} [documentId]
 * @property {string} url
 * @property {number} timeStamp ms since 1970
 * @property {string} [transitionType]
 * @property {string[]} [transitionQualifiers]
 */

export class Navigation {
  #emit;
  #tabs;

  /** @param {Emit} emit @param {Tabs} tabs */
  constructor(emit, tabs) {
    this.#emit = emit;
    this.#tabs = tabs;
  }

  /** @param {Details} details */
  async begins(details) {
    if (!ofLivePage(details)) return;
    if (await this.#tabs.find(details.tabId)) this.#tabs.note(details.tabId, { requested: details.url });
  }

  /** @param {Details} details */
  async commits(details) {
    if (!ofLivePage(details)) return;
    const { tabId, timeStamp, transitionType } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (transitionType === 'start_page' && !facts.navigated) {
      await this.#tabs.openedBy(timeStamp, tabId, 'external', null);
    }
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(facts.requested, details.url) });
    this.#settled(details);
  }

  /** The page changed its own URL. @param {Details} details */
  async changes(details) {
    if (!ofLivePage(details)) return;
    const facts = await this.#tabs.find(details.tabId);
    if (facts) this.#emit(details.timeStamp, { ...told(details, facts.window), same_document: true });
  }

  /**
   * An error page has no commit of its own, only this event, with the id of a new document. A download, a
   * 204 and a cancelled navigation have no document (all zeros); a page whose loading broke off has the
   * one that it already had.
   * @param {Details} details
   */
  async fails(details) {
    if (!ofLivePage(details)) return;
    const { tabId, documentId, timeStamp, url } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (!documentId || /^0*$/.test(documentId)) {
      if (facts.requested === url) this.#tabs.note(tabId, { requested: '' });
      return;
    }
    if (documentId === facts.document) return;
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(facts.requested, url), error: true });
    this.#settled(details);
  }

  /** @param {Details} details */
  #settled({ tabId, documentId, timeStamp }) {
    this.#tabs.note(tabId, {
      requested: '',
      password: false,
      navigated: true,
      since: timeStamp,
      ...(documentId && { document: documentId }),
    });
  }
}

/**
 * The navigation that stands for a page that is already there; none for a page that is no http(s) one, or
 * that is not loaded (its tab will reload it when it is needed).
 * @param {chrome.tabs.Tab} tab @returns {NavigationEvent | null}
 */
export function presentPage(tab) {
  const { id, url, windowId } = tab;
  if (id === undefined || !url || !isWeb(url) || tab.discarded || tab.status === 'unloaded') return null;
  return { type: 'navigation', tab: id, window: windowId, url: short(url), transition: 'present', qualifiers: [] };
}

/** @param {Details} details */
function ofLivePage({ tabId, frameId, documentLifecycle }) {
  return tabId >= 0 && frameId === 0 && (documentLifecycle ?? 'active') === 'active';
}

/** @param {Details} details @param {number} window @returns {NavigationEvent} */
function told({ tabId, url, transitionType, transitionQualifiers }, window) {
  return {
    type: 'navigation',
    tab: tabId,
    window,
    url: short(url),
    transition: transitionType ?? 'other',
    qualifiers: transitionQualifiers ?? [],
  };
}

/** @param {string | undefined} asked @param {string} got */
function requested(asked, got) {
  return asked && asked !== got ? { requested_url: short(asked) } : {};
}

/** @param {string} url */
function isWeb(url) {
  return /^https?:/i.test(url);
}

/** Of a page that is never measured only the scheme is told. @param {string} url */
function short(url) {
  if (isWeb(url)) return url.slice(0, MAX_URL);
  return url === 'about:blank' ? url : url.slice(0, url.indexOf(':') + 1);
}
