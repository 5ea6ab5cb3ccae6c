/**
 * Whether the pages are to tell the person's inputs: as the agent says, each time it is connected. It asks for
 * them while it has no hook that sees them, and only then, so that nothing is counted twice.
 */
const KEY = 'inputs';

export class Inputs {
  /** @param {boolean} wanted */
  async asked(wanted) {
    if ((await this.wanted()) === wanted) return;
    await chrome.storage.session.set({ [KEY]: wanted });
    const word = wanted ? 'tell_inputs' : 'no_inputs';
    for (const { id } of await chrome.tabs.query({})) {
      // Not every tab has a content script that listens.
      if (id !== undefined) chrome.tabs.sendMessage(id, word).catch(() => {});
    }
  }

  /** What the agent said last; the worker may have been another one. */
  async wanted() {
    const kept = await chrome.storage.session.get(KEY);
    return kept[KEY] === true;
  }

  /**
   * Answers a page that asks when it begins.
   * @param {unknown} message @param {(wanted: boolean) => void} reply @returns {boolean} whether a reply comes
   */
  answers(message, reply) {
    if (message !== 'inputs_wanted') return false;
    void this.wanted().then(reply);
    return true;
  }
}
