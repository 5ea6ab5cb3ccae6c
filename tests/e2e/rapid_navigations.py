#!/usr/bin/env python3
"""500 rapid navigations in 20 tabs of a real Chromium, while the assistant's worker is ended again and again:
every page must become one visit, none lost and none doubled.

    rapid_navigations.py BIN_DIR EXTENSION_DIR OUT_DIR --stop|--sigkill

--stop: the browser ends the worker, as it does when it needs its memory. --sigkill: the process in which the worker runs
is killed, with whatever the browser had already handed to it.

The truth is what Chromium's DevTools say was committed. Exit status: 0 as it must be, 1 not, 2 could not be run.
"""
import collections
import contextlib
import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))

from demo.browser import Browser, BrowserError  # noqa: E402
from demo.cdp import CdpError  # noqa: E402
from demo.log import Log  # noqa: E402
from demo.run import DemoError, wait_for_browsers  # noqa: E402
from demo.screen import ScreenError  # noqa: E402
from demo.site import PageHandler, Site  # noqa: E402
from machine import Machine  # noqa: E402

TABS = 20
NAVIGATIONS = 500
# At once. What the browser has handed to a worker that ends at this moment is lost with it; the page itself tells
# again, if it is still there when the next worker is. With as many loads at once as tabs, two cores start a worker only
# after the page has gone.
UNDER_WAY = 4
KILLS_AFTER = (100, 200, 300, 400)
WINDOW = (0, 0, 1000, 800)


class _Page(PageHandler):
    """Answers every address with a small page."""

    def do_GET(self):
        self.answer(200, f'<!doctype html><link rel=icon href="data:,"><title>{self.path}</title><p>{self.path}')


class DrivenBrowser(Browser):
    """A Chromium whose tabs go where the test says, by DevTools."""

    def open_tab(self):
        before = len(self.tabs)
        self._pipe.call("Target.createTarget", {"url": "about:blank"})
        self.wait(lambda: len(self.tabs) > before, "another tab")
        return self.tabs[-1]

    def navigate(self, tab, url):
        self._pipe.send("Page.navigate", {"url": url}, tab.session)

    def loaded(self, tab, url):
        return any(commit["url"] == url and commit["loaded"] for commit in tab.commits)

    def stop_assistant(self):
        """Ends all workers of the profile, as the browser does when it needs their memory."""
        session = self.tabs[0].session
        self._pipe.call("ServiceWorker.enable", session=session)
        self._pipe.call("ServiceWorker.stopAllWorkers", session=session)
        self._pipe.call("ServiceWorker.disable", session=session)

    def kill_assistant(self):
        """SIGKILL to the process in which the assistant's worker runs, and to no other."""
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if b"--extension-process" in command and self._is_mine(parent):
                os.kill(int(process.name), signal.SIGKILL)
                return
        raise BrowserError("the assistant has no process")

    def _is_mine(self, pid):
        while pid > 1:
            if pid == self.process.pid:
                return True
            try:
                stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            except OSError:
                return False
            pid = int(stat.rpartition(")")[2].split()[1])
        return False


def drive(browser, site, how):
    """Lets the tabs go on by turns, each as soon as a load has ended; kills the assistant at the set moments."""
    tabs = [browser.tabs[0]] + [browser.open_tab() for _ in range(TABS - 1)]
    under_way = collections.deque()
    kills = list(KILLS_AFTER)

    def arrive():
        tab, url = under_way.popleft()
        browser.wait(lambda: browser.loaded(tab, url), f"the page {url}", 30)

    for number in range(NAVIGATIONS):
        if len(under_way) == UNDER_WAY:
            arrive()
        if kills and number >= kills[0]:
            kills.pop(0)
            getattr(browser, how)()
        tab, url = tabs[number % TABS], f"{site.address}/{number}"
        under_way.append((tab, url))
        browser.navigate(tab, url)
    while under_way:
        arrive()
    return [commit["url"] for tab in tabs for commit in tab.commits if commit["url"].startswith(site.address)]


def run(bin_dir, extension, out, how, closing):
    """The addresses that were committed, those that were measured, and the losses that were counted."""
    machine = Machine(bin_dir, out, closing)
    programs = machine.programs
    site = closing.enter_context(contextlib.closing(Site(_Page)))
    profile = os.path.join(machine.scratch, "profile")
    machine.start_agent(("--user-data-dir", profile))
    browser = DrivenBrowser(Log(), machine.environment, profile, machine.logs, extension, site, WINDOW)
    closing.callback(browser.close)
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")

    started = time.monotonic()
    committed = drive(browser, site, how)
    print(f"{len(committed)} navigations in {TABS} tabs took {time.monotonic() - started:.1f} s, "
          f"the assistant was killed {len(KILLS_AFTER)} times")
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not come back")
    browser.quit()
    wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    programs.control("flush")
    losses = json.loads(programs.control("status", "--json"))["losses"]
    visits = json.loads(programs.control("visits", "--json"))
    (out / "visits.json").write_text(json.dumps(visits, indent=1), encoding="utf-8")
    measured = [visit["url"] for visit in visits if visit["url"].startswith(site.address)]
    return committed, measured, losses


def main():
    bin_dir, extension, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    how = {"--stop": "stop_assistant", "--sigkill": "kill_assistant"}[sys.argv[4]]
    try:
        with contextlib.ExitStack() as closing:
            committed, measured, losses = run(bin_dir, str(extension), out, how, closing)
    except (DemoError, BrowserError, CdpError, ScreenError, OSError) as failure:
        print(f"rapid_navigations: {failure}", file=sys.stderr)
        return 2
    lost = collections.Counter(committed) - collections.Counter(measured)
    doubled = collections.Counter(measured) - collections.Counter(committed)
    print(f"{len(measured)} visits; {sum(lost.values())} lost: {sorted(lost)}; "
          f"{sum(doubled.values())} doubled: {sorted(doubled)}; losses counted: {losses}")
    return 0 if len(committed) == NAVIGATIONS and not lost and not doubled else 1


if __name__ == "__main__":
    sys.exit(main())
