// Made from src/background by `npm run generate`: edit that.
// @ts-nocheck
'use strict';
const focus_js = (() => {
class Focus {
  #window;
  #asked = 0;
  #answered = 0;
  #told = 0;
  #emit;
  constructor(emit) {
    this.#emit = emit;
  }
  async look(time) {
    const news = await this.#ask();
    if (news === undefined || news === this.#window) return;
    this.#window = news;
    this.#told = Math.max(time, this.#told);
    this.#emit(this.#told, { type: 'window_focus', window: news });
  }
  async now() {
    const news = await this.#ask();
    if (news !== undefined) this.#window = news;
    return { type: 'window_focus', window: this.#window ?? null };
  }
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
return { Focus };
})();
const inputs_js = (() => {
const KEY = 'inputs';
class Inputs {
  async asked(wanted) {
    if ((await this.wanted()) === wanted) return;
    await chrome.storage.session.set({ [KEY]: wanted });
    const word = wanted ? 'tell_inputs' : 'no_inputs';
    for (const { id } of await chrome.tabs.query({})) {
      if (id !== undefined) chrome.tabs.sendMessage(id, word).catch(() => {});
    }
  }
  async wanted() {
    const kept = await chrome.storage.session.get(KEY);
    return kept[KEY] === true;
  }
  answers(message, reply) {
    if (message !== 'inputs_wanted') return false;
    void this.wanted().then(reply);
    return true;
  }
}
return { Inputs };
})();
const page_events_js = (() => {
const MAX_URL = 8192;
const MAX_LINKS = 300;
const MAX_RESULTS = 300;
const MAX_CHARACTERS = 250_000;
const MAX_FEATURES = 64;
const MAX_NAME = 64;
const MAX_TEXT = 200;
const flag = (value) => (typeof value === 'boolean' ? value : undefined);
const count = (most) => (value) =>
  typeof value === 'number' && value >= 0 ? Math.min(Math.round(value), most) : undefined;
const measure = (most) => (value) => (typeof value === 'number' && value >= 0 ? Math.min(value, most) : undefined);
const text = (most) => (value) =>
  typeof value === 'string' ? value.slice(0, most).replace(/\p{Surrogate}/gu, '\ufffd') : undefined;
const oneOf = (...names) => (value) => (names.includes(/** @type {string} */ (value)) ? value : undefined);
const optional = (shape) => Object.assign((/** @type {unknown} */ value) => shape(value), { optional: true });
const list = (most, item) => (value) => {
  if (!Array.isArray(value)) return undefined;
  const all = [];
  let size = 0;
  for (const each of value.slice(0, most)) {
    const taken = item(each);
    if (taken === undefined) return undefined;
    size += JSON.stringify(taken).length;
    if (size > MAX_CHARACTERS) break;
    all.push(taken);
  }
  return all;
};
const record = (fields) => (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const taken = {};
  for (const [name, shape] of Object.entries(fields)) {
    const given = /** @type {Record<string, unknown>} */ (value)[name] ?? undefined;
    if (given === undefined && 'optional' in shape) continue;
    taken[name] = shape(given);
    if (taken[name] === undefined) return undefined;
  }
  return taken;
};
const features = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  const taken = Object.entries(value)
    .slice(0, MAX_FEATURES)
    .map(([name, each]) => [name.slice(0, MAX_NAME), typeof each === 'string' ? text(MAX_TEXT)(each) : each])
    .filter(([, each]) => ['boolean', 'string'].includes(typeof each) || Number.isFinite(each));
  return Object.fromEntries(taken);
};
const url = text(MAX_URL);
const rank = count(1_000_000);
const many = count(1_000_000);
const SHAPES = {
  input: record({
    kind: oneOf('mouse_move', 'mouse_down', 'mouse_up', 'key', 'scroll', 'touch'),
    count: optional((value) => count(1_000_000)(value) || undefined),
    key_class: optional(
      oneOf('character', 'deletion', 'cursor', 'list', 'accept', 'tab', 'escape', 'paste', 'find', 'shortcut',
        'modifier', 'function', 'other'),
    ),
    distance_px: optional(count(10_000_000)),
    synthetic: optional(flag),
  }),
  page_focus: record({ focused: flag }),
  page_visibility: record({ visible: flag }),
  password_focus: record({ focused: flag }),
  page_label: record({ label: text(MAX_TEXT) }),
  page_vitals: record({
    lcp_ms: optional(measure(1e12)),
    inp_ms: optional(measure(1e12)),
    cls: optional(measure(1e6)),
  }),
  scroll_depth: record({ percent: count(100) }),
  form: record({ fields: optional(many), characters: optional(many), autofilled: optional(many) }),
  login_form: record({}),
  login_submitted: record({}),
  links: record({ links: list(MAX_LINKS, record({ url, features: optional(features) })) }),
  link_pressed: record({ url, index: optional(many), hover_ms: optional(count(86_400_000)) }),
  serp: record({
    engine: text(100),
    query: text(2000),
    results: list(MAX_RESULTS, record({ rank, url, kind: optional(text(100)), features: optional(features) })),
    recognised: optional(flag),
  }),
  serp_seen: record({ ranks: list(MAX_RESULTS, rank) }),
};
function pageEvent(message) {
  const { type, time_ms } = /** @type {Record<string, unknown>} */ (message ?? {});
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null;
  if (typeof time_ms !== 'number' || !Number.isFinite(time_ms) || time_ms < 0) return null;
  const fields = SHAPES[/** @type {PageHappening['type']} */ (type)](message);
  if (fields === undefined) return null;
  return /** @type {PageHappening & {time_ms: number}} */ ({ type, time_ms, .../** @type {object} */ (fields) });
}
return { MAX_URL, MAX_LINKS, MAX_RESULTS, MAX_CHARACTERS, pageEvent };
})();
const navigation_js = (() => {
const { MAX_URL } = page_events_js;
const ABORTED = /ABORT|2152398850/;
const AGAIN_MS = 1000;
class Navigation {
  #emit;
  #tabs;
  #last = Promise.resolve();
  constructor(emit, tabs) {
    this.#emit = emit;
    this.#tabs = tabs;
  }
  begins(details) {
    return this.#inTurn(details, () => this.#begins(details));
  }
  commits(details) {
    return this.#inTurn(details, () => this.#commits(details));
  }
  changes(details) {
    return this.#inTurn(details, () => this.#changes(details));
  }
  fails(details) {
    return this.#inTurn(details, () => this.#fails(details));
  }
  arrives(details) {
    return this.#inTurn(details, () => this.#arrives(details));
  }
  #inTurn(details, handle) {
    if (!ofLivePage(details)) return this.#last;
    this.#last = this.#last.then(handle).catch((error) => console.warn('Dwell: a navigation:', error));
    return this.#last;
  }
  async #arrives(details) {
    const { tabId, documentId, timeStamp } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts || !documentId || documentId === facts.document) return;
    if (!facts.document && facts.navigated) return;
    this.#emit(timeStamp, { ...told(details, facts.window), transition: 'present' });
    this.#settled(details);
  }
  async #begins(details) {
    const { tabId, timeStamp, url } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    const again = timeStamp - (facts.cut ?? 0) < AGAIN_MS ? (facts.before ?? '') : '';
    const before = facts.requested && facts.requested !== url ? facts.requested : again;
    this.#tabs.note(tabId, { requested: url, before, failed: '' });
  }
  async #commits(details) {
    const { tabId, timeStamp, transitionType, url } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (!facts.navigated && url !== 'about:blank') await this.#tabs.reached(timeStamp, tabId, transitionType);
    const failed = facts.failed === url && { error: true };
    const begunAgain = facts.requested === url && !details.documentLifecycle &&
      details.transitionQualifiers?.includes('server_redirect');
    const asked = begunAgain ? facts.before : facts.requested;
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(asked, url), ...failed });
    this.#settled(details);
  }
  async #changes(details) {
    const facts = await this.#tabs.find(details.tabId);
    if (facts) this.#emit(details.timeStamp, { ...told(details, facts.window), same_document: true });
  }
  async #fails(details) {
    const { tabId, documentId, timeStamp, url, error = '' } = details;
    const facts = await this.#tabs.find(tabId);
    if (!facts) return;
    if (!error.startsWith('net::')) {
      if (!ABORTED.test(error)) this.#tabs.note(tabId, { failed: url });
      else if (facts.requested === url) this.#tabs.note(tabId, { requested: '', before: url, cut: timeStamp });
      return;
    }
    if (!documentId || /^0*$/.test(documentId)) {
      if (facts.requested === url) this.#tabs.note(tabId, { requested: '' });
      return;
    }
    if (documentId === facts.document) return;
    this.#emit(timeStamp, { ...told(details, facts.window), ...requested(facts.requested, url), error: true });
    this.#settled(details);
  }
  #settled({ tabId, documentId, timeStamp, url }) {
    this.#tabs.note(tabId, {
      requested: '',
      before: '',
      failed: '',
      password: false,
      ...(url !== 'about:blank' && { navigated: true }),
      since: timeStamp,
      ...(documentId && { document: documentId }),
    });
  }
}
function pageHere(message, { tab, frameId = -1, documentId, documentLifecycle, url }) {
  const { here } = /** @type {{here?: unknown}} */ (message ?? {});
  if (typeof here !== 'number' || !Number.isFinite(here) || tab?.id === undefined || !url) return null;
  const timeStamp = Math.min(Math.max(here, 0), Date.now());
  const document = { ...(documentId && { documentId }), ...(documentLifecycle && { documentLifecycle }) };
  return { tabId: tab.id, frameId, timeStamp, url, ...document };
}
async function presentPage(tab) {
  const { id, url, windowId } = tab;
  if (id === undefined || !url || !isWeb(url) || !isLoaded(tab)) return null;
  const frame = await chrome.webNavigation.getFrame({ tabId: id, frameId: 0 }).catch(() => null);
  if (frame?.errorOccurred) return null;
  if (tab.status === 'loading' && !isWeb(frame?.url ?? '')) return null;
  return { type: 'navigation', tab: id, window: windowId, url: short(url), transition: 'present', qualifiers: [] };
}
function isLoaded({ discarded, status }) {
  return !discarded && status !== 'unloaded';
}
function ofLivePage({ tabId, frameId, documentLifecycle }) {
  return tabId >= 0 && frameId === 0 && (documentLifecycle ?? 'active') === 'active';
}
function told({ tabId, url, transitionType, transitionQualifiers = [] }, window) {
  const typed =
    ['link', 'auto_bookmark'].includes(transitionType ?? '') && transitionQualifiers.includes('from_address_bar');
  return {
    type: 'navigation',
    tab: tabId,
    window,
    url: short(url),
    transition: typed ? 'typed' : (transitionType ?? 'other'),
    qualifiers: transitionQualifiers,
  };
}
function requested(asked, got) {
  return asked && asked !== got ? { requested_url: short(asked) } : {};
}
function isWeb(url) {
  return /^https?:/i.test(url);
}
function short(url) {
  if (isWeb(url)) return url.slice(0, MAX_URL);
  return url === 'about:blank' ? url : url.slice(0, url.indexOf(':') + 1);
}
return { Navigation, pageHere, presentPage, isLoaded };
})();
const install_js = (() => {
const { isLoaded } = navigation_js;
async function greetOpenPages() {
  const scripts = chrome.runtime.getManifest().content_scripts ?? [];
  const tabs = await chrome.tabs.query({ url: ['http://*/*', 'https://*/*'] });
  await Promise.all(tabs.filter(isLoaded).map((tab) => greet(tab, scripts)));
}
async function greet({ id }, scripts) {
  if (id === undefined) return;
  for (const { js, all_frames: allFrames = false } of scripts) {
    await chrome.scripting
      .executeScript({ target: { tabId: id, allFrames }, files: js ?? [], injectImmediately: true })
      .catch(() => {});
  }
}
return { greetOpenPages };
})();
const memory_js = (() => {
class Memory {
  #items;
  #soon;
  #written = {};
  #next = null;
  #last = Promise.resolve();
  constructor(items, soon) {
    this.#items = items;
    this.#soon = soon;
  }
  keep() {
    this.#next ??= this.#soon().then(() => {
      this.#next = null;
      this.#last = this.#last.then(() => this.#write());
      return this.#last;
    });
    return this.#next;
  }
  async #write() {
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
async function remembered(now) {
  const known = await chrome.storage.session.get(null);
  const session = typeof known.session === 'number' ? known.session : now;
  if (known.session !== session) await chrome.storage.session.set({ session });
  return { session, recall: (name) => (typeof known[name] === 'string' ? JSON.parse(known[name]) : undefined) };
}
async function profileName() {
  const { profile } = await chrome.storage.local.get('profile');
  if (typeof profile === 'string') return profile;
  const name = crypto.randomUUID();
  await chrome.storage.local.set({ profile: name });
  return name;
}
return { Memory, remembered, profileName };
})();
const outbox_js = (() => {
const MAX_EVENTS = 1000;
const MAX_CHARACTERS = 2_000_000;
const MAX_AGE_MS = 300_000;
class Outbox {
  #items = [];
  #size = 0;
  #dropped = 0;
  #changed;
  constructor(changed) {
    this.#changed = changed;
  }
  restore({ items, dropped }) {
    this.#items = [...items, ...this.#items];
    this.#size = this.#items.reduce((sum, { size }) => sum + size, 0);
    this.#dropped += dropped;
    this.#trim();
  }
  kept() {
    return { items: this.#items, dropped: this.#dropped };
  }
  add(event, born, seq) {
    const item = { event, size: JSON.stringify(event).length, born, seq };
    this.#items.push(item);
    this.#size += item.size;
    this.#trim();
    return item;
  }
  waiting(now) {
    this.#drop(this.#items.findIndex(({ event }) => event.time_ms >= now - MAX_AGE_MS));
    this.#changed();
    return [...this.#items];
  }
  get dropped() {
    return this.#dropped;
  }
  lossesTold(dropped) {
    if (dropped === 0) return;
    this.#dropped -= dropped;
    this.#changed();
  }
  acknowledged(born, seq) {
    const rest = this.#items.filter((item) => item.born !== born || item.seq > seq);
    if (rest.length === this.#items.length) return;
    this.#items = rest;
    this.#size = rest.reduce((sum, { size }) => sum + size, 0);
    this.#changed();
  }
  #trim() {
    const oldest = (this.#items.at(-1)?.event.time_ms ?? 0) - MAX_AGE_MS;
    let over = 0;
    let size = this.#size;
    while (over < this.#items.length) {
      const item = /** @type {Item} */ (this.#items[over]);
      const fits = this.#items.length - over <= MAX_EVENTS && size <= MAX_CHARACTERS;
      if (fits && item.event.time_ms >= oldest) break;
      size -= item.size;
      over++;
    }
    this.#drop(over);
    this.#changed();
  }
  #drop(over) {
    const gone = this.#items.splice(0, over < 0 ? this.#items.length : over);
    for (const { size } of gone) this.#size -= size;
    this.#dropped += gone.length;
  }
}
return { MAX_EVENTS, MAX_CHARACTERS, MAX_AGE_MS, Outbox };
})();
const page_js = (() => {
const { pageEvent } = page_events_js;
const MAX_HAPPENINGS = 64;
class Page {
  #emit;
  #tabs;
  #focus;
  constructor(emit, tabs, focus) {
    this.#emit = emit;
    this.#tabs = tabs;
    this.#focus = focus;
  }
  async says(message, sender) {
    const all = Array.isArray(message) ? message.slice(0, MAX_HAPPENINGS) : [message];
    for (const each of all) await this.#happened(each, sender);
  }
  async #happened(message, sender) {
    const said = pageEvent(message);
    const id = sender.tab?.id;
    if (!said || id === undefined || !(await this.#tabs.find(id))) return;
    const live = (sender.documentLifecycle ?? 'active') === 'active';
    switch (said.type) {
      case 'page_focus':
        if (live) await this.#focusChanged(said.time_ms, id, said.focused, sender.frameId ?? 0);
        break;
      case 'page_visibility':
        if (live) this.#visibilityChanged(said.time_ms, id, said.visible);
        break;
      case 'password_focus':
        if (live) this.#tabs.note(id, { password: said.focused });
        this.#pass(said, id, sender, live);
        break;
      default:
        this.#pass(said, id, sender, live);
    }
  }
  async #focusChanged(time, id, focused, frame) {
    const asked = this.#focus.look(time);
    if (!focused && frame !== 0) {
      const stays = await chrome.tabs.sendMessage(id, 'has_focus', { frameId: 0 }).catch(() => false);
      if (stays === true) return;
    }
    if (this.#tabs.get(id)?.focused !== focused) {
      this.#tabs.note(id, { focused });
      this.#emit(time, { type: 'page_focus', tab: id, focused });
    }
    await asked;
  }
  #visibilityChanged(time, id, visible) {
    if (this.#tabs.get(id)?.visible === visible) return;
    this.#tabs.note(id, { visible });
    this.#emit(time, { type: 'page_visibility', tab: id, visible });
  }
  #pass({ time_ms, ...happening }, id, sender, live) {
    const told = /** @type {Happening} */ ({ ...happening, tab: id });
    this.#emit(this.#within(time_ms, id, sender, live), told);
  }
  #within(time, id, { documentId }, live) {
    const { document, since = time } = this.#tabs.get(id) ?? {};
    if (documentId === document) return Math.max(time, since);
    return live ? time : Math.min(time, since - 1);
  }
}
return { Page };
})();
const port_js = (() => {
const HOST = 'org.dwell.bridge';
const ALARM = 'connect';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const MAX_MESSAGE_CHARACTERS = 100_000;
class Port {
  #outbox;
  #greet;
  #heard;
  #clock;
  #born;
  #seq = 0;
  #failures = 0;
  #port = null;
  #open = false;
  #droppedTold = 0;
  #cancelTimer = () => {};
  constructor(outbox, greet, heard, clock) {
    this.#outbox = outbox;
    this.#greet = greet;
    this.#heard = heard;
    this.#clock = clock;
    this.#born = clock.now();
  }
  send(event) {
    const item = this.#outbox.add(event, this.#born, ++this.#seq);
    if (this.#port && this.#open) this.#post(this.#port, item);
  }
  connect() {
    if (this.#port) return;
    this.#cancelTimer();
    const port = chrome.runtime.connectNative(HOST);
    this.#port = port;
    port.onMessage.addListener((message) => {
      if (this.#port === port) this.#answered(message ?? {});
    });
    port.onDisconnect.addListener((ended) => {
      const error = chrome.runtime.lastError ?? /** @type {{error?: Error}} */ (/** @type {unknown} */ (ended)).error;
      if (this.#port === port) this.#broken(error?.message ?? 'closed');
    });
    void this.#begin(port);
  }
  async #begin(port) {
    const waiting = new Set(this.#outbox.waiting(this.#clock.now()));
    const { hello, session, present, tabs } = await this.#greet();
    if (this.#port !== port) return;
    this.#open = true;
    this.#droppedTold = this.#outbox.dropped;
    const dropped = this.#droppedTold;
    this.#tell(port, { session, ...(dropped > 0 && { dropped }) }, [hello]);
    for (const item of waiting) this.#post(port, item);
    const meanwhile = this.#outbox.waiting(this.#clock.now()).filter((item) => !waiting.has(item));
    const [first = [], ...others] = parts(withoutDoubles(present, meanwhile));
    this.#tell(port, { tabs }, first);
    for (const part of others) this.#tell(port, {}, part);
    for (const item of meanwhile) this.#post(port, item);
    this.#tell(port, { caught_up: true }, []);
  }
  #answered(message) {
    this.#failures = 0;
    this.#outbox.lossesTold(this.#droppedTold);
    this.#droppedTold = 0;
    const { acknowledged } = message;
    if (acknowledged) this.#outbox.acknowledged(acknowledged.born, acknowledged.seq);
    else this.#heard(message);
  }
  #broken(reason) {
    console.info('Dwell: no connection to the agent:', reason);
    this.#cancelTimer();
    this.#port = null;
    this.#open = false;
    this.#droppedTold = 0;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LAST_RETRY_MS);
    this.#failures++;
    this.#cancelTimer = this.#clock.after(wait, () => this.connect());
  }
  #post(port, item) {
    port.postMessage(this.#envelope(item.born, item.seq, [item.event]));
  }
  #tell(port, more, events) {
    port.postMessage({ ...this.#envelope(this.#born, 0, events), ...more });
  }
  #envelope(born, seq, events) {
    return { v: 1, born, seq, sent_ms: this.#clock.now(), events };
  }
}
function withoutDoubles(present, meanwhile) {
  const reached = new Set();
  for (const { event } of meanwhile) if (event.type === 'navigation') reached.add(`${event.tab} ${event.url}`);
  return present.filter((event) => event.type !== 'navigation' || !reached.has(`${event.tab} ${event.url}`));
}
function parts(events) {
  const all = [];
  let size = 0;
  for (const event of events) {
    const length = JSON.stringify(event).length;
    const last = all.at(-1);
    if (last && size + length <= MAX_MESSAGE_CHARACTERS) {
      last.push(event);
      size += length;
    } else {
      all.push([event]);
      size = length;
    }
  }
  return all;
}
return { HOST, ALARM, MAX_MESSAGE_CHARACTERS, Port };
})();
const product_js = (() => {
async function product() {
  const { getBrowserInfo } = /** @type {any} */ (chrome.runtime);
  if (getBrowserInfo) {
    const { name, version } = await getBrowserInfo();
    return { product: name, version };
  }
  const data = /** @type {any} */ (navigator).userAgentData;
  const { fullVersionList } = await data.getHighEntropyValues(['fullVersionList']);
  return ownBrand(fullVersionList);
}
function ownBrand(brands) {
  const real = brands.filter(({ brand }) => !/not.*brand/i.test(brand));
  const own = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return { product: own?.brand ?? 'unknown', version: own?.version ?? '' };
}
return { product, ownBrand };
})();
const tabs_js = (() => {
const { isLoaded, presentPage } = navigation_js;
class Tabs {
  #facts = new Map();
  #active = new Map();
  #emit;
  #changed;
  constructor(emit, changed) {
    this.#emit = emit;
    this.#changed = changed;
  }
  restore(entries) {
    this.#facts = new Map(entries);
  }
  entries() {
    return [...this.#facts];
  }
  get(id) {
    return this.#facts.get(id);
  }
  async find(id) {
    const known = this.#facts.get(id);
    if (known) return known;
    const tab = await chrome.tabs.get(id).catch(() => null);
    return tab && (this.#facts.get(id) ?? this.#learn(id, tab));
  }
  note(id, news) {
    const facts = this.#facts.get(id);
    if (!facts) return;
    Object.assign(facts, news);
    this.#changed();
  }
  meet(tabs) {
    const before = this.#facts;
    this.#facts = new Map();
    this.#active = new Map();
    for (const tab of tabs) {
      if (tab.id === undefined) continue;
      this.#learn(tab.id, tab, before.get(tab.id) ?? { navigated: isLoaded(tab) });
      if (tab.active) this.#active.set(tab.windowId, tab.id);
    }
  }
  created(time, tab) {
    if (tab.id === undefined) return;
    this.#learn(tab.id, tab);
    this.#emit(time, opened(tab.id, tab));
  }
  async openedBy(time, id, how, opener) {
    const facts = await this.find(id);
    if (!facts || facts.how === how) return;
    this.note(id, { how });
    this.#emit(time, { type: 'tab_opened', tab: id, window: facts.window, opener, how });
  }
  async reached(time, id, transition = '') {
    const facts = await this.find(id);
    if (facts?.how !== 'unknown') return;
    const fromOutside = transition === 'start_page' || (transition === 'link' && !facts.opener);
    if (fromOutside) await this.openedBy(time, id, 'external', null);
    if (transition === 'reload') await this.openedBy(time, id, 'restored', null);
  }
  activated(time, id, window) {
    if (this.#active.get(window) === id) return;
    this.#active.set(window, id);
    this.#emit(time, { type: 'tab_activated', tab: id, window });
  }
  async attached(time, id, window) {
    this.#forgetActive(id, window);
    const tab = await chrome.tabs.get(id).catch(() => null);
    if (!tab) return;
    await this.find(id);
    this.note(id, { window });
    if (tab.active) this.activated(time, id, window);
  }
  closed(time, id) {
    this.#facts.delete(id);
    this.#forgetActive(id);
    this.#changed();
    this.#emit(time, { type: 'tab_closed', tab: id });
  }
  async replaced(time, id, old) {
    const tab = await chrome.tabs.get(id).catch(() => null);
    if (tab) {
      this.#learn(id, tab, { navigated: true });
      this.#emit(time, opened(id, tab));
      const page = await presentPage(tab);
      if (page) this.#emit(time, page);
      if (tab.active) this.activated(time, id, tab.windowId);
    }
    this.closed(time, old);
  }
  async sounds(time, id, audible) {
    const facts = await this.find(id);
    if (!facts || facts.audible === audible) return;
    this.note(id, { audible });
    this.#emit(time, { type: 'media', tab: id, audible });
  }
  #forgetActive(id, stays) {
    for (const [window, tab] of this.#active) if (tab === id && window !== stays) this.#active.delete(window);
  }
  #learn(id, tab, known) {
    const facts = {
      focused: true,
      visible: false,
      password: false,
      navigated: false,
      how: /** @type {HowOpened} */ ('unknown'),
      opener: tab.openerTabId !== undefined,
      ...known,
      window: tab.windowId,
      audible: tab.audible ?? false,
    };
    this.#facts.set(id, facts);
    this.#changed();
    return facts;
  }
}
function opened(id, tab, how = 'unknown') {
  return { type: 'tab_opened', tab: id, window: tab.windowId, opener: tab.openerTabId ?? null, how };
}
return { Tabs, opened };
})();
const snapshot_js = (() => {
const { presentPage } = navigation_js;
const { opened } = tabs_js;
async function snapshot(tabs, focus) {
  const [all, windowFocus] = await Promise.all([chrome.tabs.query({}), focus.now()]);
  const there = all.filter((tab) => tab.id !== undefined && tab.id !== chrome.tabs.TAB_ID_NONE);
  const navigations = await Promise.all(there.map(presentPage));
  tabs.meet(there);
  const openings = [];
  const activations = [];
  const pages = [];
  const states = [];
  for (const [index, tab] of there.entries()) {
    const id = /** @type {number} */ (tab.id);
    const facts = tabs.get(id);
    openings.push(opened(id, tab, facts?.how));
    if (tab.active) activations.push({ type: 'tab_activated', tab: id, window: tab.windowId });
    const page = navigations[index];
    if (!page || !facts) continue;
    pages.push(page);
    states.push({ type: 'page_focus', tab: id, focused: facts.focused });
    states.push({ type: 'page_visibility', tab: id, visible: facts.visible });
    states.push({ type: 'password_focus', tab: id, focused: facts.password });
    states.push({ type: 'media', tab: id, audible: facts.audible });
  }
  const present = [...openings, ...activations, windowFocus, ...pages, ...states];
  return { present, tabs: there.map(({ id }) => /** @type {number} */ (id)) };
}
return { snapshot };
})();
const main_js = (() => {
const { Focus } = focus_js;
const { Inputs } = inputs_js;
const { greetOpenPages } = install_js;
const { Memory, profileName, remembered } = memory_js;
const { Navigation, pageHere } = navigation_js;
const { Outbox } = outbox_js;
const { Page } = page_js;
const { ALARM, Port } = port_js;
const { product } = product_js;
const { snapshot } = snapshot_js;
const { Tabs } = tabs_js;
const PROTOCOL = 1;
const UNACKNOWLEDGED_MS = 50;
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
on(chrome.runtime.onStartup, () => {});
on(chrome.runtime.onInstalled, () => greetOpenPages());
function on(event, handle) {
  event.addListener((...args) => {
    const time = Date.now();
    whenReady(() => handle(time, ...args));
  });
}
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
function heard({ inputs: from }) {
  if (from === 'page' || from === 'agent') void inputs.asked(from === 'page');
}
function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
function emit(time, happening) {
  port.send(stamp(time, happening));
}
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
return {  };
})();
