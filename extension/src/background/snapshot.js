/**
 * What is there when a connection begins: tabs, windows, focus, and a navigation for each page.
 * @import { Happening } from '../events.js'
 * @import { Focus } from './focus.js'
 * @import { Tabs } from './tabs.js'
 */
import { presentPage } from './navigation.js';
import { opened } from './tabs.js';

/** @param {Tabs} tabs @param {Focus} focus @returns {Promise<Happening[]>} */
export async function snapshot(tabs, focus) {
  const [all, windowFocus] = await Promise.all([chrome.tabs.query({}), focus.now()]);
  const there = all.filter((tab) => tab.id !== undefined && tab.id !== chrome.tabs.TAB_ID_NONE);
  tabs.meet(there);
  /** @type {Happening[]} */
  const openings = [];
  /** @type {Happening[]} */
  const activations = [];
  /** @type {Happening[]} */
  const pages = [];
  /** @type {Happening[]} */
  const states = [];
  for (const tab of there) {
    const id = /** @type {number} */ (tab.id);
    openings.push(opened(id, tab));
    if (tab.active) activations.push({ type: 'tab_activated', tab: id, window: tab.windowId });
    const page = presentPage(tab);
    if (page) pages.push(page);
    const facts = tabs.get(id);
    if (facts?.focused === false) states.push({ type: 'page_focus', tab: id, focused: false });
    if (facts?.visible) states.push({ type: 'page_visibility', tab: id, visible: true });
    if (facts?.password) states.push({ type: 'password_focus', tab: id, focused: true });
    if (facts?.audible) states.push({ type: 'media', tab: id, audible: true });
  }
  return [...openings, ...activations, windowFocus, ...pages, ...states];
}
