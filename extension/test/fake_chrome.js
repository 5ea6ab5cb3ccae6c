/** A `chrome` that remembers listeners and answers from plain data; and a clock that goes when told to. */

export function event() {
  const listeners = [];
  return {
    addListener: (listener) => listeners.push(listener),
    fire: (...args) => listeners.forEach((listener) => listener(...args)),
  };
}

function area(content) {
  return {
    content,
    writes: 0,
    async get(key) {
      if (key === null) return structuredClone(content);
      return key in content ? { [key]: structuredClone(content[key]) } : {};
    },
    async set(items) {
      this.writes++;
      Object.assign(content, structuredClone(items));
    },
  };
}

export function fakeChrome(options = {}) {
  const { tabs = [], focused = { id: 1, focused: true }, session = {}, local = {}, scripts = [] } = options;
  const chrome = {
    runtime: {
      id: 'dwell',
      lastError: undefined,
      onMessage: event(),
      onConnect: event(),
      onStartup: event(),
      onInstalled: event(),
      getManifest: () => ({ version: '1.2.3', content_scripts: scripts }),
      connections: [],
      connectNative(host) {
        const port = {
          host,
          sent: [],
          onMessage: event(),
          onDisconnect: event(),
          postMessage: (message) => port.sent.push(structuredClone(message)),
          /** As the agent does: all numbers of these workers up to the last one. */
          acknowledge() {
            const inOrder = [...port.sent].sort((a, b) => a.seq - b.seq);
            const last = new Map(inOrder.map(({ born, seq }) => [born, seq]));
            for (const [born, seq] of last) port.onMessage.fire({ v: 1, acknowledged: { born, seq } });
          },
        };
        chrome.runtime.connections.push(port);
        return port;
      },
    },
    alarms: {
      onAlarm: event(),
      set: new Map(),
      create: async (name, info) => chrome.alarms.set.set(name, info),
      clear: async (name) => chrome.alarms.set.delete(name),
    },
    storage: { session: area(session), local: area(local) },
    scripting: {
      injected: [],
      executeScript: async (injection) => {
        if (chrome.scripting.refuses.has(injection.target.tabId)) throw new Error('Cannot access the page.');
        chrome.scripting.injected.push(injection);
      },
      refuses: new Set(),
    },
    tabs: {
      TAB_ID_NONE: -1,
      all: tabs,
      query: async ({ url }) => chrome.tabs.all.filter((tab) => !url || /^https?:/.test(tab.url)),
      get: async (id) => {
        const tab = chrome.tabs.all.find((each) => each.id === id);
        if (!tab) throw new Error(`No tab with id: ${id}.`);
        return tab;
      },
      topHasFocus: false,
      sendMessage: async () => chrome.tabs.topHasFocus,
      onCreated: event(),
      onActivated: event(),
      onAttached: event(),
      onReplaced: event(),
      onRemoved: event(),
      onUpdated: event(),
    },
    windows: {
      focused,
      getLastFocused: async () => chrome.windows.focused,
      onFocusChanged: event(),
      onCreated: event(),
      onRemoved: event(),
    },
    webNavigation: Object.assign(Object.fromEntries(
      [
        'onBeforeNavigate',
        'onCommitted',
        'onCompleted',
        'onDOMContentLoaded',
        'onErrorOccurred',
        'onHistoryStateUpdated',
        'onReferenceFragmentUpdated',
        'onCreatedNavigationTarget',
      ].map((name) => [name, event()]),
    ), {
      failed: new Set(),
      blank: new Set(),
      getFrame: async ({ tabId }) => ({
        errorOccurred: chrome.webNavigation.failed.has(tabId),
        url: chrome.webNavigation.blank.has(tabId) ? '' : 'http://a.test/',
      }),
    }),
  };
  globalThis.chrome = chrome;
  return chrome;
}

export class FakeClock {
  time = 1_000_000;
  timers = [];

  now = () => this.time;

  after = (ms, then) => {
    const timer = { at: this.time + ms, then };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  };

  advance(ms) {
    this.time += ms;
    const due = this.timers.filter((timer) => timer.at <= this.time);
    this.timers = this.timers.filter((timer) => timer.at > this.time);
    for (const timer of due) timer.then();
  }
}

/** Lets everything that waits for an answer go on. */
export async function settle() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** An Emit that collects `[time, happening]`. */
export function collect() {
  const told = [];
  return { told, emit: (time, happening) => told.push({ at: time, ...happening }) };
}
