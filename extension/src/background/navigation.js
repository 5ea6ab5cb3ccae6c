/**
 * Navigations: committed ones of the main frame of a live document. A page that is prerendered while the
 * person still types has a frame of its own (not 0) until it is activated; then the browser tells the whole
 * navigation again for frame 0.
 * @import { Emit, Navigation as NavigationEvent } from '../events.js'
 * @import { Tabs } from './tabs.js'
 */
import { MAX_URL } from './page_events.js';

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
 * @property {string} [error] Chromium's begin with net::
 */

/** NS_BINDING_ABORTED, by name or number. */
const ABORTED = /ABORT|2152398850/;
/** Within so many milliseconds of cutting a navigation short Firefox has begun it again in another process. */
const AGAIN_MS = 1000;

export class Navigation {
  #emit;
  #tabs;
  /** @type {Promise<void>} */
  #last = Promise.resolve();

  /** @param {Emit} emit @param {Tabs} tabs */
  constructor(emit, tabs) {
    this.#emit = emit;
    this.#tabs = tabs;
  }

  /** @param {Details} details */
  begins(details) {
    return this.#inTurn(details, () => this.#begins(details));
  }

  /** @param {Details} details */
  commits(details) {
    return this.#inTurn(details, () => this.#commits(details));
  }

  /** The page changed its own URL. @param {Details} details */
  changes(details) {
    return this.#inTurn(details, () => this.#changes(details));
  }

  /** @param {Details} details */
  fails(details) {
    return this.#inTurn(details, () => this.#fails(details));
  }

  /** The page has been read, or loaded. @param {Details} details */
  arrives(details) {
    return this.#inTurn(details, () => this.#arrives(details));
  }

  /**
   * Some have to ask first which tab it is: none may overtake another.
   * @param {Details} details @param {() => Promise<void>} handle
   */
  #inTurn(details, handle) {
    if (!ofLivePage(details)) return this.#last;
    this.#last = this.#last.then(handle).catch((error) => console.warn('Dwell: a navigation:', error));
    return this.#last;
  }

  /**
   * What the browser had handed to a worker that was killed is lost with it; the page's next events, or itself, tell
   * that it is there all the same.
   * @param {Details} details
   */
  async #arrives(details) {
    const { tabId, documentId, timeStamp } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts || !documentId || documentId === facts.document) return;
    // A page that was there before the assistant is told when a connection begins.
    if (!facts.document && facts.navigated) return;
    this.#emit(timeStamp, { ...told(details, facts.window), transition: 'present' });
    this.#settled(details);
  }

  /** @param {Details} details */
  async #begins(details) {
    const { tabId, timeStamp, url } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    const again = timeStamp - (facts.cut ?? 0) < AGAIN_MS ? (facts.before ?? '') : '';
    const before = facts.requested && facts.requested !== url ? facts.requested : again;
    this.#tabs.note(tabId, { requested: url, before, failed: '' });
  }

  /** @param {Details} details */
  async #commits(details) {
    const { tabId, timeStamp, transitionType, url } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (!facts.navigated && url !== 'about:blank') await this.#tabs.reached(timeStamp, tabId, transitionType);
    const failed = facts.failed === url && { error: true };
    // Firefox, which tells no lifecycle, begins a redirected navigation again as the address that it was redirected to.
    const begunAgain = facts.requested === url && !details.documentLifecycle &&
      details.transitionQualifiers?.includes('server_redirect');
    const asked = begunAgain ? facts.before : facts.requested;
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(asked, url), ...failed });
    this.#settled(details);
  }

  /** @param {Details} details */
  async #changes(details) {
    const facts = await this.#tabs.find(details.tabId);
    if (facts) this.#emit(details.timeStamp, { ...told(details, facts.window), same_document: true });
  }

  /**
   * An error page has no commit of its own, only this event, with the id of a new document. A download, a
   * 204 and a cancelled navigation have no document (all zeros); a page whose loading broke off has the
   * one that it already had.
   * @param {Details} details
   */
  async #fails(details) {
    const { tabId, documentId, timeStamp, url, error = '' } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (!error.startsWith('net::')) {
      // Firefox commits its error page as the address that failed. It also calls an error what it only cuts
      // short to begin again in another process: that page comes as well, and is none.
      if (!ABORTED.test(error)) this.#tabs.note(tabId, { failed: url });
      else if (facts.requested === url) this.#tabs.note(tabId, { requested: '', before: url, cut: timeStamp });
      return;
    }
    if (!documentId || /^0*$/.test(documentId)) {
      if (facts.requested === url) this.#tabs.note(tabId, { requested: '' });
      return;
    }
    if (documentId === facts.document) return;
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(facts.requested, url), error: true });
    this.#settled(details);
  }

  /** @param {Details} details */
  #settled({ tabId, documentId, timeStamp, url }) {
    this.#tabs.note(tabId, {
      requested: '',
      before: '',
      failed: '',
      password: false,
      // A new tab of Firefox begins with it, before the page that it was opened for.
      ...(url !== 'about:blank' && { navigated: true }),
      since: timeStamp,
      ...(documentId && { document: documentId }),
    });
  }
}

