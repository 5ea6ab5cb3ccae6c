#!/usr/bin/env python3
"""Pages that lie, and others who should not get in, against a real Chromium with the extension and a real agent: what
they do must cost only themselves. A page that makes events, names and addresses of its own; a page that would talk to
the assistant; another user of the machine at the agent's sockets; two profiles at once.

    hostile_pages.py BIN_DIR EXTENSION_DIR OUT_DIR

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

from demo.browser import Browser, BrowserError  # noqa: E402
from demo.cdp import CdpError  # noqa: E402
from demo.log import Log  # noqa: E402
from demo.person import Person  # noqa: E402
from demo.run import DemoError, wait_for_browsers  # noqa: E402
from demo.screen import ScreenError  # noqa: E402
from demo.site import PageHandler, Site  # noqa: E402
from agent_visits import closed_visits  # noqa: E402
from machine import Machine  # noqa: E402

FAILURES = (DemoError, BrowserError, CdpError, ScreenError, OSError, subprocess.SubprocessError)
WINDOWS = ((0, 0, 700, 800), (700, 0, 700, 800))
NOBODY = 65534
# The agent's private memory may grow by this much from all of it, KiB.
GROWTH_KIB = 8 * 1024
SETTLE_S = 3

# Everything that a page can do by itself; nothing of it is a person's.
LIES = {
    "names": """
var hostile = '\\u0000\\u0007\\u202e\\ud800 <b>"\\\\' + 'x'.repeat(2 << 20);
document.title = hostile;
var label = document.createElement('meta');
label.name = 'dwell-label';
label.content = hostile;
document.head.append(label);
var changes = 0;
var flood = setInterval(() => { label.content = ++changes + hostile.slice(0, 500); }, 1);
setTimeout(() => clearInterval(flood), 2000);""",
    "100,000 links": """
var fragment = document.createDocumentFragment();
for (let n = 0; n < 100000; n++) {
  const link = document.createElement('a');
  link.href = '/link/' + n + (n % 10000 ? '' : 'y'.repeat(100000));
  link.textContent = n + ' ';
  fragment.append(link);
}
document.body.append(fragment);""",
    "events": """
