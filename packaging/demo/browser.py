"""Chromium as the demo needs it: fresh profile, the extension, and a debugging pipe that only listens and asks.

Nothing here touches what is measured: no input is sent and no page is navigated through the pipe.
"""

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.parse

from .cdp import CdpError, Pipe
from .process import end
from .site import SEARCH_URL

SEARCH_ENGINE = {
    "id": "2", "short_name": "Search", "url": SEARCH_URL, "keyword": "search.test", "safe_for_autoreplace": False,
    "input_encodings": ["UTF-8"], "is_active": 1, "date_created": "0", "last_modified": "0",
    "synced_guid": "5a1b7c52-6a1f-4b52-9d9a-0c4f7a3c8e11",
}
# A fresh profile's: the test site's search page is the search engine, nothing is preloaded.
PREFERENCES = {
    "default_search_provider_data": {"template_url_data": SEARCH_ENGINE},
    "search": {"suggest_enabled": False},
    "net": {"network_prediction_options": 2},
    "browser": {"check_default_browser": False, "has_seen_welcome_page": True},
    "bookmark_bar": {"show_on_all_tabs": False},
    "signin": {"allowed": False},
}


class BrowserError(Exception):
    """The browser did not start, or did not do what the person's input asks of it."""


class Tab:
    """One tab: the DevTools target, and the pages that it has committed so far, oldest first."""

    def __init__(self, target, session):
        self.target, self.session = target, session
        self.commits = []  # {"t", "url", "loader", "loaded"}, t in seconds, CLOCK_MONOTONIC
        self.closed = False

    def __repr__(self):
        return f"<tab {self.target[:6]}>"


