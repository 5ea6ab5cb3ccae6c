import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { firefoxManifest, mergePatch } from '../build_firefox.js';

const here = (name) => new URL(`../${name}`, import.meta.url);
const chromium = JSON.parse(readFileSync(here('manifest.json'), 'utf8'));

test('a patch changes what it names, and takes away what it names as null', () => {
  assert.deepEqual(mergePatch({ a: 1, b: { c: 2, d: 3 }, e: [1] }, { a: null, b: { c: 4 }, e: [2, 3] }), {
    b: { c: 4, d: 3 },
    e: [2, 3],
  });
});

test('Firefox gets an event page and an id; all that is asked for and done is the same', () => {
  const { background, browser_specific_settings: settings, ...firefox } = firefoxManifest();
  assert.deepEqual(background, { scripts: [chromium.background.service_worker] });
  assert.match(settings.gecko.id, /^[a-z]+@[a-z.]+$/);
  const { background: _worker, key: _key, minimum_chrome_version: _version, ...shared } = chromium;
  assert.deepEqual(firefox, shared);
});

test('every file that a manifest names is there', () => {
  const named = [chromium.background.service_worker, ...chromium.content_scripts.flatMap(({ js }) => js)];
  for (const name of named) assert.ok(existsSync(here(name)), name);
});

test('every permission is explained, and no other', () => {
  const text = readFileSync(here('PERMISSIONS.md'), 'utf8');
  const explained = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  assert.deepEqual(explained.sort(), [...chromium.permissions, 'content_scripts', 'host_permissions'].sort());
});

test('private windows are left out by both manifests', () => {
  assert.equal(chromium.incognito, 'not_allowed');
  assert.equal(firefoxManifest().incognito, 'not_allowed');
});
