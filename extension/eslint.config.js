const browser = [
  'Element', 'HTMLFormElement', 'InputEvent', 'IntersectionObserver', 'MutationObserver', 'PerformanceObserver', 'URL',
  'addEventListener', 'atob', 'chrome', 'clearTimeout', 'console', 'crypto', 'document', 'getComputedStyle',
  'innerHeight', 'innerWidth', 'location', 'navigator', 'performance', 'removeEventListener', 'requestAnimationFrame',
  'requestIdleCallback', 'scrollX', 'scrollY', 'setTimeout', 'window',
];
/** What some content scripts give the others: they share one scope. */
const shared = [
  'LinkMeasure', 'PASSWORDS', 'SERP_RULES', 'address', 'addressOf', 'fastScrolls', 'innermost', 'isPassword', 'leaving',
  'onFastScroll', 'onVisit',
  'placeOf', 'prerendered', 'resultFeatures', 'resultPage', 'resultsOn', 'send', 'siteOf', 'tell', 'wallTime',
  'withoutNothing', 'wordsIn',
];
const tests = ['Buffer', 'globalThis', 'process', 'setImmediate', 'setInterval', 'structuredClone'];
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
    rules: {
      ...rules,
      'no-redeclare': ['error', { builtinGlobals: false }],
      'no-unused-vars': ['error', { vars: 'local', argsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/content/serp_rules.js'], rules: { 'max-len': 'off' } },
  { files: ['test/**/*.js', '*.js'], languageOptions: { globals: readonly([...browser, ...tests]) }, rules },
];
