/**
 * What must outlive the worker, which the browser may put to sleep after 30 s without a connection:
 * storage.session, which lives in memory as long as the browser does, and the profile's own name.
 * @import { TabFacts } from './tabs.js'
 * @import { Waiting } from './queue.js'
 *
 * @typedef {{tabs: [number, TabFacts][], waiting: Waiting}} Remembered
 */
export class Memory {
  #read;
  #writing = false;
  #stale = false;

  /** @param {() => Remembered} read gives what is to be remembered, at the moment of writing */
  constructor(read) {
    this.#read = read;
  }

  /** @returns {Promise<Remembered>} */
  async load() {
    const { remembered } = await chrome.storage.session.get('remembered');
    return /** @type {Remembered | undefined} */ (remembered) ?? { tabs: [], waiting: { events: [], dropped: 0 } };
  }

  /** Soon writes all; changes during a write are written together after it. */
  keep() {
    this.#stale = true;
    if (!this.#writing) void this.#write();
  }

  async #write() {
    this.#writing = true;
    await Promise.resolve();
    while (this.#stale) {
      this.#stale = false;
      await chrome.storage.session
        .set({ remembered: this.#read() })
        .catch((error) => console.warn('Dwell: storage.session:', error));
    }
    this.#writing = false;
  }
}

/** The random name of this profile, made at its first use. @returns {Promise<string>} */
export async function profileName() {
  const { profile } = await chrome.storage.local.get('profile');
  if (typeof profile === 'string') return profile;
  const name = crypto.randomUUID();
  await chrome.storage.local.set({ profile: name });
  return name;
}
