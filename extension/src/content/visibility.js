/** Whether the page can be seen: not in a background tab, not minimised, not wholly covered. */
{
  const say = (/** @type {number} */ time) => {
    if (leaving || prerendered()) return;
    tell(time, { type: 'page_visibility', visible: document.visibilityState === 'visible' });
  };
  const changed = (/** @type {globalThis.Event} */ event) => {
    if (event.isTrusted) say(wallTime(event));
  };
  document.addEventListener('visibilitychange', changed, true);
  document.addEventListener('prerenderingchange', changed);
  addEventListener('pageshow', (event) => {
    if (event.persisted) changed(event);
  }, true);
  say(Date.now());
}
