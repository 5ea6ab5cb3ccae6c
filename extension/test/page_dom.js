/**
 * A page made by jsdom with content scripts in it: what they say, and the means to make things happen. Time
 * goes when told to. What jsdom has not (layout, painting, visibility) is made up here, as plain as it gets.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { JSDOM, VirtualConsole } from 'jsdom';

const require = createRequire(import.meta.url);
/** To send off events that count as the browser's own. */
const { implForWrapper } = require('jsdom/lib/jsdom/living/generated/utils.js');

const script = (name) => new vm.Script(
  readFileSync(new URL(`../src/content/${name}.js`, import.meta.url), 'utf8'), { filename: `${name}.js` });

/** Of what jsdom does not compute. */
const STYLE = {
  color: 'rgb(0, 0, 0)', backgroundColor: 'rgba(0, 0, 0, 0)', backgroundImage: 'none', fontSize: '16px',
  fontWeight: '400', fontStyle: 'normal', textDecorationLine: 'none', overflowY: 'visible',
};

const entry = (target, ratio) => ({
  target, isIntersecting: ratio > 0, intersectionRatio: ratio, boundingClientRect: { height: 100 },
});

export class Page {
  said = [];
  visible = true;
  prerendering = false;
  #time = 1_000_000;
  #timers = [];
  #answers = [];
  /** How much of an element is in the view, if `see` said so. */
  #ratios = new Map();
  /** Of the IntersectionObserver and the PerformanceObserver. */
  observers = [];
  /** Boxes of elements on the page, [left, top, width, height], by a function of the element. */
  boxOf = () => [0, 0, 100, 20];

  constructor(scripts, { html = '<!doctype html>', url = 'http://a.test/', prepare = () => {} } = {}) {
    const dom = new JSDOM(html, { url, runScripts: 'outside-only', virtualConsole: new VirtualConsole() });
    this.window = dom.window;
    this.document = dom.window.document;
    this.#makeUp();
    prepare(this);
    const context = dom.getInternalVMContext();
    for (const name of ['tell', 'visit', ...scripts]) script(name).runInContext(context);
  }

  #makeUp() {
    const { window, document } = this;
    const page = this;
    const define = (target, name, get) => Object.defineProperty(target, name, { configurable: true, get });
    define(document, 'visibilityState', () => (page.visible ? 'visible' : 'hidden'));
    define(document, 'prerendering', () => page.prerendering);
    window.Date.now = () => page.#time;
    window.performance.now = () => page.#time - 1_000_000;
    let timers = 0;
    window.setTimeout = (then, ms = 0) => {
      page.#timers.push({ at: page.#time + ms, then, id: ++timers });
      return timers;
    };
    window.clearTimeout = (id) => {
      page.#timers = page.#timers.filter((timer) => timer.id !== id);
    };
    window.requestIdleCallback = (then) => window.setTimeout(then, 0);
    window.requestAnimationFrame = (then) => window.setTimeout(then, 16);
    window.navigation = new window.EventTarget();
    window.chrome = {
      runtime: {
        id: 'dwell',
        sendMessage: async (message) => page.said.push(...[JSON.parse(JSON.stringify(message))].flat()),
        onMessage: { addListener: (listener) => page.#answers.push(listener) },
      },
    };
    const elements = window.Element.prototype;
    elements.getBoundingClientRect = function () {
      const [left, top, width, height] = this.isConnected ? page.boxOf(this) : [0, 0, 0, 0];
      return { left, top, width, height };
    };
    elements.checkVisibility = function () {
      return !this.closest('[hidden]');
    };
    const computed = window.getComputedStyle.bind(window);
    window.getComputedStyle = (element) => {
      const style = computed(element);
      return Object.fromEntries(Object.entries(STYLE).map(([name, initial]) => [name, style[name] || initial]));
    };
    document.elementFromPoint = () => page.middle ?? document.body;
    const matches = elements.matches;
    elements.matches = function (selector) {
      return selector === ':autofill' ? this.hasAttribute('filled') : matches.call(this, selector);
    };
    window.IntersectionObserver = class {
      targets = new Set();

      constructor(then) {
        this.then = then;
        page.observers.push(this);
      }

      observe(target) {
        this.targets.add(target);
        if (page.#ratios.has(target)) window.setTimeout(() => this.#tell(target));
      }

      /** As the browser does, also at the beginning, when nothing has changed. */
      #tell(target) {
        if (this.targets.has(target)) this.then([entry(target, page.#ratios.get(target))]);
      }

      unobserve(target) {
        this.targets.delete(target);
      }
    };
  }

  get time() {
    return this.#time;
  }

  /** An event as the browser would send it off; the page's own with `isTrusted` false. */
  fire(target, type, { isTrusted = true, event = 'Event', age = 0, ...more } = {}) {
    const { bubbles = true, ...init } = more;
    const made = new this.window[event](type, { bubbles, composed: true, ...init });
    for (const [name, value] of Object.entries(more)) {
      if (made[name] !== value) Object.defineProperty(made, name, { value });
    }
    const impl = implForWrapper(made);
    impl.timeStamp = this.#time - 1_000_000 - age;
    impl.isTrusted = isTrusted;
    implForWrapper(target)._dispatch(impl);
  }

  /** Waits until the document is there, and all that it needs. */
  async load() {
    await new Promise((resolve) => this.window.addEventListener('load', resolve));
    return this;
  }

  /** The page changes its own address, as routers of single-page applications do. */
  push(address) {
    this.window.history.pushState(null, '', address);
    this.fire(this.window.navigation, 'currententrychange', { bubbles: false });
  }

  /** Time goes by, and what was to happen meanwhile happens. */
  async pass(ms) {
    const end = this.#time + ms;
    for (;;) {
      // Mutations are told once what made them is done.
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#time = Math.max(this.#time, next.at);
      next.then({ didTimeout: false, timeRemaining: () => 50 });
    }
    this.#time = end;
  }

  show(visible) {
    this.visible = visible;
    this.fire(this.document, 'visibilitychange');
  }

  /** Elements come into the view, or leave it. */
  see(elements, ratio = 1) {
    for (const each of elements) this.#ratios.set(each, ratio);
    for (const observer of this.observers) {
      const entries = elements.filter((each) => observer.targets.has(each)).map((each) => entry(each, ratio));
      if (entries.length > 0) observer.then(entries);
    }
  }

  of(type) {
    return this.said.filter((message) => message.type === type);
  }
}
