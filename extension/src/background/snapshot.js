/**
 * What is there when a connection begins: tabs, windows, focus, and a navigation for each page. The agent may
 * know some of it, from a worker that was killed: it leaves out what is no news.
 * @import { Happening } from '../events.js'
 * @import { Focus } from './focus.js'
 * @import { Tabs } from './tabs.js'
 */
import { presentPage } from './navigation.js';
import { opened } from './tabs.js';

/** @param {Tabs} tabs @param {Focus} focus @returns {Promise<{present: Happening[], tabs: number[]}>} */
export async function snapshot(tabs, focus) {
  const [all, windowFocus] = await Promise.all([chrome.tabs.query({}), focus.now()]);
  const there = all.filter((tab) => tab.id !== undefined && tab.id !== chrome.tabs.TAB_ID_NONE);
  const navigations = await Promise.all(there.map(presentPage));
  tabs.meet(there);
  /** @type {Happening[]} */
  const openings = [];
  /** @type {Happening[]} */
  const activations = [];
  /** @type {Happening[]} */
  const pages = [];
  /** @type {Happening[]} */
  const states = [];
  for (const [index, tab] of there.entries()) {
    const id = /** @type {number} */ (tab.id);
    const facts = tabs.get(id);
    openings.push(opened(id, tab, facts?.how));
    if (tab.active) activations.push({ type: 'tab_activated', tab: id, window: tab.windowId });
    const page = navigations[index];
    if (!page || !facts) continue;
    pages.push(page);
    states.push({ type: 'page_focus', tab: id, focused: facts.focused });
    states.push({ type: 'page_visibility', tab: id, visible: facts.visible });
    states.push({ type: 'password_focus', tab: id, focused: facts.password });
    states.push({ type: 'media', tab: id, audible: facts.audible });
  }
  const present = [...openings, ...activations, windowFocus, ...pages, ...states];
  return { present, tabs: there.map(({ id }) => /** @type {number} */ (id)) };
}
