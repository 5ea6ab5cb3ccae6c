import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import vm from 'node:vm';
import { generatedWorker } from '../generate_worker.js';
import { fakeChrome } from './fake_chrome.js';

const worker = readFileSync(new URL('../src/worker.js', import.meta.url), 'utf8');

test('the worker in one file is that of the modules', () => {
  assert.equal(worker, generatedWorker(), 'npm run generate');
});

const navigator = { userAgentData: { getHighEntropyValues: async () => ({ fullVersionList: [] }) } };

test('the worker in one file listens to everything before it waits for anything, and introduces itself', async () => {
  const chrome = fakeChrome({ local: { profile: 'p' } });
  const heard = [];
  const { webNavigation, tabs, windows, runtime, alarms } = chrome;
  for (const area of [webNavigation, tabs, windows, runtime, alarms]) {
    heard.push(...Object.entries(area).filter(([, event]) => event?.addListener));
  }
  const counts = new Map();
  for (const [name, event] of heard) {
    const { addListener } = event;
    event.addListener = (listener) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      addListener(listener);
    };
  }
  vm.runInNewContext(worker, { chrome, console, setTimeout: () => {}, clearTimeout: () => {}, navigator });
  for (const [name] of heard) assert.ok(counts.get(name) > 0, name);
  await new Promise((resolve) => setImmediate(resolve));
  const [port] = chrome.runtime.connections;
  assert.equal(port.sent[0].events[0].type, 'browser_connected');
  assert.equal(port.sent[0].events[0].browser, 'p');
});
