/**
 * How much is filled in, never what: fields that were touched, characters that were typed, fields that the
 * browser filled. Password fields do not count.
 */
{
  const GATHER_MS = 1000;

  /** @type {WeakSet<EventTarget>} Each field counts once per page. */
  const touched = new WeakSet();
  /** @type {WeakSet<EventTarget>} */
  const filled = new WeakSet();
  const none = { fields: 0, characters: 0, autofilled: 0 };
  let counts = { ...none };
  let gathering = false;

  const flush = (/** @type {number} */ time) => {
    const { fields, characters, autofilled } = counts;
    counts = { ...none };
    if (fields + characters + autofilled > 0) tell(time, { type: 'form', fields, characters, autofilled });
  };

  document.addEventListener('input', (event) => {
    const [field] = event.composedPath();
    if (!event.isTrusted || !(field instanceof Element) || isPassword(field)) return;
    if (!touched.has(field)) counts.fields++;
    touched.add(field);
    // The browser's own filling in comes as a plain Event; typing says how.
    const how = event instanceof InputEvent ? event.inputType : '';
    if (how === 'insertText') counts.characters++;
    if (how === '' && field.matches(':autofill') && !filled.has(field)) {
      counts.autofilled++;
      filled.add(field);
    }
    if (gathering) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      flush(Date.now());
    }, GATHER_MS);
  }, true);
  // Of a frame that goes while its page stays, the worker could not tell the time.
  addEventListener('pagehide', (event) => {
    if (event.isTrusted && window.top === window) flush(wallTime(event));
  }, true);
}
