/**
 * Builds the assistant for Firefox: the same files, with manifest.json as manifests/firefox.json changes it (a
 * JSON merge patch, RFC 7396: null takes a field away).
 *
 *     node build_firefox.js [FOLDER]
 *
 * FOLDER (default: build/firefox at the top of the project) becomes the unpacked add-on, FOLDER.xpi the same packed.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {any} target @param {any} patch @returns {any} */
export function mergePatch(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const isObject = target !== null && typeof target === 'object' && !Array.isArray(target);
  const merged = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

export function firefoxManifest() {
  const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  return mergePatch(read('manifest.json'), read('manifests/firefox.json'));
}

/** @param {string} folder */
export function build(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/manifest.json`, `${JSON.stringify(firefoxManifest(), null, 2)}\n`);
  cpSync(new URL('src', import.meta.url), `${folder}/src`, { recursive: true });
  const packed = `${resolve(folder)}.xpi`;
  rmSync(packed, { force: true });
  execFileSync('zip', ['-q', '-X', '-r', packed, 'manifest.json', 'src'], { cwd: folder });
}

if (process.argv[1] && import.meta.url === new URL(`file://${resolve(process.argv[1])}`).href) {
  build(process.argv[2] ?? fileURLToPath(new URL('../build/firefox', import.meta.url)));
}
