/**
 * How much is filled in, never what: fields that were touched, characters that were typed, fields that the
 * browser filled. Password fields do not count.
 */
{
  /** Of a frame that goes while its page stays, what was gathered is lost. */
  const GATHER_MS = window.top === window ? 4000 : 1000;

  /** @type {WeakSet<EventTarget>} Each field counts once per visit. */
  let touched = new WeakSet();
  /** @type {WeakSet<EventTarget>} */
  let filled = new WeakSet();
  const none = { fields: 0, characters: 0, autofilled: 0 };
  let counts = { ...none };
  let gathering = false;

  const flush = (/** @type {number} */ time) => {
    const { fields, characters, autofilled } = counts;
    counts = { ...none };
    if (fields + characters + autofilled > 0) tell(time, { type: 'form', fields, characters, autofilled });
  };
  const flushSoon = () => {
    if (gathering) return;
    gathering = true;
    setTimeout(() => {
      gathering = false;
      flush(Date.now());
    }, GATHER_MS);
  };
  /** The field that the event is about; null: not the person's doing, or a password. @param {globalThis.Event} event */
  const fieldOf = (event) => {
    const field = innermost(event);
    return event.isTrusted && field && !isPassword(field) ? field : null;
  };

  /** The field of the event before, in which most are again. @type {any} */
  let last = null;
  document.addEventListener('input', (event) => {
    // Typing says how. Chromium's own filling in comes as a plain Event, Firefox's as a replacement.
    const how = /** @type {InputEvent} */ (event).inputType ?? '';
    if (how === 'insertText' && event.target === last && event.isTrusted && last.type !== 'password') {
      counts.characters++;
      flushSoon();
      return;
    }
    const field = fieldOf(event);
    last = field === event.target ? field : null;
    if (!field) return;
    if (!touched.has(field)) counts.fields++;
    touched.add(field);
    if (how === 'insertText') counts.characters++;
    if ((how === '' || how === 'insertReplacementText') && !filled.has(field) && field.matches(':autofill')) {
      counts.autofilled++;
      filled.add(field);
    }
    flushSoon();
  }, true);
  // A dead key, a compose sequence or an input method makes one character, or one word, of several keys.
  document.addEventListener('compositionend', (event) => {
    if (!fieldOf(event)) return;
    counts.characters++;
    flushSoon();
  }, true);
  // Of a frame that goes while its page stays, the worker could not tell the time.
  addEventListener('pagehide', (event) => {
    if (event.isTrusted && window.top === window) flush(wallTime(event));
  }, true);
  onVisit((time, how) => {
    if (how === 'changed') flush(time - 1);
    last = null;
    touched = new WeakSet();
    filled = new WeakSet();
  });
}
