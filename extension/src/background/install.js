/**
 * Pages that were open before the assistant was installed or updated have no content script, or one of the old
 * version that has nobody to talk to: they get the new one without being loaded again.
 */
import { isLoaded } from './navigation.js';

/** @typedef {NonNullable<chrome.runtime.ManifestV3['content_scripts']>[number]} ContentScripts */

export async function greetOpenPages() {
  const scripts = chrome.runtime.getManifest().content_scripts ?? [];
  const tabs = await chrome.tabs.query({ url: ['http://*/*', 'https://*/*'] });
  await Promise.all(tabs.filter(isLoaded).map((tab) => greet(tab, scripts)));
}

/** @param {chrome.tabs.Tab} tab @param {ContentScripts[]} scripts */
async function greet({ id }, scripts) {
  if (id === undefined) return;
  for (const { js, all_frames: allFrames = false } of scripts) {
    // The browser's own shops and other closed pages refuse, here as they do for declared content scripts.
    await chrome.scripting
      .executeScript({ target: { tabId: id, allFrames }, files: js ?? [], injectImmediately: true })
      .catch(() => {});
  }
}
