"""Chromium's DevTools protocol over --remote-debugging-pipe: JSON messages, each ended by a NUL byte.

The browser reads commands on its fd 3 and writes replies and events on its fd 4.
"""

import fcntl
import json
import os
import threading
import time


class CdpError(Exception):
    """The browser refused a command, or went away."""


class Pipe:
    """One connection. `on_event(session, method, params, arrived)` is called on the reader thread.

    `child_fds` are the two descriptors that the browser must find as 3 and 4; `close_child_fds` closes this
    process's copies once the browser has them.
    """

    def __init__(self, on_event):
        command_read, self._command_write = os.pipe()
        self._reply_read, reply_write = os.pipe()
        # Above 9, so that putting them in the places 3 and 4 never overwrites one of them first.
        self.child_fds = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (command_read, reply_write))
        os.close(command_read)
        os.close(reply_write)
        self._on_event = on_event
        self._changed = threading.Condition()
        self._replies = {}
        self._asked = {}  # number -> what to do with the reply, for questions of the reader thread
        self._last_id = 0
        self._write_lock = threading.Lock()
        self.closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)

    def start(self):
        for fd in self.child_fds:
            os.close(fd)
        self._reader.start()

    def send(self, method, params=None, session=None, then=None):
        """Sends a command without waiting for its reply; returns its number. Any thread.

        then: called on the reader thread with the result, if there is one.
        """
        message = {"method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        with self._write_lock:
            self._last_id += 1
            message["id"] = self._last_id
            if then:
                self._asked[self._last_id] = then
            data = json.dumps(message).encode() + b"\0"
            try:
                while data:
                    data = data[os.write(self._command_write, data):]
            except BrokenPipeError:
                raise CdpError("the browser has closed its debugging pipe") from None
            return message["id"]

    def call(self, method, params=None, session=None, timeout=10.0):
        """Sends a command and returns its result. Not on the reader thread."""
        number = self.send(method, params, session)
        deadline = time.monotonic() + timeout
        with self._changed:
            while number not in self._replies:
                left = deadline - time.monotonic()
                if self.closed:
                    raise CdpError(f"the browser went away before it answered {method}")
                if left <= 0:
                    raise CdpError(f"the browser did not answer {method} within {timeout:.0f} s")
                self._changed.wait(left)
            reply = self._replies.pop(number)
        if "error" in reply:
            raise CdpError(f"{method}: {reply['error'].get('message')}")
        return reply["result"]

    def close(self):
        os.close(self._command_write)
        self._reader.join(5)
        os.close(self._reply_read)

    def _read(self):
        pending = b""
        while True:
            chunk = os.read(self._reply_read, 1 << 16)
            arrived = time.monotonic()
            if not chunk:
                break
            *messages, pending = (pending + chunk).split(b"\0")
            for message in map(json.loads, messages):
                if message.get("id") in self._asked:
                    then = self._asked.pop(message["id"])
                    if "result" in message:
                        then(message["result"])
                elif "id" in message:
                    with self._changed:
                        self._replies[message["id"]] = message
                        self._changed.notify_all()
                else:
                    self._on_event(message.get("sessionId"), message["method"], message["params"], arrived)
        with self._changed:
            self.closed = True
            self._changed.notify_all()
