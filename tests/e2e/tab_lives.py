#!/usr/bin/env python3
"""The lives of tabs in a real Chromium, with a real agent: downloads, private windows, error pages, prerendered,
discarded and restored tabs. What is no visit must not become one, and the others must be what they are.

    tab_lives.py BIN_DIR EXTENSION_DIR OUT_DIR

Exit status: 0 as it must be, 1 not, 2 could not be run.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))

from demo.browser import Browser, BrowserError  # noqa: E402
from demo.cdp import CdpError  # noqa: E402
from demo.log import Log  # noqa: E402
from demo.person import Person  # noqa: E402
from demo.run import DemoError, wait_for_browsers  # noqa: E402
from demo.screen import ScreenError  # noqa: E402
from demo.script import LINK_PLACE  # noqa: E402
from demo.site import PageHandler, Site  # noqa: E402
from firefox_reports import closed_port  # noqa: E402
from agent_visits import closed_visits  # noqa: E402
from machine import Machine  # noqa: E402

FAILURES = (DemoError, BrowserError, CdpError, ScreenError, OSError, subprocess.SubprocessError)
WINDOW = (0, 0, 1000, 800)
PRIVATE = "a-word-of-the-private-window"
# An input and the page that it brings may be this much apart.
BREATH_S = 0.4


class LivedSite(Site):
    """Every address is a small page; `asked` holds the paths in the order in which they were asked for."""

    def __init__(self):
        asked = self.asked = []

        class Page(PageHandler):
            def do_GET(self):
                asked.append((self.path, self.headers.get("Sec-Purpose", "")))
                # What comes back is asked for again, and so seen here.
                headers = {"Cache-Control": "no-store"}
                if self.path == "/file":
                    headers["Content-Disposition"] = "attachment; filename=file.bin"
                self.answer(200, page_of(self.path), headers)

        super().__init__(Page)

    def was_asked(self, path, purpose=""):
        return any(asked == path and purpose in said for asked, said in self.asked)


DEAD_PORT = closed_port()
BOX = "display: block; width: 200px; height: 40px; background: #cde"


def page_of(path):
    links = (("file", "/file"), ("dead", f"http://127.0.0.1:{DEAD_PORT}/"), ("pre", "/pre"))
    boxes = "".join(f'<a id={name} style="{BOX}" href="{address}">{name}</a>' for name, address in links)
    rules = {"prerender": [{"source": "list", "urls": ["/pre"], "eagerness": "immediate"}]}
    speculation = f"<script type=speculationrules>{json.dumps(rules)}</script>" if path == "/speculates" else ""
    return f'<!doctype html><link rel=icon href="data:,"><title>{path}</title>{speculation}{boxes}<p>{path}'


class LivedBrowser(Browser):
    """A Chromium that may prerender, saves downloads without asking, and whose assistant can be asked things."""

    PREFERENCES = {**Browser.PREFERENCES, "net": {}, "download": {"prompt_for_download": False}}

    def go(self, tab, url):
        self._pipe.call("Page.navigate", {"url": url}, tab.session)
        self.loads(tab, url)

    def loads(self, tab, url):
        self.wait(lambda: tab.commits and tab.commits[-1]["url"] == url and tab.commits[-1]["loaded"], url)

    def open_tab(self, url):
        before = len(self.tabs)
        self._pipe.call("Target.createTarget", {"url": url})
        self.wait(lambda: len(self.tabs) > before, "another tab")
        tab = self.tabs[-1]
        self.loads(tab, url)
        return tab

    def back(self, tab):
        self.evaluate(tab, "history.back()")

    def close_tab(self, tab):
        self._pipe.call("Target.closeTarget", {"targetId": tab.target})
        self.wait(lambda: tab.closed, "the end of a tab")

    def let_go(self, tab):
        """No developer tools at this tab any more: the browser discards no tab that has them."""
        self._pipe.call("Target.detachFromTarget", {"sessionId": tab.session})

    def assistant(self, expression):
        """What an expression gives in the assistant's worker."""
        targets = self._pipe.call("Target.getTargets", {"filter": [{}]})["targetInfos"]
        workers = [each for each in targets if each["type"] == "service_worker"]
        if not workers:
            raise BrowserError(f"the assistant has no worker among {[each['url'] for each in targets]}")
        session = self._pipe.call("Target.attachToTarget",
                                  {"targetId": workers[0]["targetId"], "flatten": True})["sessionId"]
        reply = self._pipe.call("Runtime.evaluate", {"expression": expression, "returnByValue": True,
                                                     "awaitPromise": True}, session)
        self._pipe.call("Target.detachFromTarget", {"sessionId": session})
        if "exceptionDetails" in reply:
            raise BrowserError(f"the assistant could not evaluate {expression}: {reply['exceptionDetails']}")
        return reply["result"].get("value")