class Browser:
    """Starts on construction. `tabs` are in the order of their opening."""

    PREFERENCES = PREFERENCES

    def __init__(self, log, environment, profile, logs, extension, site, window, flags=()):
        self._log = log
        self._changed = threading.Condition()
        self.tabs = []
        self._commit_times = {}
        self._pipe = Pipe(self._on_event)
        write_preferences(profile, self.PREFERENCES)
        x, y, width, height = window
        command = [
            shutil.which("chromium") or "chromium", "--remote-debugging-pipe", f"--user-data-dir={profile}",
            f"--load-extension={os.path.abspath(extension)}", f"--host-resolver-rules={site.resolver_rules()}",
            f"--window-position={x},{y}", f"--window-size={width},{height}", "--no-first-run",
            "--no-default-browser-check", "--disable-component-update", "--disable-sync", "--disable-quic",
            "--password-store=basic", *flags, "about:blank"]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root with its sandbox
        self._output = open(os.path.join(logs, "chromium.log"), "ab")
        commands, replies = self._pipe.child_fds
        # The shell puts the two ends of the pipe where Chromium expects them; dash takes no number above 9.
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec "$@" 3<&{commands} 4>&{replies}', "bash", *command],
            pass_fds=self._pipe.child_fds, env=environment, stdin=subprocess.DEVNULL,
            stdout=self._output, stderr=self._output)
        self._pipe.start()
        try:
            self.version = self._pipe.call("Browser.getVersion", timeout=30)["product"]
            self._pipe.call("Target.setAutoAttach", {
                "autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True,
                "filter": [{"type": "page"}, {"exclude": True}]})
        except CdpError as failure:
            self.close()
            raise BrowserError(f"Chromium did not start ({failure}); see chromium.log")
        self.wait(lambda: self.tabs, "its first tab", 15)

    def wait(self, condition, what, seconds=10):
        """Waits for something that the browser's events bring about; returns the condition's value."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                result = condition()
                if result:
                    return result
                left = deadline - time.monotonic()
                if left <= 0:
                    raise BrowserError(f"the browser did not bring {what} within {seconds} s")
                self._changed.wait(min(left, 0.5))
                if self.process.poll() is not None:
                    raise BrowserError(f"the browser ended while the demo waited for {what}")

    def evaluate(self, tab, expression):
        """The value of an expression in the tab's page, without a user gesture."""
        reply = self._pipe.call("Runtime.evaluate", {"expression": expression, "returnByValue": True}, tab.session)
        if "exceptionDetails" in reply:
            raise BrowserError(f"the page could not evaluate {expression}")
        return reply["result"].get("value")

    def poll(self, tab, expression, what, seconds=5):
        """Asks the page until the expression holds: for states that the browser has no event for."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(tab, expression):
            if time.monotonic() > deadline:
                raise BrowserError(f"{what} did not come within {seconds} s")
            time.sleep(0.01)

    def stop_workers(self, tab):
        """Ends all service workers of the profile, as the browser does when it needs their memory."""
        self._pipe.call("ServiceWorker.enable", session=tab.session)
        self._pipe.call("ServiceWorker.stopAllWorkers", session=tab.session)
        self._pipe.call("ServiceWorker.disable", session=tab.session)

    def kill(self):
        """Ends the browser at once, as a crash does; returns when (seconds, monotonic)."""
        now = time.monotonic()
        self.process.kill()
        self.process.wait()
        return now

    def quit(self):
        """Closes the browser as its user would, and waits for its end."""
        if self.process.poll() is None:
            self._pipe.send("Browser.close")
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                raise BrowserError("the browser did not close within 15 s") from None

    def close(self):
        """Ends the process if it still runs, and gives everything back."""
        end(self.process)
        self._pipe.close()
        self._output.close()

    def write_commits(self):
        """Puts every commit seen into the log; once, when the story is over."""
        for tab in self.tabs:
            for commit in tab.commits:
                self._log.add("commit", commit["t"], tab=tab.target, url=commit["url"])

    def _on_event(self, session, method, params, arrived):
        with self._changed:
            handler = getattr(self, "_on_" + method.replace(".", "_"), None)
            if handler:
                handler(session, params, arrived)
                self._changed.notify_all()

    def _on_Target_attachedToTarget(self, _session, params, _arrived):
        target, session = params["targetInfo"], params["sessionId"]
        self.tabs.append(Tab(target["targetId"], session))
        self._pipe.send("Page.enable", session=session)
        self._pipe.send("Page.setLifecycleEventsEnabled", {"enabled": True}, session)
        self._pipe.send("Runtime.runIfWaitingForDebugger", session=session)

    def _on_Target_detachedFromTarget(self, _session, params, _arrived):
        for tab in self.tabs:
            if tab.session == params["sessionId"]:
                tab.closed = True

    def _on_Page_frameNavigated(self, session, params, arrived):
        frame = params["frame"]
        if "parentId" not in frame:
            # A page that comes back from the back-forward cache has no lifecycle of its own: the arrival is its time.
            restored = params.get("type") == "BackForwardCacheRestore"
            t = arrived if restored else self._commit_times.get((session, frame["loaderId"]), arrived)
            self._committed(session, frame, t, loaded=restored)

    def _on_Page_navigatedWithinDocument(self, session, params, arrived):
        tab = self._tab(session)
        if tab is None or params["frameId"] != tab.target or not tab.commits:
            return
        current = tab.commits[-1]
        if urllib.parse.urldefrag(current["url"]).url != urllib.parse.urldefrag(params["url"]).url:
            tab.commits.append({**current, "t": arrived, "url": params["url"]})

    def _on_Page_lifecycleEvent(self, session, params, _arrived):
        tab, loader, name = self._tab(session), params["loaderId"], params["name"]
        if tab is None or params["frameId"] != tab.target:
            return
        known = any(commit["loader"] == loader for commit in tab.commits)
        if name == "init":  # at the commit, just before frameNavigated
            self._commit_times[(session, loader)] = params["timestamp"]
        elif name == "commit" and not known:
            # Of a page committed before this connection saw it: told again on asking, as "commit".
            self._commit_times[(session, loader)] = params["timestamp"]
            self._pipe.send("Page.getFrameTree", session=session,
                            then=lambda reply: self._missed_commit(session, loader, reply["frameTree"]["frame"]))
        elif name == "load" and known:
            tab.commits[-1]["loaded"] = True
        elif name == "load":
            # A new tab's first page can commit before its events are on: ask for what was missed.
            self._pipe.send("Page.setLifecycleEventsEnabled", {"enabled": True}, session)

    def _missed_commit(self, session, loader, frame):
        with self._changed:
            if frame["loaderId"] == loader and self._tab(session).commits == []:
                self._committed(session, frame, self._commit_times[(session, loader)], loaded=True)
                self._changed.notify_all()

    def _committed(self, session, frame, t, loaded):
        tab = self._tab(session)
        if tab is not None:
            tab.commits.append({"t": t, "url": frame["url"], "loader": frame["loaderId"], "loaded": loaded})

    def _tab(self, session):
        return next((tab for tab in self.tabs if tab.session == session), None)


def write_preferences(profile, preferences):
    os.makedirs(os.path.join(profile, "Default"), exist_ok=True)
    with open(os.path.join(profile, "Default", "Preferences"), "w", encoding="utf-8") as out:
        json.dump(preferences, out)
