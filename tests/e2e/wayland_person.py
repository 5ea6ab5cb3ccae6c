"""A person at a wlroots compositor (sway): points, scrolls and types by its virtual pointer and keyboard protocols.

Speaks the Wayland wire protocol itself, as far as that takes: a header of object and size << 16 | opcode, then
32-bit words.
"""
import array
import os
import socket
import struct
import time

KEYMAP = """xkb_keymap {
xkb_keycodes { include "evdev+aliases(qwerty)" };
xkb_types { include "complete" };
xkb_compat { include "complete" };
xkb_symbols { include "pc+us+inet(evdev)" };
};
"""
# linux/input-event-codes.h
LEFT, RIGHT, MIDDLE = 0x110, 0x111, 0x112
KEYS = {"escape": 1, "backspace": 14, "tab": 15, "enter": 28, "control": 29, "semicolon": 39, "shift": 42, "space": 57,
        "down": 108, "slash": 53, "period": 52, "minus": 12}
KEYS.update({digit: code for code, digit in enumerate("1234567890", 2)})
for first, row in ((16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm")):
    KEYS.update({letter: code for code, letter in enumerate(row, first)})
KEYS.update({"/": KEYS["slash"], ".": KEYS["period"], "-": KEYS["minus"], " ": KEYS["space"]})
MODIFIERS = {"shift": 1, "control": 4}
VERTICAL_AXIS, WHEEL, FINGER = 0, 0, 1
DISPLAY_ID = 1


def fixed(value):
    return int(round(value * 256))


def text(value):
    data = value.encode() + b"\0"
    return struct.pack("<I", len(data)) + data + b"\0" * (-len(data) % 4)


class WaylandPerson:
    """`path`: the compositor's socket; `size`: of its one output, in px."""

    def __init__(self, path, size):
        self._size = size
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._ids = DISPLAY_ID
        self._buffer = b""
        self._began = time.monotonic()
        registry = self._new()
        self._send(DISPLAY_ID, 1, struct.pack("<I", registry))
        offered = {}
        for sender, opcode, body in self._until_synced():
            if sender == registry and opcode == 0:
                name, length = struct.unpack_from("<II", body)
                offered[body[8:8 + length - 1].decode()] = name

        def bound(interface):
            new = self._new()
            called = struct.pack("<I", offered[interface]) + text(interface)
            self._send(registry, 0, called + struct.pack("<II", 1, new))
            return new

        seat = bound("wl_seat")
        # The compositor insists on new ids in order.
        manager = bound("zwlr_virtual_pointer_manager_v1")
        self._pointer = self._new()
        self._send(manager, 0, struct.pack("<II", seat, self._pointer))
        manager = bound("zwp_virtual_keyboard_manager_v1")
        self._keyboard = self._new()
        self._send(manager, 0, struct.pack("<II", seat, self._keyboard))
        keymap = os.memfd_create("keymap")
        os.write(keymap, KEYMAP.encode() + b"\0")
        self._send(self._keyboard, 0, struct.pack("<II", 1, len(KEYMAP) + 1), keymap)
        os.close(keymap)
        self._until_synced()

    def _new(self):
        self._ids += 1
        return self._ids

    def _send(self, to, opcode, body=b"", fd=None):
        message = struct.pack("<II", to, (8 + len(body)) << 16 | opcode) + body
        rights = [] if fd is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))]
        self._socket.sendmsg([message], rights)

    def _until_synced(self):
        done = self._new()
        self._send(DISPLAY_ID, 0, struct.pack("<I", done))
        heard = []
        while True:
            while len(self._buffer) >= 8:
                sender, head = struct.unpack_from("<II", self._buffer)
                body, self._buffer = self._buffer[8:head >> 16], self._buffer[head >> 16:]
                if sender == done:
                    return heard
                if sender == DISPLAY_ID and head & 0xFFFF == 0:
                    raise RuntimeError(f"the compositor refused: {body[12:]!r}")
                heard.append((sender, head & 0xFFFF, body))
            piece = self._socket.recv(65536)
            if not piece:
                raise RuntimeError("the compositor closed the connection")
            self._buffer += piece

    def _now(self):
        return int((time.monotonic() - self._began) * 1000)

    def _point(self, opcode, body):
        self._send(self._pointer, opcode, struct.pack("<I", self._now()) + body)
        self._send(self._pointer, 4)
        self._until_synced()

    def go_to(self, x, y):
        self._point(1, struct.pack("<IIII", x, y, *self._size))

    def move_by(self, x, y):
        self._point(0, struct.pack("<ii", fixed(x), fixed(y)))

    def click(self, button=LEFT):
        for state in (1, 0):
            self._point(2, struct.pack("<II", button, state))

    def wheel(self, steps):
        """`steps`: down where positive."""
        for _ in range(abs(steps)):
            sign = 1 if steps > 0 else -1
            self._send(self._pointer, 5, struct.pack("<I", WHEEL))
            self._point(7, struct.pack("<Iii", VERTICAL_AXIS, fixed(15 * sign), sign))

    def swipe(self, distance):
        """Two fingers on a touchpad, by a fraction of a wheel's step (15)."""
        self._send(self._pointer, 5, struct.pack("<I", FINGER))
        self._point(3, struct.pack("<Ii", VERTICAL_AXIS, fixed(distance)))

    def key(self, name, held=()):
        depressed = sum(MODIFIERS[each] for each in held)
        for each in held:
            self._key(KEYS[each], 1)
        self._send(self._keyboard, 2, struct.pack("<IIII", depressed, 0, 0, 0))
        self._key(KEYS[name], 1)
        self._key(KEYS[name], 0)
        for each in held:
            self._key(KEYS[each], 0)
        self._send(self._keyboard, 2, struct.pack("<IIII", 0, 0, 0, 0))
        self._until_synced()

    def _key(self, code, state):
        self._send(self._keyboard, 1, struct.pack("<III", self._now(), code, state))

    def type(self, words):
        for letter in words:
            self.key(letter)