class Story:
    """What is done; `expected`: (path, access type) of the visits in order of their start, None: not judged."""

    def __init__(self, browser, person, site, environment, profile):
        self._browser, self._person, self._site = browser, person, site
        self._environment, self._profile = environment, profile
        self.expected = []
        self.activated_ms = 0

    def _click(self, tab, name):
        self._person.move_to(*self._browser.evaluate(tab, LINK_PLACE % name))
        self._browser.poll(tab, f"document.getElementById({name!r}).matches(':hover')", f"the pointer to {name}")
        self._person.click()

    def _until(self, condition, what, seconds=10):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise DemoError(f"{what} did not come within {seconds} s")
            time.sleep(0.05)

    def _go(self, tab, path, access=None):
        self._browser.go(tab, self._site.address + path)
        self.expected.append((path, access))
        self._person.pause(BREATH_S)

    def tell(self):
        tab = self._browser.tabs[0]
        self._go(tab, "/first")
        self._download(tab)
        self._private()
        self._error(tab)
        self._prerender(tab)
        self._discard()

    def _download(self, tab):
        self._click(tab, "file")
        self._until(lambda: self._site.was_asked("/file"), "the download")
        self._person.pause(BREATH_S)

    def _private(self):
        """The browser is told by another process of it, as by a menu of the desktop."""
        before = len(self._browser.tabs)
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        subprocess.run([shutil.which("chromium"), *options, "--incognito", f"--user-data-dir={self._profile}",
                        f"{self._site.address}/{PRIVATE}"], env=self._environment, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30, check=True)
        self._until(lambda: self._site.was_asked(f"/{PRIVATE}"), "the private window's page")
        self._browser.wait(lambda: len(self._browser.tabs) > before, "the private window")
        private = self._browser.tabs[-1]
        self._browser.loads(private, f"{self._site.address}/{PRIVATE}")
        self._browser.go(private, f"{self._site.address}/{PRIVATE}/more")
        self._person.pause(2 * BREATH_S)
        self._browser.close_tab(private)
        self._site.asked.clear()

    def _error(self, tab):
        self._click(tab, "dead")
        self._browser.wait(lambda: tab.commits[-1]["url"].startswith("chrome-error"), "the error page")
        self._person.pause(BREATH_S)
        self._browser.back(tab)
        self._browser.wait(lambda: tab.commits[-1]["url"].endswith("/first"), "the page before")
        self.expected.append(("/first", "back_forward"))
        self._person.pause(BREATH_S)

    def _prerender(self, tab):
        self._go(tab, "/speculates")
        self._until(lambda: self._site.was_asked("/pre", "prerender"), "the prerendering")
        self._person.pause(3 * BREATH_S)
        asked = len(self._site.asked)
        self.activated_ms = time.time() * 1000
        self._click(tab, "pre")
        self._browser.poll(tab, "location.pathname === '/pre'", "the prerendered page")
        if len(self._site.asked) != asked:
            raise DemoError("the page was loaded anew: nothing was prerendered")
        self.expected.append(("/pre", "link"))
        self._person.pause(BREATH_S)

    def _discard(self):
        other = self._browser.open_tab(f"{self._site.address}/sleeps")
        self.expected.append(("/sleeps", None))
        self._person.pause(BREATH_S)
        tabs = "(await chrome.tabs.query({}))"
        number = self._browser.assistant(f"(async () => {tabs}.find(({{url}}) => url.endsWith('/sleeps')).id)()")
        self._browser.assistant(f"(async () => chrome.tabs.update({tabs}.find(({{id}}) => id !== {number}).id,"
                                " {active: true}).then(() => 1))()")
        self._browser.let_go(other)
        self._person.pause(BREATH_S)
        self._browser.assistant(f"chrome.tabs.discard({number}).then((tab) => tab.discarded)")
        self._person.pause(2 * BREATH_S)
        if self._browser.assistant(f"(async () => {tabs}.filter(({{discarded}}) => discarded).length)()") != 1:
            raise DemoError("the tab was not discarded")
        asked = len(self._site.asked)
        self._browser.assistant(f"(async () => chrome.tabs.update({tabs}.find(({{discarded}}) => discarded).id,"
                                " {active: true}).then(() => 1))()")
        self._until(lambda: len(self._site.asked) > asked, "the page that was discarded")
        # Chromium gives a discarded tab another number: another tab, restored.
        self.expected.append(("/sleeps", "restored"))
        self._person.pause(2 * BREATH_S)


