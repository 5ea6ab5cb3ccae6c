#!/usr/bin/env python3
"""A real Firefox with the assistant built for it, a person at the keyboard, and a real agent: each thing that the
person does must arrive as the visit that it is.

    firefox_reports.py BIN_DIR EXTENSION_DIR OUT_DIR

Exit status: 0 as it must be, 1 not, 2 could not be run.
"""
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))

from demo.log import Log  # noqa: E402
from demo.person import Person  # noqa: E402
from demo.run import DemoError, wait_for_browsers  # noqa: E402
from demo.screen import ScreenError  # noqa: E402
from demo.site import PageHandler, Site  # noqa: E402
from machine import Machine  # noqa: E402
from marionette import Firefox, MarionetteError  # noqa: E402

PAGE = """<!doctype html><link rel=icon href="data:,"><title>{path}</title><p>{path}
<p><a id=link href=/linked>a link</a> <a id=file href=/file>a file</a> <a id=blank target=_blank href=/blank>new</a>
<form action=/sent><input id=field name=q><button id=send>send</button></form>"""


class _Page(PageHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.redirect("/target")
        else:
            as_file = {"Content-Disposition": "attachment"} if self.path == "/file" else {}
            self.answer(200, PAGE.format(path=self.path), as_file)


def closed_port():
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Story:
    """What is done, and what must have been measured: (path, access type) in order."""

    def __init__(self, firefox, person, site):
        self._firefox, self._person, self._site = firefox, person, site
        self.expected = []

    def _until(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise DemoError(f"{what} did not come within {seconds} s")
            time.sleep(0.05)

    def _arrives(self, path, access_type):
        """Waits for the page before the next thing is done."""
        self.expected.append((path, access_type))
        self._until(lambda: self._firefox.evaluate("return location.pathname + ' ' + document.readyState")
                    == f"{path} complete", f"the page {path}")
        self._person.pause(0.3)

    def _type_address(self, address):
        self._person.press("Control_L", "l")
        self._until(lambda: not self._firefox.evaluate("return document.hasFocus()"), "the address bar's focus")
        self._person.pause(0.3)
        self._person.type(address)
        self._person.press("Return")

    def tell(self):
        host = self._site.removeprefix("http://")
        self._type_address(f"{host}/typed")
        self._arrives("/typed", "typed_full")
        self._firefox.click("#link")
        self._arrives("/linked", "link")
        self._firefox.evaluate("history.pushState({}, '', '/pushed')")
        self._arrives("/pushed", "link")
        self._firefox.call("WebDriver:Back")
        self._arrives("/linked", "back_forward")
        self._firefox.call("WebDriver:Back")
        self._arrives("/typed", "back_forward")
        self._firefox.call("WebDriver:Refresh")
        self._arrives("/typed", "reload")
        self._firefox.click("#send")
        self._arrives("/sent", "form_submit")
        self._firefox.click("#file")
        self._person.pause(0.5)
        self._type_address(f"{host}/moved")
        self._arrives("/target", "typed_full")
        with contextlib.suppress(MarionetteError):
            self._firefox.navigate(f"http://127.0.0.1:{closed_port()}/")
        self._firefox.navigate(f"{self._site}/driven")
        self._arrives("/driven", None)
        self._firefox.click("#blank")
        self.expected.append(("/blank", "link"))
        self._until(lambda: len(self._firefox.call("WebDriver:GetWindowHandles")) == 2, "another tab")
        self._person.pause(1)


def run(bin_dir, extension, out, closing):
    machine = Machine(bin_dir, out, closing, MOZ_DISABLE_CONTENT_SANDBOX="1")
    programs, environment, scratch, screen = machine.programs, machine.environment, machine.scratch, machine.screen
    addon = os.path.join(scratch, "addon")
    subprocess.run(["node", os.path.join(extension, "build_firefox.js"), addon], check=True)
    site = closing.enter_context(contextlib.closing(Site(_Page))).address
    machine.start_agent(("--browser", "firefox"))
    trace = out / "trace.jsonl"
    recording = subprocess.Popen([os.path.join(bin_dir, "dwellctl"), *programs.places, "record", "--force", trace],
                                 env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    closing.callback(recording.wait, 10)
    closing.callback(recording.terminate)

    firefox = Firefox(environment, os.path.join(scratch, "profile"), machine.logs)
    closing.callback(firefox.close)
    firefox.install(addon)
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
    browser = json.loads(programs.control("status", "--json"))["browsers"][0]
    person = closing.enter_context(contextlib.closing(Person(screen.name, Log())))

    def visits():
        return [visit for visit in json.loads(programs.control("visits", "--json")) if visit["url"].startswith(site)]

    story = Story(firefox, person, site)
    try:
        story.tell()
    finally:
        firefox.quit()
    wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    deadline = time.monotonic() + 25  # the agent writes each 10 s
    while not all(visit["exit"] for visit in visits()) and time.monotonic() < deadline:
        time.sleep(0.5)
    measured = [(visit["url"].removeprefix(site).partition("?")[0], visit["access_type"]) for visit in visits()]
    (out / "visits.json").write_text(json.dumps(visits(), indent=1), encoding="utf-8")
    losses = json.loads(programs.control("status", "--json"))["losses"]
    return firefox.version, browser, story.expected, measured, losses


def main():
    bin_dir, extension, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    try:
        with contextlib.ExitStack() as closing:
            version, browser, expected, measured, losses = run(bin_dir, str(extension), out, closing)
    except (DemoError, MarionetteError, ScreenError, OSError, subprocess.SubprocessError) as failure:
        print(f"firefox_reports: {failure}", file=sys.stderr)
        return 2
    print(f"Firefox {version} ({browser.get('product')} {browser.get('version')}); losses {losses}")
    right = len(measured) == len(expected)
    for (path, access_type), (got_path, got_type) in zip(expected, measured):
        agrees = path == got_path and access_type in (None, got_type)
        right = right and agrees
        print(f"{'ok   ' if agrees else 'WRONG'} {path} {access_type or '(driven)'}: {got_path} {got_type}")
    if len(measured) != len(expected):
        print(f"WRONG: {len(expected)} pages, {len(measured)} visits: {measured}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
