/**
 * What must outlive the worker, which may be killed at any time: storage.session, which lives in memory as
 * long as the browser does; and the profile's own name, in storage.local.
 */

/**
 * Writes items of storage.session after their changes, one write at a time and none for what is there already.
 * What has changed is written together: no worker finds a page noted as told whose event was not written down.
 */
export class Memory {
  #items;
  #soon;
  /** @type {Record<string, string>} */
  #written = {};
  /** @type {Promise<void> | null} */
  #next = null;
  /** @type {Promise<void>} */
  #last = Promise.resolve();

  /**
   * @param {Record<string, () => unknown>} items what is to be remembered by name, each read at the moment of writing
   * @param {() => Promise<void>} soon for how long a change waits for others
   */
  constructor(items, soon) {
    this.#items = items;
    this.#soon = soon;
  }

  /** Something has changed. Resolves when it is written down. @returns {Promise<void>} */
  keep() {
    this.#next ??= this.#soon().then(() => {
      this.#next = null;
      this.#last = this.#last.then(() => this.#write());
      return this.#last;
    });
    return this.#next;
  }

  async #write() {
    /** @type {Record<string, string>} */
    const news = {};
    for (const [name, read] of Object.entries(this.#items)) {
      const content = JSON.stringify(read());
      if (content !== this.#written[name]) news[name] = content;
    }
    if (Object.keys(news).length === 0) return;
    Object.assign(this.#written, news);
    await chrome.storage.session.set(news).catch((error) => console.warn('Dwell: storage.session:', error));
  }
}

/**
 * What earlier workers of this browser's run remembered, and when the first of them began (ms since 1970): a
 * browser that starts again remembers nothing, and gives its tabs new numbers.
 * @param {number} now @returns {Promise<{session: number, recall: (name: string) => any}>}
 */
export async function remembered(now) {
  const known = await chrome.storage.session.get(null);
  const session = typeof known.session === 'number' ? known.session : now;
  if (known.session !== session) await chrome.storage.session.set({ session });
  return { session, recall: (name) => (typeof known[name] === 'string' ? JSON.parse(known[name]) : undefined) };
}

/** The random name of this profile, made at its first use. @returns {Promise<string>} */
export async function profileName() {
  const { profile } = await chrome.storage.local.get('profile');
  if (typeof profile === 'string') return profile;
  const name = crypto.randomUUID();
  await chrome.storage.local.set({ profile: name });
  return name;
}
