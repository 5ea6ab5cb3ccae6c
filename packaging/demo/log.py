"""The driver's log: everything the scripted person did and everything the browser said it committed.

One list of entries, each a dict with `t` (seconds, CLOCK_MONOTONIC: time.monotonic() and Chromium's
TimeTicks are the same clock on Linux) and `kind`:

  input     an XTEST call that counts as an input: a press of a key or button, a release of a button, a motion
  commit    the browser committed a page: tab, url
  intent    the XTEST call that starts a navigation: the tab that it will be in, the access type it amounts to
  attend    the XTEST call that put this tab before the person, by tab or by window; null: no browser's window
  close     the XTEST call that closed this tab: tab
  end       the story is over
  say       what the person is doing, for the reader: text

The truth is computed from these entries alone (truth.py).
"""

import json
import threading
import time


class Log:
    """Entries may be added from any thread."""

    def __init__(self):
        self.started = time.monotonic()
        self.unix_offset = time.time() - time.monotonic()
        self._entries = []
        self._lock = threading.Lock()

    def add(self, kind, t, **fields):
        with self._lock:
            self._entries.append({"t": t, "kind": kind, **fields})

    def entries(self):
        """All entries in the order of their time."""
        with self._lock:
            return sorted(self._entries, key=lambda entry: entry["t"])

    def write(self, path):
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"unix_offset": self.unix_offset}, out)
            out.write("\n")
            for entry in self.entries():
                json.dump(entry, out)
                out.write("\n")
