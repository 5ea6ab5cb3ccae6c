"""A display of the demo's own: Xvfb, a window manager, and what the driver must ask of the X server."""

import os
import select
import subprocess
import threading
import time

from Xlib import X, Xatom, Xutil, display as xdisplay, error as xerror
from Xlib.protocol import event as xevent

from .process import end

_SOURCE_PAGER = 2  # Extended Window Manager Hints: asked for by the person


class ScreenError(Exception):
    """The display or its window manager did not come up, or a window did not do what it was told."""


class Screen:
    """Xvfb on a number that the server itself chooses, with openbox. `close` ends both."""

    def __init__(self, scratch, logs, width=1400, height=1000):
        self._scratch = scratch
        self._log = open(os.path.join(logs, "screen.log"), "ab")
        self._manager = self._display = None
        read_end, write_end = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-noreset"],
            pass_fds=[write_end], stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL)
        os.close(write_end)
        number = self._display_number(read_end)
        os.close(read_end)
        self.name = f":{number}"
        self._open_display()
        self._manager = subprocess.Popen(["openbox", "--sm-disable"], env=self.environment(), stdout=self._log,
                                         stderr=self._log, stdin=subprocess.DEVNULL)
        self.wait(lambda: self._property(self.root, "_NET_SUPPORTING_WM_CHECK"), "the window manager", 10)

    def environment(self):
        """For programs on this display: no session bus, and nothing of the settings of the user who runs this."""
        environment = dict(os.environ, DISPLAY=self.name)
        for name in ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "XAUTHORITY"):
            environment.pop(name, None)
        for name, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_RUNTIME_DIR", "run")):
            environment[name] = os.path.join(self._scratch, folder)
            os.makedirs(environment[name], mode=0o700, exist_ok=True)
        return environment

    def wait(self, condition, what, seconds):
        """Polls the X server, which tells nobody of most of these things, until the condition holds."""
        deadline = time.monotonic() + seconds
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() > deadline:
                raise ScreenError(f"{what} did not come within {seconds} s")
            time.sleep(0.01)

    def active_window(self):
        """The id of the window that has the focus, or None."""
        value = self._property(self.root, "_NET_ACTIVE_WINDOW")
        return value[0] if value and value[0] else None

    def windows_of(self, pid):
        """The ids of the process's managed windows, oldest first."""
        found = []
        for window in self._property(self.root, "_NET_CLIENT_LIST") or []:
            try:
                owner = self._property(self._display.create_resource_object("window", window), "_NET_WM_PID")
            except xerror.BadWindow:
                continue
            if owner and owner[0] == pid:
                found.append(window)
        return found

    def place(self, window, x, y, width, height):
        """Moves and sizes a managed window, and waits until the window manager has done so."""
        fields = (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11) | X.NorthWestGravity
        self._tell_manager(window, "_NET_MOVERESIZE_WINDOW", [fields, x, y, width, height])

        def placed():
            geometry = self._display.create_resource_object("window", window).get_geometry()
            return geometry.width == width and geometry.height == height
        self.wait(placed, "the new size of a window", 5)

    def minimise(self, window):
        self._tell_manager(window, "WM_CHANGE_STATE", [Xutil.IconicState])

    def activate(self, window):
        """Shows a window and gives it the focus, as a click on the taskbar does."""
        self._tell_manager(window, "_NET_ACTIVE_WINDOW", [_SOURCE_PAGER, X.CurrentTime])

    def close(self):
        if self._display:
            self._display.close()
        for process in (self._manager, self._server):
            if process:
                end(process)
        self._log.close()

    def _display_number(self, fd):
        text = b""
        deadline = time.monotonic() + 10
        while not text.endswith(b"\n"):
            ready, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(fd, 16) if ready else b""
            if not chunk:
                self.close()
                raise ScreenError("Xvfb did not start; see screen.log")
            text += chunk
        return int(text)

    def _open_display(self):
        self._display = xdisplay.Display(self.name)
        self.root = self._display.screen().root

    def _property(self, window, name):
        value = window.get_full_property(self._display.intern_atom(name), X.AnyPropertyType)
        return list(value.value) if value else None

    def _tell_manager(self, window, name, data):
        data = data + [0] * (5 - len(data))
        message = xevent.ClientMessage(window=window, client_type=self._display.intern_atom(name), data=(32, data))
        self.root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self._display.flush()


class OtherProgram:
    """A small window of another program, which also owns the clipboard when told to. Has a thread of its own."""

    def __init__(self, screen, x, y, width, height):
        self._display = xdisplay.Display(screen.name)
        self._atom = self._display.intern_atom
        self._clip = None
        self._owns = threading.Event()
        root = self._display.screen().root
        self._window = root.create_window(
            x, y, width, height, 0, X.CopyFromParent, X.InputOutput, X.CopyFromParent,
            background_pixel=self._display.screen().white_pixel,
            event_mask=X.PropertyChangeMask | X.FocusChangeMask | X.KeyPressMask | X.ButtonPressMask)
        self._window.set_wm_name("Notes")
        self._window.set_wm_class("notes", "Notes")
        self._window.set_wm_normal_hints(flags=(1 << 0), x=x, y=y)
        self._window.set_wm_hints(flags=1, input=1)
        self._window.map()
        self._display.sync()
        self.id = self._window.id
        self._wake_read, self._wake_write = os.pipe()
        self._stop = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def copy(self, text):
        """Puts a text onto the clipboard."""
        self._own(text, b"c")

    def select(self, text):
        """Marks a text, so that the middle button pastes it."""
        self._own(text, b"s")

    def _own(self, text, wake):
        self._clip = text.encode()
        self._owns.clear()
        os.write(self._wake_write, wake)
        if not self._owns.wait(5):
            raise ScreenError("the clipboard could not be taken")

    def close(self):
        self._stop = True
        os.write(self._wake_write, b"q")
        self._thread.join(5)
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._display.close()

    def _serve(self):
        try:
            self._answer_requests()
        except xerror.ConnectionClosedError:
            pass  # the display ended first; whoever ended it says so

    def _answer_requests(self):
        selections = {b"c": self._atom("CLIPBOARD"), b"s": Xatom.PRIMARY}
        while not self._stop:
            while self._display.pending_events():
                event = self._display.next_event()
                if event.type == X.SelectionRequest:
                    self._answer(event)
            ready, _, _ = select.select([self._display.fileno(), self._wake_read], [], [])
            wanted = selections.get(os.read(self._wake_read, 1)) if self._wake_read in ready else None
            if wanted is not None:
                self._window.set_selection_owner(wanted, X.CurrentTime)
                if self._display.get_selection_owner(wanted) == self._window:
                    self._owns.set()

    def _answer(self, request):
        text = self._atom("UTF8_STRING")
        property_name = request.property or request.target
        if request.target == self._atom("TARGETS"):
            request.requestor.change_property(property_name, Xatom.ATOM, 32, [self._atom("TARGETS"), text])
        elif request.target == text:
            request.requestor.change_property(property_name, text, 8, self._clip)
        else:
            property_name = X.NONE
        request.requestor.send_event(xevent.SelectionNotify(
            time=request.time, requestor=request.requestor, selection=request.selection, target=request.target,
            property=property_name))
        self._display.flush()