var field = document.querySelector('#field'), secret = document.querySelector('#secret');
for (let n = 0; n < 400; n++) {
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, composed: true }));
  field.dispatchEvent(new InputEvent('input', { inputType: 'insertText', bubbles: true, composed: true }));
  field.dispatchEvent(new MouseEvent('mousedown', { button: 0, bubbles: true, composed: true }));
  for (const type of ['wheel', 'blur', 'focus', 'load', 'pagehide', 'pageshow']) dispatchEvent(new Event(type));
  for (const type of ['visibilitychange', 'scroll', 'DOMContentLoaded']) document.dispatchEvent(new Event(type));
}
secret.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }));
document.querySelector('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
Event.prototype.composedPath = () => { throw new Error('mine'); };
document.links[1].dispatchEvent(new MouseEvent('mousedown', { button: 0, bubbles: true, composed: true }));""",
    "messages": """
for (let n = 0; n < 20000; n++) {
  postMessage({ type: 'form', fields: 9, characters: 999999, autofilled: 9, time_ms: Date.now() }, '*');
}""",
    "addresses": """
for (let n = 0; n < 400; n++) {
  try { history.pushState(0, '', '/lies?' + n + 'z'.repeat(n % 10 ? 10 : 20000)); } catch (error) {}
}""",
}
# Whether a page finds the assistant, or gets at anything of it.
KNOCKS = """(async () => {
  const id = %s;
  const tries = {
    runtime: typeof globalThis.chrome?.runtime?.sendMessage,
    manifest: await fetch(`chrome-extension://${id}/manifest.json`).then(() => 'read', () => 'refused'),
    script: await import(`chrome-extension://${id}/src/content/tell.js`).then(() => 'read', () => 'refused'),
    frame: await new Promise((done) => {
      const frame = document.createElement('iframe');
      frame.src = `chrome-extension://${id}/manifest.json`;
      frame.onload = () => { try { done(frame.contentDocument ? 'read' : 'refused'); } catch { done('refused'); } };
      document.body.append(frame);
    }),
    tell: typeof tell, send: typeof send, ended: typeof endDwellInputs,
  };
  return JSON.stringify(tries);
})()"""
KEPT_OUT = {"runtime": "undefined", "manifest": "refused", "script": "refused", "frame": "refused",
            "tell": "undefined", "send": "undefined", "ended": "undefined"}


class _Page(PageHandler):
    def do_GET(self):
        self.answer(200, '<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><title>page</title>'
                         '<form><input id=field><input id=secret type=password></form>' + self.path[:99])


class OpenBrowser(Browser):
    def go(self, url):
        tab = self.tabs[0]
        self._pipe.call("Page.navigate", {"url": url}, tab.session)
        self.wait(lambda: tab.commits and tab.commits[-1]["url"] == url and tab.commits[-1]["loaded"], url)

    def run(self, expression):
        reply = self._pipe.call("Runtime.evaluate", {"expression": expression, "returnByValue": True,
                                                     "awaitPromise": True}, self.tabs[0].session, timeout=40)
        if "exceptionDetails" in reply:
            raise BrowserError(f"the page could not: {reply['exceptionDetails']}")
        return reply["result"].get("value")


class Checks:
    """What must hold, told as it is checked."""

    def __init__(self):
        self.wrong = 0

    def __call__(self, what, holds, seen=""):
        self.wrong += not holds
        print(f"{'ok   ' if holds else 'WRONG'} {what}{'' if holds else f': {seen}'}", flush=True)


def private_kib(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))


def as_nobody(path):
    """What another user hears of a socket to which the file system lets them."""
    script = ("import socket, sys; s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]);\n"
              "try: s.sendall(b'{\"command\": \"status\"}\\n')\nexcept BrokenPipeError: pass\n"
              "try: print('answer', s.recv(100))\nexcept ConnectionError: print('closed')")
    done = subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "/usr/bin/python3",
                           "-c", script, path], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]


def another_user(programs, scratch, check):
    """Needs root, which alone can become another user; elsewhere there is none to be."""
    run = pathlib.Path(programs.environment["XDG_RUNTIME_DIR"], "dwell")
    sockets = sorted(run.glob("*.sock"))
    check("the agent's sockets are its user's alone",
          len(sockets) == 2 and all((path.stat().st_mode & 0o077) == 0 for path in (run, *sockets)), sockets)
    if os.geteuid() != 0:
        print("      no root here: no other user tries the sockets")
        return
    for path in sockets:
        check(f"another user can't reach {path.name}", "PermissionError" in as_nobody(str(path)), as_nobody(str(path)))
    opened = [pathlib.Path(scratch), run.parent, run]
    modes = [(path, path.stat().st_mode) for path in (*opened, *sockets)]
    for path, _ in modes:
        path.chmod(0o777)
    for path in sockets:
        heard = as_nobody(str(path))
        check(f"another user who reaches {path.name} is sent away", heard in ("closed", "answer b''"), heard)
    for path, mode in modes:
        path.chmod(mode)


def run(bin_dir, extension, out, check, closing):
    machine = Machine(bin_dir, out, closing)
    programs, scratch, screen = machine.programs, machine.scratch, machine.screen
    site = closing.enter_context(contextlib.closing(Site(_Page)))
    profiles = [os.path.join(scratch, name) for name in ("one", "two")]
    machine.start_agent(*(("--user-data-dir", profile) for profile in profiles))

    def status():
        return json.loads(programs.control("status", "--json"))

    another_user(programs, scratch, check)
    browsers = []
    for number, (profile, window) in enumerate(zip(profiles, WINDOWS), 1):
        browsers.append(OpenBrowser(Log(), machine.environment, profile, machine.logs, extension, site, window))
        closing.callback(browsers[-1].close)
        wait_for_browsers(programs, lambda seen, number=number: len(seen) == number, "a browser did not connect")
    names = {browser["id"] for browser in status()["browsers"]}
    check("two profiles at once are two browsers", len(names) == 2, names)
    person = closing.enter_context(contextlib.closing(Person(screen.name, Log())))

    hostile, honest = browsers
    identity = (pathlib.Path(extension) / "ID").read_text(encoding="ascii").strip()
    hostile.go(f"{site.address}/knocks")
    heard = json.loads(hostile.run(KNOCKS % json.dumps(identity)))
    check("a page does not find the assistant", heard == KEPT_OUT, heard)

    pid = status()["pid"]
    before = private_kib(pid)
    hostile.go(f"{site.address}/lies")
    for name, lie in LIES.items():
        began = time.monotonic()
        hostile.run(lie)
        print(f"      {name}: {time.monotonic() - began:.1f} s", flush=True)
    honest.go(f"{site.address}/honest")
    person.move_to(1000, 500)
    person.click()
    person.type("words")
    person.pause(SETTLE_S)
    grown = private_kib(pid) - before
    check(f"the agent grew by {grown} KiB of private memory, at most {GROWTH_KIB}", grown <= GROWTH_KIB, grown)
    check("the browser that was lied to is still connected", len(status()["browsers"]) == 2, status()["browsers"])
    for browser in browsers:
        browser.quit()
    wait_for_browsers(programs, lambda seen: not seen, "the agent did not see the browsers' end")
    programs.control("flush")
    visits = closed_visits(programs)
    (out / "visits.json").write_text(json.dumps(visits, indent=1), encoding="utf-8")
    losses = status()["losses"]
    print(f"      losses counted: {losses}")
    judge(site.address, visits, losses, pathlib.Path(scratch, "data"), check)
    return hostile.version


def judge(address, visits, losses, data, check):
    lies = [visit for visit in visits if visit["url"].startswith(address + "/lies")]
    made_up = [sum(visit["input"].values()) + sum(visit["form"].values()) + visit["links_pressed"] for visit in lies]
    check("no made-up event counts", not any(made_up), made_up)
    check("nobody logged in by a made-up form", not any(visit["trajectory"] for visit in visits))
    labels = [visit["label"] or "" for visit in lies]
    check("labels are short and whole", any(labels) and all(len(label) <= 200 for label in labels),
          [len(label) for label in labels])
    check("the page's own addresses are bounded, in number and length",
          0 < len(lies) <= 600 and max(len(visit["url"]) for visit in lies) <= 8300,
          (len(lies), [len(visit["url"]) for visit in lies][:5]))
    honest = [visit for visit in visits if visit["url"] == address + "/honest"]
    check("the honest page beside it is measured as ever",
          len(honest) == 1 and honest[0]["input"]["keys"] == 5
          and honest[0]["input"]["mouse_downs"] == 1, honest)
    check("no event was lost on the way", not any(name.startswith("browser.") for name in losses), losses)
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    check(f"the store holds {size // 1024} KiB, at most 16 MiB", size <= 16 << 20, size)


def main():
    bin_dir, extension, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    check = Checks()
    try:
        with contextlib.ExitStack() as closing:
            version = run(bin_dir, str(extension), out, check, closing)
    except FAILURES as failure:
        print(f"hostile_pages: {failure}", file=sys.stderr)
        return 2
    print(f"{version}: {check.wrong} mistakes")
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
