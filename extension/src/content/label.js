/** What the page says of itself in `<meta name="dwell-label">`: told once per visit, and when it changes. */
{
  const LIMIT = 200;
  /** A page that changes its own address writes its label after that. */
  const SETTLE_MS = 250;

  let told = '';
  /** A page that changes its label all the time is looked at once in SETTLE_MS. */
  let looking = false;

  const look = (/** @type {number} */ time) => {
    if (leaving || prerendered()) return;
    const label = document.querySelector('meta[name="dwell-label" i]')?.getAttribute('content')?.trim() ?? '';
    if (label === told) return;
    told = label;
    if (label) tell(time, { type: 'page_label', label: label.slice(0, LIMIT) });
  };

  const lookSoon = () => {
    if (looking) return;
    looking = true;
    changes.disconnect();
    setTimeout(() => {
      looking = false;
      watch();
      look(Date.now());
    }, SETTLE_MS);
  };
  const changes = new MutationObserver(lookSoon);
  const watch = () => {
    if (document.head) {
      changes.observe(document.head, { childList: true, subtree: true, attributeFilter: ['content', 'name'] });
    }
  };

  document.addEventListener('DOMContentLoaded', (event) => {
    if (!event.isTrusted) return;
    look(Date.now());
    watch();
  });
  onVisit((time, how) => {
    told = '';
    if (how === 'changed') lookSoon();
    else look(time);
  });
}
