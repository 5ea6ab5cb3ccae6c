/** What the page says of itself in `<meta name="dwell-label">`: told once per visit, and when it changes. */
{
  const LIMIT = 200;
  /** A page that changes its own address writes its label after that. */
  const SETTLE_MS = 250;

  let told = '';

  const look = (/** @type {number} */ time) => {
    if (leaving || prerendered()) return;
    const label = document.querySelector('meta[name="dwell-label" i]')?.getAttribute('content')?.trim() ?? '';
    if (label === told) return;
    told = label;
    if (label) tell(time, { type: 'page_label', label: label.slice(0, LIMIT) });
  };

  document.addEventListener('DOMContentLoaded', () => {
    look(Date.now());
    new MutationObserver(() => look(Date.now())).observe(document.head, {
      childList: true, subtree: true, attributeFilter: ['content', 'name'],
    });
  });
  onVisit((time, how) => {
    told = '';
    if (how === 'changed') setTimeout(() => look(Date.now()), SETTLE_MS);
    else look(time);
  });
}
