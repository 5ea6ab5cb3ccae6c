const browser = [
  'Element', 'HTMLFormElement', 'InputEvent', 'MutationObserver', 'addEventListener', 'chrome', 'clearTimeout',
  'console', 'crypto', 'document', 'location', 'navigator', 'performance', 'setTimeout', 'window',
];
/** What tell.js gives the other content scripts: they share one scope. */
const shared = ['isPassword', 'leaving', 'prerendered', 'tell', 'wallTime'];
const tests = ['globalThis', 'process', 'setImmediate', 'structuredClone', 'URL'];
const readonly = (/** @type {string[]} */ names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const rules = {
  'constructor-super': 'error',
  curly: ['error', 'multi-line'],
  eqeqeq: 'error',
  'max-len': ['error', { code: 120 }],
  'no-const-assign': 'error',
  'no-dupe-keys': 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-fallthrough': 'error',
  'no-redeclare': 'error',
  'no-self-assign': 'error',
  'no-shadow': 'error',
  'no-undef': 'error',
  'no-unreachable': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  'no-var': 'error',
  'prefer-const': 'error',
};

export default [
  {
    files: ['src/background/*.js', 'src/events.js'],
    languageOptions: { globals: readonly(browser) },
    rules,
  },
  {
    files: ['src/content/*.js'],
    languageOptions: { sourceType: 'script', globals: readonly([...browser, ...shared]) },
    rules,
  },
  {
    files: ['src/content/tell.js'],
    rules: { 'no-redeclare': ['error', { builtinGlobals: false }], 'no-unused-vars': 'off' },
  },
  { files: ['test/*.js', '*.js'], languageOptions: { globals: readonly([...browser, ...tests]) }, rules },
];
