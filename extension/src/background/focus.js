/**
 * Which window has the keyboard. On Linux windows.onFocusChanged says -1 where the focus is still there and
 * nothing where it is gone, so every sign of a change (that event, a page's blur or focus, a new window or
 * tab) is only a reason to ask the browser.
 * @import { Emit, WindowFocus } from '../events.js'
 */
export class Focus {
  /** @type {number | null | undefined} Undefined: not told yet. */
  #window;
  #asked = 0;
  #answered = 0;
  #told = 0;
  #emit;

  /** @param {Emit} emit */
  constructor(emit) {
    this.#emit = emit;
  }

  /**
   * Asks, and tells a change as of the moment of its sign.
   * @param {number} time of the sign, in ms since 1970
   */
  async look(time) {
    const news = await this.#ask();
    if (news === undefined || news === this.#window) return;
    this.#window = news;
    // A sign from a page may be older than what was told last; the newer answer must still come last.
    this.#told = Math.max(time, this.#told);
    this.#emit(this.#told, { type: 'window_focus', window: news });
  }

  /** Asks for the sake of somebody who knows nothing. @returns {Promise<WindowFocus>} */
  async now() {
    const news = await this.#ask();
    if (news !== undefined) this.#window = news;
    return { type: 'window_focus', window: this.#window ?? null };
  }

  /** The window with the focus, or undefined if a later question was answered first. */
  async #ask() {
    const turn = ++this.#asked;
    const last = await chrome.windows
      .getLastFocused({ windowTypes: ['normal', 'popup', 'app'] })
      .catch(() => null);
    if (turn < this.#answered) return undefined;
    this.#answered = turn;
    return last?.focused && last.id !== undefined ? last.id : null;
  }
}
