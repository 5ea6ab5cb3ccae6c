"""logind as far as one user with one session meets it, on a bus of its own; and a locker's window.

A desktop's locker covers the screen and takes keyboard and pointer, and the session's LockedHint tells of it.
"""

import subprocess
import threading

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib
from Xlib import X, display as xdisplay

SERVICE = "org.freedesktop.login1"
SESSION = "/org/freedesktop/login1/session/_31"
PROPERTIES = "org.freedesktop.DBus.Properties"


class _Object(dbus.service.Object):
    """An object that has properties and says when one changes."""

    def __init__(self, bus, path, values):
        super().__init__(bus, path)
        self.values = values

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, _interface, name):
        return self.values[name]

    @dbus.service.signal(PROPERTIES, signature="sa{sv}as")
    def PropertiesChanged(self, interface, changed, invalidated):
        pass


class Logind:
    """Runs a dbus-daemon and the service, on a thread of its own, until `close`."""

    def __init__(self, folder):
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nosyslog", "--nopidfile", f"--address=unix:dir={folder}",
             "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self._daemon.stdout.readline().strip()
        dbus.mainloop.glib.threads_init()
        connection = dbus.bus.BusConnection(self.address, mainloop=dbus.mainloop.glib.DBusGMainLoop())
        connection.set_exit_on_disconnect(False)
        self._name = dbus.service.BusName(SERVICE, connection)
        display = dbus.Struct(("1", dbus.ObjectPath(SESSION)), signature="so")
        self._user = _Object(connection, "/org/freedesktop/login1/user/self", {"Display": display})
        self._session = _Object(connection, SESSION, {"LockedHint": dbus.Boolean(False)})
        self._loop = GLib.MainLoop()
        self._thread = threading.Thread(target=self._loop.run, daemon=True)
        self._thread.start()

    def set_locked(self, locked):
        """Says so at once: the connection's own lock makes that safe from any thread."""
        self._session.values["LockedHint"] = dbus.Boolean(locked)
        self._session.PropertiesChanged(f"{SERVICE}.Session", {"LockedHint": dbus.Boolean(locked)}, [])
        self._session.connection.flush()

    def close(self):
        self._loop.quit()
        self._thread.join(5)
        del self._name  # gives the name back, which needs the bus
        self._daemon.terminate()
        self._daemon.wait(5)
        self._daemon.stdout.close()


class Locker:
    """A window over the whole screen, with keyboard and pointer grabbed, while it is shown."""

    def __init__(self, screen):
        self._display = xdisplay.Display(screen.name)
        root = self._display.screen().root
        size = root.get_geometry()
        self._window = root.create_window(0, 0, size.width, size.height, 0, X.CopyFromParent, X.InputOutput,
                                          X.CopyFromParent, background_pixel=self._display.screen().black_pixel,
                                          override_redirect=True, event_mask=X.KeyPressMask)

    def show(self):
        self._window.map()
        self._window.raise_window()
        self._window.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        self._window.grab_pointer(False, X.ButtonPressMask, X.GrabModeAsync, X.GrabModeAsync, X.NONE, X.NONE,
                                  X.CurrentTime)
        self._display.sync()

    def hide(self):
        self._display.ungrab_pointer(X.CurrentTime)
        self._display.ungrab_keyboard(X.CurrentTime)
        self._window.unmap()
        self._display.sync()

    def close(self):
        self._display.close()
