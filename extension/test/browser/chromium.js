/**
 * A headless Chromium with the extension in it, whose pages come from this process (no network) and whose
 * native host writes down what the worker sends. For tests of what no made-up DOM has: layout, paint, focus.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const EXTENSION = new URL('../../', import.meta.url).pathname;
const ID = readFileSync(new URL('../../ID', import.meta.url), 'utf8').trim();
const HOST = 'org.dwell.bridge';
const PATIENCE_MS = 15_000;

/** Writes all it is given to a file beside it; says first from where it wants the inputs, as the agent does. */
const hostScript = (inputs) => `#!${process.execPath}
const said = Buffer.from(JSON.stringify({ v: 1, inputs: '${inputs}' }));
const length = Buffer.alloc(4);
length.writeUInt32LE(said.length);
process.stdout.write(Buffer.concat([length, said]));
process.stdin.pipe(require('node:fs').createWriteStream(__filename + '.log', { flags: 'a' }));
`;

/** The commands and events of the DevTools protocol over a pipe: JSON, each message ended by a NUL. */
class Pipe {
  #asked = new Map();
  #last = 0;
  #out;

  constructor(out, into, onEvent) {
    this.#out = out;
    let pending = '';
    into.setEncoding('utf8');
    into.on('data', (chunk) => {
      const messages = (pending + chunk).split('\0');
      pending = messages.pop();
      for (const message of messages.map((each) => JSON.parse(each))) {
        if (!('id' in message)) onEvent(message);
        else this.#answer(message);
      }
    });
    // The browser is gone: who waits is told by the end of its process.
    for (const end of [out, into]) end.on('error', () => {});
  }

  #answer({ id, result, error }) {
    const { resolve, reject, method } = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) reject(new Error(`${method}: ${error.message}`));
    else resolve(result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject, method }));
  }
}

/** Waits until `condition` gives something that is true, and gives it back. */
export async function until(condition, what) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what()} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class Chromium {
  #folder = mkdtempSync(path.join(tmpdir(), 'dwell-browser-'));
  #listeners = new Map();
  #pages;

  /**
   * @param {(url: URL) => string | undefined} pages the HTML of an address; undefined: there is no such page
   * `inputs`: who tells the person's inputs, `agent` or `page`.
   */
  constructor(pages, { extension = true, inputs = 'agent' } = {}) {
    this.#pages = pages;
    const profile = path.join(this.#folder, 'profile');
    mkdirSync(path.join(profile, 'NativeMessagingHosts'), { recursive: true });
    const host = path.join(this.#folder, 'host');
    this.log = `${host}.log`;
    writeFileSync(host, hostScript(inputs), { mode: 0o755 });
    writeFileSync(path.join(profile, 'NativeMessagingHosts', `${HOST}.json`), JSON.stringify({
      name: HOST, description: 'log', path: host, type: 'stdio', allowed_origins: [`chrome-extension://${ID}/`],
    }));
    const root = process.getuid() === 0 ? ['--no-sandbox'] : [];
    this.process = spawn('chromium', [
      ...root, '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-first-run',
      ...(extension ? [`--load-extension=${EXTENSION}`] : []), '--window-size=1200,850', '--password-store=basic',
      '--host-resolver-rules=MAP * ~NOTFOUND', '--disable-component-update', '--disable-sync', '--disable-quic',
      'about:blank',
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const [, , , out, into] = this.process.stdio;
    this.pipe = new Pipe(out, into, (message) => this.#heard(message));
  }

  #heard({ method, params, sessionId }) {
    if (method === 'Fetch.requestPaused') void this.#serve(params, sessionId);
    for (const listener of this.#listeners.get(method) ?? []) listener(params);
  }

  on(method, listener) {
    this.#listeners.set(method, [...(this.#listeners.get(method) ?? []), listener]);
  }

  async #serve({ requestId, request }, session) {
    const body = this.#pages(new URL(request.url));
    await this.pipe.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: body === undefined ? 404 : 200,
      responseHeaders: [{ name: 'Content-Type', value: 'text/html; charset=utf-8' }],
      body: Buffer.from(body ?? '').toString('base64'),
    }, session);
  }

  /** Attaches to the first tab and, with the extension, waits for its worker. */
  async start() {
    const { targetInfos } = await this.pipe.send('Target.getTargets');
    const { targetId } = targetInfos.find(({ type }) => type === 'page');
    const { sessionId } = await this.pipe.send('Target.attachToTarget', { targetId, flatten: true });
    this.session = sessionId;
    await this.do('Page.enable');
    await this.do('Fetch.enable', { patterns: [{ urlPattern: 'http*' }] });
    return this;
  }

  do(method, params) {
    return this.pipe.send(method, params, this.session);
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.do('Runtime.evaluate', {
      expression, returnByValue: true, awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /** Loads a page, and waits until it is there. */
  async go(url) {
    await this.do('Page.navigate', { url });
    await until(() => this.evaluate(`location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`),
      () => url);
  }

  /** The middle of an element in the window. */
  async middleOf(selector) {
    return this.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
  }

  async mouse(type, { x, y }, more = {}) {
    await this.do('Input.dispatchMouseEvent', { type, x, y, ...more });
  }

  async click(selector, button = 'left') {
    const place = await this.middleOf(selector);
    await this.mouse('mouseMoved', place);
    await this.mouse('mousePressed', place, { button, clickCount: 1 });
    await this.mouse('mouseReleased', place, { button, clickCount: 1 });
  }

  async key(key, text) {
    const code = { Enter: 13, Tab: 9 }[key] ?? 0;
    await this.do('Input.dispatchKeyEvent', {
      type: text ? 'keyDown' : 'rawKeyDown', key, text, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code,
    });
    await this.do('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code });
  }

  async type(text) {
    for (const each of text) await this.key(each, each);
  }

  /** All events that the worker has sent so far. */
  events() {
    if (!existsSync(this.log)) return [];
    const bytes = readFileSync(this.log);
    const events = [];
    for (let at = 0; at + 4 <= bytes.length;) {
      const length = bytes.readUInt32LE(at);
      if (at + 4 + length > bytes.length) break;
      events.push(...JSON.parse(bytes.toString('utf8', at + 4, at + 4 + length)).events);
      at += 4 + length;
    }
    return events;
  }

  /** Waits for an event of a type for which `fits` holds. */
  event(type, fits = () => true) {
    return until(() => this.events().find((each) => each.type === type && fits(each)),
      () => `${type} (of ${JSON.stringify(this.events().map((each) => each.type))})`);
  }

  async close() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    void this.pipe.send('Browser.close').catch(() => {});
    await ended;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
