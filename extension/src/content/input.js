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

  /** Wall time at which the slot in progress began. */
  let slot = 0;
  /** The same slot by the clock of the events: from, until. Without one, no event is before its end. */
  let slotSince = -Infinity;
  let slotUntil = -Infinity;
  let downs = 0;
  let ups = 0;
  let scrolls = 0;
  let touches = 0;
  let moves = 0;
  let path = 0;
  /** @type {Map<string, number>} By class. */
  let keys = new Map();
  const motion = { slot: 0, px: 0, x: NaN, y: NaN };
  let turned = 0;
  /** The field of the key before, in which most are again; no password. @type {any} */
  let last = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {chrome.runtime.Port | null} To the worker: each message by itself costs the page much more. */
  let port = null;

  const connect = () => {
    const made = chrome.runtime.connect({ name: 'inputs' });
    // The worker was put to sleep or killed: the next message starts another.
    made.onDisconnect.addListener(() => {
      if (port === made) port = null;
    });
    return made;
  };

  const endMotion = () => {
    if (motion.px >= LEAST_PX) {
      moves++;
      path += Math.round(motion.px);
    }
    motion.px = 0;
  };

  /** What was counted since, as events. */
  const counted = () => {
    endMotion();
    /** @type {import('../events.js').PageMessage[]} */
    const all = [];
    const add = (/** @type {any} */ more) => all.push({ time_ms: slot, type: 'input', ...more });
    if (downs) add({ kind: 'mouse_down', count: downs });
    if (ups) add({ kind: 'mouse_up', count: ups });
    if (scrolls) add({ kind: 'scroll', count: scrolls });
    if (touches) add({ kind: 'touch', count: touches });
    if (moves) add({ kind: 'mouse_move', count: moves, distance_px: path });
    for (const [key_class, count] of [...keys].sort()) add({ kind: 'key', count, key_class });
    downs = ups = scrolls = touches = moves = path = 0;
    if (keys.size > 0) keys = new Map();
    return all;
  };

  /** Ends the slot, if there is one, and gives what it counted. */
  const endSlot = () => {
    if (slotUntil === -Infinity) return [];
    clearTimeout(timer);
    slotUntil = -Infinity;
    return counted();
  };
  const flush = () => {
    const all = endSlot();
    // An updated or removed extension leaves its content scripts behind, without a worker.
    if (all.length === 0 || !chrome.runtime?.id) return;
    port ??= connect();
    port.postMessage(all);
  };

  /** Begins the slot of an event, and ends the one before. @param {globalThis.Event} event */
  const beginSlot = (event) => {
    flush();
    const time = wallTime(event);
    slot = time - (time % SLOT_MS);
    slotSince = event.timeStamp - (time - slot);
    slotUntil = slotSince + SLOT_MS;
    timer = setTimeout(flush, slotUntil - event.timeStamp);
  };

  /** A mouse that a touch makes, after the touch itself. */
  const ofTouch = (/** @type {any} */ event) => {
    const FROM_TOUCH = 5;
    return event.sourceCapabilities?.firesTouchEvents === true || event.mozInputSource === FROM_TOUCH;
  };

  /**
   * Only what the person did. They are called for each frame of a motion, and in a cold cache: a call of nothing
   * costs 25 µs, so that what they do is as little as can be.
   */
  const HEARD = {
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (!event.isTrusted || event.repeat) return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      if (event.target !== last || last.type === 'password') {
        const field = innermost(event);
        // Not even how many, into a password.
        if (field && isPassword(field)) {
          last = null;
          if (!keys.has('other')) keys.set('other', 1);
          return;
        }
        last = field === event.target ? field : null;
      }
      const its = classOf(event);
      keys.set(its, (keys.get(its) ?? 0) + 1);
    },
    mousedown: (/** @type {MouseEvent} */ event) => {
      if (!event.isTrusted || ofTouch(event)) return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      downs++;
    },
    mouseup: (/** @type {MouseEvent} */ event) => {
      if (!event.isTrusted || ofTouch(event)) return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      ups++;
    },
    pointermove: (/** @type {PointerEvent} */ event) => {
      if (!event.isTrusted || event.pointerType === 'touch') return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      const moved = Math.floor((event.timeStamp - slotSince) / MOTION_MS);
      if (moved !== motion.slot) endMotion();
      motion.slot = moved;
      const { screenX, screenY } = event;
      // The first position says only where it is.
      const px = Math.hypot(screenX - motion.x, screenY - motion.y);
      if (px > 0) motion.px += px;
      motion.x = screenX;
      motion.y = screenY;
    },
    wheel: (/** @type {WheelEvent} */ event) => {
      if (!event.isTrusted) return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      // Not in TypeScript's library, since it is in no standard; all browsers have it.
      const { wheelDeltaX, wheelDeltaY } = /** @type {any} */ (event);
      const by = Math.max(Math.abs(wheelDeltaX), Math.abs(wheelDeltaY));
      // A wheel's notch is an event of its own, of 120 or, by some Wayland compositors, 180; fingers send parts.
      if (by >= NOTCH) {
        scrolls += Math.floor(by / NOTCH);
        turned = 0;
        return;
      }
      turned += by;
      if (turned < NOTCH) return;
      scrolls++;
      turned -= NOTCH;
    },
    touchstart: (/** @type {TouchEvent} */ event) => {
      if (!event.isTrusted) return;
      if (event.timeStamp >= slotUntil) beginSlot(event);
      touches += event.changedTouches.length;
    },
  };

  let listening = false;
  let ended = false;
  const listen = (/** @type {boolean} */ wanted) => {
    if (wanted === listening || ended) return;
    listening = wanted;
    if (!wanted) flush();
    const how = { capture: true, passive: true };
    for (const [type, handle] of Object.entries(HEARD)) {
      if (wanted) addEventListener(type, /** @type {any} */ (handle), how);
      else removeEventListener(type, /** @type {any} */ (handle), how);
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
    if (!event.isTrusted) return;
    const all = endSlot();
    // By itself: of a port that goes with the page the last message may be lost.
    if (all.length > 0) send(all);
    port?.disconnect();
    port = null;
  }, true);
  chrome.runtime.onMessage.addListener((word) => {
    if (word === 'tell_inputs') listen(true);
    if (word === 'no_inputs') listen(false);
  });
  chrome.runtime.sendMessage('inputs_wanted').then((wanted) => listen(wanted === true)).catch(() => {});
}