/**
 * What a page's content script says when the page begins, and again until it is answered: the only sign of a page
 * whose commit, reading and loading went to a worker that was killed.
 * @param {unknown} message @param {chrome.runtime.MessageSender} sender
 * @returns {Details | null} null: it says no such thing
 */
export function pageHere(message, { tab, frameId = -1, documentId, documentLifecycle, url }) {
  const { here } = /** @type {{here?: unknown}} */ (message ?? {});
  if (typeof here !== 'number' || !Number.isFinite(here) || tab?.id === undefined || !url) return null;
  const timeStamp = Math.min(Math.max(here, 0), Date.now());
  const document = { ...(documentId && { documentId }), ...(documentLifecycle && { documentLifecycle }) };
  return { tabId: tab.id, frameId, timeStamp, url, ...document };
}

/**
 * The navigation that stands for a page that is already there; none for a page that is no http(s) one, that
 * could not be reached, or that is not loaded (its tab will load it when it is needed).
 * @param {chrome.tabs.Tab} tab @returns {Promise<NavigationEvent | null>}
 */
export async function presentPage(tab) {
  const { id, url, windowId } = tab;
  if (id === undefined || !url || !isWeb(url) || !isLoaded(tab)) return null;
  const frame = await chrome.webNavigation.getFrame({ tabId: id, frameId: 0 }).catch(() => null);
  if (frame?.errorOccurred) return null;
  // A restored tab has its address before its page: that one's own navigation is still to come.
  if (tab.status === 'loading' && !isWeb(frame?.url ?? '')) return null;
  return { type: 'navigation', tab: id, window: windowId, url: short(url), transition: 'present', qualifiers: [] };
}

/** @param {chrome.tabs.Tab} tab */
export function isLoaded({ discarded, status }) {
  return !discarded && status !== 'unloaded';
}

/** @param {Details} details */
function ofLivePage({ tabId, frameId, documentLifecycle }) {
  return tabId >= 0 && frameId === 0 && (documentLifecycle ?? 'active') === 'active';
}

/** @param {Details} details @param {number} window @returns {NavigationEvent} */
function told({ tabId, url, transitionType, transitionQualifiers = [] }, window) {
  // Firefox sometimes calls a link what was typed, and a bookmark what was picked from the address bar's list;
  // the qualifier is right, and Chromium calls both typed.
  const typed =
    ['link', 'auto_bookmark'].includes(transitionType ?? '') && transitionQualifiers.includes('from_address_bar');
  return {
    type: 'navigation',
    tab: tabId,
    window,
    url: short(url),
    transition: typed ? 'typed' : (transitionType ?? 'other'),
    qualifiers: transitionQualifiers,
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
