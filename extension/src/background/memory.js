/**
 * What must outlive the worker, which may be killed at any time: storage.session, which lives in memory as
 * long as the browser does; and the profile's own name, in storage.local.
 */

/** Writes one item of storage.session after its changes, one write at a time and none for what is there already. */
export class Memory {
  #name;
  #read;
  #soon;
  #written = '';
  #stale = false;
  /** @type {Promise<void> | null} */
  #writing = null;

  /**
   * @param {string} name
   * @param {() => unknown} read gives what is to be remembered, at the moment of writing
   * @param {() => Promise<void>} [soon] for how long a change waits for others
   */
  constructor(name, read, soon = () => Promise.resolve()) {
    this.#name = name;
    this.#read = read;
    this.#soon = soon;
  }

  keep() {
    if (this.#stale) return;
    this.#stale = true;
    void this.#soon().then(() => this.now());
  }

  /** Writes what has changed, without waiting for more. */
  async now() {
    while (this.#writing) await this.#writing;
    this.#stale = false;
    const content = JSON.stringify(this.#read());
    if (content === this.#written) return;
    this.#written = content;
    this.#writing = chrome.storage.session
      .set({ [this.#name]: content })
      .catch((error) => console.warn('Dwell: storage.session:', error))
      .finally(() => (this.#writing = null));
    await this.#writing;
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
