/**
 * The worker: listens to the browser, and sends what happened to the agent. All listeners are registered
 * while this file is read, so that an event may wake a sleeping worker and still be heard; the time of an
 * event is the browser's own where it tells one, else that of the listener's first line.
 * @import { Event, Happening } from '../events.js'
 */
import { Focus } from './focus.js';
import { Inputs } from './inputs.js';
import { greetOpenPages } from './install.js';
import { Memory, profileName, remembered } from './memory.js';
import { Navigation, pageHere } from './navigation.js';
import { Outbox } from './outbox.js';
import { Page } from './page.js';
import { ALARM, Port } from './port.js';
import { product } from './product.js';
import { snapshot } from './snapshot.js';
import { Tabs } from './tabs.js';

const PROTOCOL = 1;

/** An acknowledged event was never worth writing down; one that waits longer than usual is. */
const UNACKNOWLEDGED_MS = 50;
/** Wakes a worker that was killed without anything happening, and one that has no agent. */
const ALARM_MINUTES = 0.5;

let browser = '';
let session = 0;
const outbox = new Outbox(() => void memory.keep());
const tabs = new Tabs(emit, () => void memory.keep());
const memory = new Memory({ tabs: () => tabs.entries(), waiting: () => outbox.kept() }, () => delay(UNACKNOWLEDGED_MS));
const focus = new Focus(emit);
const navigation = new Navigation(emit, tabs);
const page = new Page(emit, tabs, focus);
const inputs = new Inputs();
const port = new Port(outbox, greet, heard, {
  now: () => Date.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
});

/** @type {(() => void)[] | null} What was heard before the memory was there; null: it is. */
let early = [];
void begin();

on(chrome.webNavigation.onBeforeNavigate, (_, details) => navigation.begins(details));
on(chrome.webNavigation.onCommitted, (_, details) => navigation.commits(details));
on(chrome.webNavigation.onDOMContentLoaded, (_, details) => navigation.arrives(details));
on(chrome.webNavigation.onCompleted, (_, details) => navigation.arrives(details));
on(chrome.webNavigation.onHistoryStateUpdated, (_, details) => navigation.changes(details));
on(chrome.webNavigation.onReferenceFragmentUpdated, (_, details) => navigation.changes(details));
on(chrome.webNavigation.onErrorOccurred, (_, details) => navigation.fails(details));
on(chrome.webNavigation.onCreatedNavigationTarget, (_, { timeStamp, tabId, sourceTabId }) =>
  tabs.openedBy(timeStamp, tabId, 'link', sourceTabId),
);
on(chrome.tabs.onCreated, (time, tab) => tabs.created(time, tab));
on(chrome.tabs.onActivated, (time, { tabId, windowId }) => {
  tabs.activated(time, tabId, windowId);
  return focus.look(time);
});
on(chrome.tabs.onAttached, (time, id, { newWindowId }) => tabs.attached(time, id, newWindowId));
on(chrome.tabs.onReplaced, (time, id, old) => tabs.replaced(time, id, old));
on(chrome.tabs.onRemoved, (time, id) => tabs.closed(time, id));
on(chrome.tabs.onUpdated, (time, id, { audible }) => {
  if (audible !== undefined) void tabs.sounds(time, id, audible);
});
on(chrome.windows.onFocusChanged, (time) => focus.look(time));
on(chrome.windows.onCreated, (time) => focus.look(time));
on(chrome.windows.onRemoved, (time) => focus.look(time));
on(chrome.runtime.onMessage, (_, message, sender) => page.says(message, sender));
// The inputs of a page, several times a second.
chrome.runtime.onConnect.addListener((from) => {
  const { sender } = from;
  if (sender) on(from.onMessage, (_, message) => page.says(message, sender));
});
chrome.runtime.onMessage.addListener((message, _, reply) => inputs.answers(message, reply));
chrome.runtime.onMessage.addListener((message, sender, reply) => {
  const here = pageHere(message, sender);
  if (!here) return false;
  whenReady(() => void navigation.arrives(here).then(() => memory.keep()).then(() => reply(true)));
  return true;
});
on(chrome.alarms.onAlarm, (_, { name }) => {
  if (name === ALARM) port.connect();
});
// Nothing to do but to start the worker, which connects.
on(chrome.runtime.onStartup, () => {});
on(chrome.runtime.onInstalled, () => greetOpenPages());

/**
 * @template {unknown[]} A
 * @param {{addListener: (listener: (...args: A) => void) => void}} event
 * @param {(time: number, ...args: A) => unknown} handle
 */
function on(event, handle) {
  event.addListener((...args) => {
    const time = Date.now();
    whenReady(() => handle(time, ...args));
  });
}

/** @param {() => void} then */
function whenReady(then) {
  if (early) early.push(then);
  else then();
}

async function begin() {
  const [earlier, name] = await Promise.all([remembered(Date.now()), profileName()]);
  browser = name;
  session = earlier.session;
  tabs.restore(earlier.recall('tabs') ?? []);
  outbox.restore(earlier.recall('waiting') ?? { items: [], dropped: 0 });
  const meanwhile = early ?? [];
  early = null;
  for (const handle of meanwhile) handle();
  port.connect();
  await chrome.alarms.create(ALARM, { periodInMinutes: ALARM_MINUTES });
}

/** What the agent wants: inputs come from the `page`, or the `agent` sees them. @param {{inputs?: unknown}} message */
function heard({ inputs: from }) {
  if (from === 'page' || from === 'agent') void inputs.asked(from === 'page');
}

/** @param {number} ms @returns {Promise<void>} */
function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {number} time @param {Happening} happening */
function emit(time, happening) {
  port.send(stamp(time, happening));
}

/** @param {number} time @param {Happening} happening @returns {Event} */
function stamp(time, happening) {
  return { time_ms: Math.floor(time), browser, ...happening };
}

async function greet() {
  const time = Date.now();
  const [known, there] = await Promise.all([product(), snapshot(tabs, focus)]);
  const { version } = chrome.runtime.getManifest();
  return {
    hello: stamp(time, {
      type: 'browser_connected',
      ...known,
      protocol: PROTOCOL,
      extension_version: version,
      profile: browser,
    }),
    session,
    present: there.present.map((happening) => stamp(time, happening)),
    tabs: there.tabs,
  };
}
