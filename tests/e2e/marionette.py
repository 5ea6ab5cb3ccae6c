"""Firefox's remote control, Marionette: commands `length:[0,id,name,parameters]` over TCP on loopback."""

import json
import os
import shutil
import socket
import subprocess
import time

from demo.process import end

# No address is looked up or loaded but the test's own.
PREFERENCES = {
    "marionette.port": 0,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.tabs.warnOnClose": False,
    "browser.warnOnQuit": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.search.suggest.enabled": False,
    "browser.urlbar.suggest.searches": False,
    "app.update.enabled": False,
    "extensions.update.enabled": False,
}


class MarionetteError(Exception):
    """Firefox did not start, or refused a command."""


class Firefox:
    """Starts Firefox with a fresh profile on construction, and a session with it."""

    def __init__(self, environment, profile, logs, preferences=None, options=()):
        """preferences: beside PREFERENCES, and before them; options: for the command line."""
        os.makedirs(profile)
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as out:
            for name, value in {**PREFERENCES, **(preferences or {})}.items():
                out.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        self._output = open(os.path.join(logs, "firefox.log"), "ab")
        program = shutil.which("firefox-esr") or "firefox"
        self.process = subprocess.Popen(
            [program, "--marionette", "--no-remote", *options, "--profile", profile, "about:blank"],
            env=environment, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output)
        self._last = 0
        try:
            self._socket = self._connect(os.path.join(profile, "MarionetteActivePort"))
            self._buffer = b""
            self._receive()  # who it is
            self.version = self.call("WebDriver:NewSession", {})["capabilities"]["browserVersion"]
        except (OSError, MarionetteError) as failure:
            self.close()
            raise MarionetteError(f"Firefox did not start ({failure}); see firefox.log") from None

    def call(self, name, parameters=None):
        self._last += 1
        message = json.dumps([0, self._last, name, parameters or {}]).encode()
        self._socket.sendall(str(len(message)).encode() + b":" + message)
        _, _, error, result = self._receive()
        if error:
            raise MarionetteError(f"{name}: {error['message']}")
        return result

    def install(self, folder):
        """A temporary add-on: until Firefox ends, and unsigned."""
        self.call("Addon:Install", {"path": str(folder), "temporary": True})

    def navigate(self, url):
        self.call("WebDriver:Navigate", {"url": url})

    def evaluate(self, script):
        return self.call("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def click(self, selector):
        element = self.call("WebDriver:FindElement", {"using": "css selector", "value": selector})["value"]
        self.call("WebDriver:ElementClick", {"id": next(iter(element.values()))})

    def quit(self):
        self.call("Marionette:Quit", {"flags": ["eForceQuit"]})
        self.process.wait(20)

    def close(self):
        end(self.process)
        self._output.close()

    def _connect(self, file):
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise MarionetteError("it ended")
            if os.path.exists(file):
                with open(file, encoding="ascii") as lines:
                    port = lines.read().strip()
                if port:
                    connection = socket.create_connection(("127.0.0.1", int(port)), 5)
                    connection.settimeout(40)
                    return connection
            time.sleep(0.05)
        raise MarionetteError("no port")

    def _receive(self):
        while b":" not in self._buffer:
            self._read()
        length, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._read()
        message, self._buffer = self._buffer[: int(length)], self._buffer[int(length):]
        return json.loads(message)

    def _read(self):
        piece = self._socket.recv(65536)
        if not piece:
            raise MarionetteError("the connection ended")
        self._buffer += piece
