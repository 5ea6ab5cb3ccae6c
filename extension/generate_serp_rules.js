// Writes src/content/serp_rules.js, which holds schemas/serp_rules.json for the content scripts: they can read no file.
import { readFileSync, writeFileSync } from 'node:fs';

const rules = new URL('../schemas/serp_rules.json', import.meta.url);
const script = new URL('src/content/serp_rules.js', import.meta.url);

export function generated() {
  const { version, engines } = JSON.parse(readFileSync(rules, 'utf8'));
  return [
    '/** Made from schemas/serp_rules.json by `npm run generate`: edit that. */',
    '/** @type {{version: number, engines: EngineRule[]}} */',
    `const SERP_RULES = ${JSON.stringify({ version, engines }, null, 1)};`,
    '',
  ].join('\n');
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(script, generated());
