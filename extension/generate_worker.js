/**
 * Writes src/worker.js, the worker in one file, from the modules of src/background. A browser reads a worker's files
 * one after the other each time that it starts it, with a turn of its busiest thread for each: of 14 files a worker
 * on a busy machine begins 7 s late, of one within 1 s. Each module keeps a scope of its own.
 *
 *     npm run generate
 */
import { readFileSync, writeFileSync } from 'node:fs';

const background = new URL('src/background/', import.meta.url);
const script = new URL('src/worker.js', import.meta.url);

const IMPORT = /^import \{ ([^}]+) \} from '\.\/(\w+)\.js';\n/gm;
const EXPORT = /^export (?=(?:async function|function|class|const) (\w+))/gm;
const COMMENT_LINE = /^\s*(?:\/\*\*|\*|\/\/)/;

/** @param {string} name @param {Map<string, string>} done what is written already, by module, in order */
function add(name, done) {
  if (done.has(name)) return;
  const source = readFileSync(new URL(`${name}.js`, background), 'utf8');
  const imports = [...source.matchAll(IMPORT)].map(([, names = '', from = '']) => ({ names, from }));
  for (const { from } of imports) add(from, done);
  const exported = [...source.matchAll(EXPORT)].map(([, what]) => what);
  const body = source.replace(IMPORT, '').replace(EXPORT, '').split('\n')
    .filter((line) => line && !COMMENT_LINE.test(line));
  const other = body.find((line) => /^(?:import|export)\b/.test(line));
  if (other) throw new Error(`${name}.js: an import or export of another form: ${other}`);
  done.set(name, [
    `const ${name}_js = (() => {`,
    ...imports.map(({ names, from }) => `const { ${names} } = ${from}_js;`),
    ...body,
    `return { ${exported.join(', ')} };`,
    '})();',
  ].join('\n'));
}

export function generatedWorker() {
  /** @type {Map<string, string>} */
  const modules = new Map();
  add('main', modules);
  return `// Made from src/background by \`npm run generate\`: edit that.\n// @ts-nocheck\n'use strict';\n` +
    `${[...modules.values()].join('\n')}\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(script, generatedWorker());