def run(bin_dir, extension, out, closing):
    machine = Machine(bin_dir, out, closing)
    programs, environment, scratch, screen = machine.programs, machine.environment, machine.scratch, machine.screen
    site = closing.enter_context(contextlib.closing(LivedSite()))
    profile = os.path.join(scratch, "profile")
    machine.start_agent(("--user-data-dir", profile))
    recording = subprocess.Popen([os.path.join(bin_dir, "dwellctl"), *programs.places, "record", "--force",
                                  out / "trace.jsonl"], env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL)
    closing.callback(recording.wait, 10)
    closing.callback(recording.terminate)

    def start(*flags):
        browser = LivedBrowser(Log(), environment, profile, machine.logs, extension, site, WINDOW, flags)
        closing.callback(browser.close)
        wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
        return browser

    def end(browser):
        browser.quit()
        wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")

    browser = start()
    person = closing.enter_context(contextlib.closing(Person(screen.name, Log())))
    story = Story(browser, person, site, environment, profile)
    story.tell()
    end(browser)
    site.asked.clear()
    restored = start("--restore-last-session")
    deadline = time.monotonic() + 15
    while not (site.was_asked("/pre") and site.was_asked("/sleeps")) and time.monotonic() < deadline:
        # Those in the background wait until they are shown.
        restored.assistant("(async () => { for (const {id} of await chrome.tabs.query({url: 'http://127.0.0.1/*'}))"
                           " await chrome.tabs.update(id, {active: true}); })()")
        person.pause(1)
    person.pause(2 * BREATH_S)
    story.expected += [("/pre", "restored"), ("/sleeps", "restored")]
    end(restored)
    programs.control("flush")
    visits = sorted(closed_visits(programs), key=lambda visit: visit["start_ms"])
    (out / "visits.json").write_text(json.dumps(visits, indent=1), encoding="utf-8")
    leaks = [str(file) for file in pathlib.Path(scratch, "data").rglob("*")
             if file.is_file() and PRIVATE.encode() in file.read_bytes()]
    return browser.version, site.address, story, visits, leaks


def judge(address, story, visits, leaks):
    """The number of mistakes, each told."""
    wrong = [f"of the private window is in {leak}" for leak in leaks]
    measured = [(visit["url"].removeprefix(address), visit["access_type"]) for visit in visits]
    first, last = story.expected[:-2], sorted(story.expected[-2:])
    # Which of the restored tabs comes first is the browser's affair.
    told = measured[:-2] + sorted(measured[-2:])
    for place, (path, access) in enumerate(first + last):
        got = told[place] if place < len(told) else ("nothing", "")
        agrees = path == got[0] and access in (None, got[1])
        print(f"{'ok   ' if agrees else 'WRONG'} {path} {access or '(driven)'}: {got[0]} {got[1]}")
        wrong += [] if agrees else [f"visit {place}"]
    if len(told) != len(story.expected):
        wrong.append(f"{len(story.expected)} visits expected, {len(told)} measured: {told}")
    early = [visit for visit in visits if visit["url"].endswith("/pre") and visit["start_ms"] < story.activated_ms - 1]
    wrong += ["a prerendered page counted before it was shown"] if early else []
    return wrong


def main():
    bin_dir, extension, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    try:
        with contextlib.ExitStack() as closing:
            version, *results = run(bin_dir, extension, out, closing)
    except FAILURES as failure:
        print(f"tab_lives: {failure}", file=sys.stderr)
        return 2
    wrong = judge(*results)
    print(f"{version}: {len(wrong)} mistakes", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
