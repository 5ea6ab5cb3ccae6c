"""The person's hands: keys, pointer and wheel through the XTEST extension, each call noted in the log."""

import random
import time

from Xlib import X, XK, display as xdisplay
from Xlib.ext import xtest

# keysyms of the characters whose name is not the character itself
NAMED = {" ": "space", ".": "period", "/": "slash", "-": "minus", ":": "colon", "?": "question", "=": "equal"}
WHEEL_UP, WHEEL_DOWN = 4, 5


class Person:
    """Every method that presses something returns the time of the call that takes effect (seconds, monotonic).

    Pointer motion is relative: warping the pointer, or setting it, gives no countable motion. Paces are drawn from
    a generator with a fixed seed, so that two runs do the same.
    """

    def __init__(self, display_name, log):
        self._display = xdisplay.Display(display_name)
        self._root = self._display.screen().root
        self._log = log
        self._pace = random.Random(7)

    def close(self):
        self._display.close()

    def pause(self, seconds):
        """The person looks, reads, thinks."""
        time.sleep(seconds)

    def press(self, *names):
        """Presses a chord such as ("Control_L", "l") and lets it go; the last key's press takes effect."""
        codes = [self._code(name) for name in names]
        for code in codes:
            effective = self._fake(X.KeyPress, code, counts=True)
            time.sleep(0.012)
        for code in reversed(codes):
            self._fake(X.KeyRelease, code, counts=False)
            time.sleep(0.004)
        return effective

    def hold(self, name):
        return self._fake(X.KeyPress, self._code(name), counts=True)

    def release(self, name):
        return self._fake(X.KeyRelease, self._code(name), counts=False)

    def type(self, text):
        """Types a text at about 20 characters a second."""
        for character in text:
            keysym = XK.string_to_keysym(NAMED.get(character, character))
            code = self._display.keysym_to_keycode(keysym)
            shifted = self._display.keycode_to_keysym(code, 0) != keysym
            if shifted:
                self._fake(X.KeyPress, self._code("Shift_L"), counts=True)
            self._fake(X.KeyPress, code, counts=True)
            time.sleep(0.008)
            self._fake(X.KeyRelease, code, counts=False)
            if shifted:
                self._fake(X.KeyRelease, self._code("Shift_L"), counts=False)
            time.sleep(self._pace.uniform(0.03, 0.055))

    def move_to(self, x, y):
        """Moves the pointer to a place on the screen, as a hand does, in steps of 10 ms."""
        while True:
            here = self._root.query_pointer()
            dx, dy = x - here.root_x, y - here.root_y
            if dx == 0 and dy == 0:
                return
            fraction = min(1.0, 30 / max(abs(dx), abs(dy)))
            self._fake(X.MotionNotify, 1, counts=max(abs(dx), abs(dy)) >= 3, x=round(dx * fraction),
                       y=round(dy * fraction))
            time.sleep(0.01)

    def wander(self, steps=8):
        """Small motions while reading: back and forth, each step far above the 3 px that count as motion."""
        for step in range(steps):
            sign = 1 if step % 2 == 0 else -1
            self._fake(X.MotionNotify, 1, counts=True, x=sign * 14, y=sign * 9)
            time.sleep(0.06)

    def click(self, button=1, holding=()):
        """Presses and releases a button, with keys held; returns the time of the press."""
        for name in holding:
            self.hold(name)
            time.sleep(0.012)
        pressed = self._fake(X.ButtonPress, button, counts=True)
        time.sleep(0.03)
        self._fake(X.ButtonRelease, button, counts=True)
        for name in reversed(holding):
            time.sleep(0.012)
            self.release(name)
        return pressed

    def wheel(self, clicks, button=WHEEL_DOWN):
        """Turns the wheel, as many clicks as told, at a reader's pace."""
        for _ in range(clicks):
            self._fake(X.ButtonPress, button, counts=True)
            self._fake(X.ButtonRelease, button, counts=False)
            time.sleep(self._pace.uniform(0.06, 0.14))

    def _code(self, name):
        return self._display.keysym_to_keycode(XK.string_to_keysym(name))

    def _fake(self, kind, detail, counts, x=0, y=0):
        sent = time.monotonic()
        xtest.fake_input(self._display, kind, detail, x=x, y=y)
        self._display.sync()
        if counts:
            self._log.add("input", sent)
        return sent
