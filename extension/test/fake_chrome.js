/** A `chrome` that remembers listeners and answers from plain data; and a clock that goes when told to. */

function event() {
  const listeners = [];
  return {
    addListener: (listener) => listeners.push(listener),
    fire: (...args) => listeners.forEach((listener) => listener(...args)),
  };
}

function area(content) {
  return {
    content,
    get: async (key) => (key in content ? { [key]: structuredClone(content[key]) } : {}),
    set: async (items) => Object.assign(content, structuredClone(items)),
  };
}

export function fakeChrome({ tabs = [], focused = { id: 1, focused: true }, session = {}, local = {} } = {}) {
  const chrome = {
    runtime: {
      id: 'dwell',
      lastError: undefined,
      onMessage: event(),
      onStartup: event(),
      onInstalled: event(),
      getManifest: () => ({ version: '1.2.3' }),
      connections: [],
      connectNative(host) {
        const port = { host, sent: [], onDisconnect: event(), postMessage: (message) => port.sent.push(message) };
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
    tabs: {
      TAB_ID_NONE: -1,
      all: tabs,
      query: async () => chrome.tabs.all,
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
    webNavigation: Object.fromEntries(
      [
        'onBeforeNavigate',
        'onCommitted',
        'onErrorOccurred',
        'onHistoryStateUpdated',
        'onReferenceFragmentUpdated',
        'onCreatedNavigationTarget',
      ].map((name) => [name, event()]),
    ),
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
