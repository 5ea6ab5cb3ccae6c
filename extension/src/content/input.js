/**
 * The person's inputs in this document, as counts: only while the agent has no hook that sees them, and so
 * asks for them (the worker's word). Each 250 ms, and when the page goes, one message with one event per kind
 * and class of key, with the time at which that quarter of a second began: no order and no rhythm of typing
 * leaves this file.
 * Classes and motion count as the hook's do (schemas/event.schema.json; docs/measurement.md, Without the hook).
 */
{
  const SLOT_MS = 250;
  /** Motion counts once per 50 ms with at least 3 px: not per event, and a trembling mouse is nobody. */
  const MOTION_MS = 50;
  const LEAST_PX = 3;
  /** What a notch of a wheel turns, in the one unit that does not depend on browser and settings. */
  const NOTCH = 120;

  /** @type {Record<string, string>} */
  const CLASSES = {
    Backspace: 'deletion', Delete: 'deletion',
    ArrowLeft: 'cursor', ArrowRight: 'cursor', Home: 'cursor', End: 'cursor',
    ArrowUp: 'list', ArrowDown: 'list', PageUp: 'list', PageDown: 'list',
    Enter: 'accept', Tab: 'tab', Escape: 'escape', Paste: 'paste', F3: 'find', Find: 'find',
    // What an input method or a dead key makes of them is not known yet.
    Dead: 'character', Process: 'character', Compose: 'character',
  };
  const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta', 'Super', 'Hyper', 'AltGraph', 'CapsLock', 'NumLock',
    'ScrollLock', 'Fn', 'FnLock', 'Symbol', 'SymbolLock', 'ModeChange'];

  /** @param {KeyboardEvent} event */
  const classOf = (event) => {
    const { key } = event;
    const combined = event.ctrlKey || event.altKey || event.metaKey;
    // Nearly all are.
    if (!combined && key.length === 1) return 'character';
    if (MODIFIERS.includes(key)) return 'modifier';
    const alternate = combined && event.getModifierState('AltGraph');
    const control = event.ctrlKey && !alternate;
    const other = (event.altKey && !alternate) || event.metaKey;
    if (control && !other) {
      // Programs take the Latin letter of a key whose layout has none.
      const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : event.code.replace(/^Key/, '').toLowerCase();
      if (letter === 'v') return 'paste';
      if (letter === 'f' || letter === 'g') return 'find';
    }
    if (control || other) return 'shortcut';
    if (event.shiftKey && key === 'Insert') return 'paste';
    const known = Object.hasOwn(CLASSES, key) ? CLASSES[key] : undefined;
    if (known) return known;
    if ([...key].length === 1) return 'character';
    return /^F\d+$/.test(key) ? 'function' : 'other';
  };

  /** Wall time at which the slot in progress began; 0: none is. */
  let slot = 0;
  /** The same slot by the clock of the events, of which most are in it: from, until. */
  let slotSince = 0;
  let slotUntil = 0;
  /** @type {Record<string, number>} By kind, and class of key. */
  let counts = {};
  let path = 0;
  const motion = { slot: 0, px: 0, x: NaN, y: NaN };
  let turned = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const endMotion = () => {
    if (motion.px >= LEAST_PX) {
      counts['mouse_move'] = (counts['mouse_move'] ?? 0) + 1;
      path += Math.round(motion.px);
    }
    motion.px = 0;
  };

  const flush = () => {
    if (slot === 0) return;
    clearTimeout(timer);
    endMotion();
    const time_ms = slot;
    slot = 0;
    const all = Object.entries(counts).map(([name, count]) => {
      const [kind, key_class] = name.split(' ');
      const more = kind === 'mouse_move' ? { distance_px: path } : key_class ? { key_class } : {};
      return { time_ms, type: 'input', kind, count, ...more };
    });
    if (all.length > 0) send(all);
    counts = {};
    path = 0;
  };

  /** Finds the slot of an event: begins it, and ends the one before. */
  const touchSlot = (/** @type {globalThis.Event} */ event) => {
    if (slot !== 0 && event.timeStamp >= slotSince && event.timeStamp < slotUntil) return;
    const time = wallTime(event);
    const begins = time - (time % SLOT_MS);
    if (begins !== slot) flush();
    slot = begins;
    slotSince = event.timeStamp - (time - begins);
    slotUntil = slotSince + SLOT_MS;
    clearTimeout(timer);
    timer = setTimeout(flush, slotUntil - event.timeStamp);
  };

  /** @param {globalThis.Event} event @param {string} name @param {number} [most] Counts beyond it are left out. */
  const count = (event, name, most = Infinity) => {
    touchSlot(event);
    counts[name] = Math.min((counts[name] ?? 0) + 1, most);
  };

  /** A mouse that a touch makes, after the touch itself. */
  const ofTouch = (/** @type {any} */ event) => {
    const FROM_TOUCH = 5;
    return event.sourceCapabilities?.firesTouchEvents === true || event.mozInputSource === FROM_TOUCH;
  };

  const HEARD = {
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.repeat) return;
      const field = innermost(event);
      // Not even how many, into a password.
      if (field && isPassword(field)) count(event, 'key other', 1);
      else count(event, `key ${classOf(event)}`);
    },
    mousedown: (/** @type {MouseEvent} */ event) => {
      if (!ofTouch(event)) count(event, 'mouse_down');
    },
    mouseup: (/** @type {MouseEvent} */ event) => {
      if (!ofTouch(event)) count(event, 'mouse_up');
    },
    mousemove: (/** @type {MouseEvent} */ event) => {
      if (ofTouch(event)) return;
      touchSlot(event);
      const moved = slot + MOTION_MS * Math.floor((event.timeStamp - slotSince) / MOTION_MS);
      if (moved !== motion.slot) endMotion();
      motion.slot = moved;
      // The first position says only where it is.
      const px = Math.hypot(event.screenX - motion.x, event.screenY - motion.y);
      if (!Number.isNaN(px)) motion.px += px;
      motion.x = event.screenX;
      motion.y = event.screenY;
    },
    wheel: (/** @type {WheelEvent} */ event) => {
      // Not in TypeScript's library, since it is in no standard; all browsers have it.
      const { wheelDeltaX, wheelDeltaY } = /** @type {any} */ (event);
      const by = Math.max(Math.abs(wheelDeltaX), Math.abs(wheelDeltaY));
      // A wheel's notch is an event of its own, of 120 or, by some Wayland compositors, 180; fingers send parts.
      turned = by >= NOTCH ? by : turned + by;
      for (; turned >= NOTCH; turned -= NOTCH) count(event, 'scroll');
      if (by >= NOTCH) turned = 0;
    },
    touchstart: (/** @type {TouchEvent} */ event) => {
      for (let i = 0; i < event.changedTouches.length; i++) count(event, 'touch');
    },
  };
  const heard = Object.entries(HEARD).map(([type, handle]) => ({
    type,
    handle: (/** @type {any} */ event) => {
      if (event.isTrusted) handle(event);
    },
  }));

  let listening = false;
  let ended = false;
  const listen = (/** @type {boolean} */ wanted) => {
    if (wanted === listening || ended) return;
    listening = wanted;
    if (!wanted) flush();
    const how = { capture: true, passive: true };
    for (const { type, handle } of heard) {
      if (wanted) addEventListener(type, handle, how);
      else removeEventListener(type, handle, how);
    }
  };

  // A page that was open when the extension was installed or updated may run this twice: the later one counts.
  const shared = /** @type {{endDwellInputs?: () => void}} */ (globalThis);
  shared.endDwellInputs?.();
  shared.endDwellInputs = () => {
    listen(false);
    ended = true;
  };

  addEventListener('pagehide', (event) => {
    if (event.isTrusted) flush();
  }, true);
  chrome.runtime.onMessage.addListener((word) => {
    if (word === 'tell_inputs') listen(true);
    if (word === 'no_inputs') listen(false);
  });
  chrome.runtime.sendMessage('inputs_wanted').then((wanted) => listen(wanted === true)).catch(() => {});
}
