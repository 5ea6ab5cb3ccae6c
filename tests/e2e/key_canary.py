#!/usr/bin/env python3
"""Keys don't leave the X11 source: a known text, typed (XTEST) with a shuffled keyboard into a page, the address bar and a
password field, is nowhere in what Dwell writes, sends, says or holds in memory, neither as text nor as its key codes.

    key_canary.py BIN_DIR EXTENSION_DIR OUT_DIR

Searched: every file of the data, runtime and configuration folders (reports unpacked), a trace, the programs' output, all that
went over the bridges' and the control socket and to the collector, and the memory of agent, bridge and dwell-upload. In memory
also for codes that stand apart by any distance up to 160 bytes, as in X events. That the search finds what is there is proved
each time. Exit status: 0 as it must be, 1 something was found, 2 could not be run (memory needs the right to read it: root).
"""
import contextlib
import http.server
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))

from Xlib import X, display as xdisplay  # noqa: E402

from demo.browser import Browser, BrowserError  # noqa: E402
from demo.cdp import CdpError  # noqa: E402
from demo.log import Log  # noqa: E402
from demo.person import Person  # noqa: E402
from demo.run import DemoError, Programs, configure, wait_for_browsers  # noqa: E402
from demo.screen import Screen, ScreenError  # noqa: E402
from demo.script import LINK_PLACE  # noqa: E402

TEXT = "quizvexjumbodwarfphlegmsky"
WINDOW = (0, 0, 1000, 800)
PAGE = (b'<!doctype html><link rel=icon href="data:,"><title>log in</title><style>input{position:fixed;left:20px;width:300px;'
        b'height:40px}</style><form action=/in method=post><input id=name style="top:20px"><input id=secret type=password '
        b'style="top:90px"></form>')
FIELDS = ("name", "secret")
APART = range(4, 161, 2)
AT_LEAST = 8  # codes in a row that are no accident


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


class Relay:
    """Stands between a program and the socket it wants; keeps what goes through. `held`: called at the first bytes of each
    connection, before they go on."""

    def __init__(self, listening, connect, held=None):
        self._listening, self._connect, self._held = listening, connect, held
        self.bytes = bytearray()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = self._connect()
            except OSError:
                near.close()
                continue
            for source, target, held in ((near, far, self._held), (far, near, None)):
                threading.Thread(target=self._pass, args=(source, target, held), daemon=True).start()

    def _pass(self, source, target, held):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.bytes += data
                if held:
                    held()
                    held = None
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


def unix_relay(path):
    """In the place of a listening unix socket, which it leads to."""
    real = f"{path}.real"
    os.rename(path, real)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    os.chmod(path, 0o600)
    listening.listen()

    def connect():
        far = socket.socket(socket.AF_UNIX)
        far.connect(real)
        return far

    return Relay(listening, connect)


def shuffle_keyboard(screen_name):
    """Gives the letters' keys each other's letters: the codes of a text are then those of no other."""
    display = xdisplay.Display(screen_name)
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    codes = [display.keysym_to_keycode(ord(letter)) for letter in letters]
    random.Random(11).shuffle(codes)
    for letter, code in zip(letters, codes):
        display.change_keyboard_mapping(code, [(ord(letter), ord(letter.upper()))])
    display.change_keyboard_control(auto_repeat_mode=X.AutoRepeatModeOff)
    display.sync()
    display.close()
    return [dict(zip(letters, codes))[letter] for letter in TEXT]


def encodings(codes):
    """What to look for everywhere: name → pattern. Parts of the text and of the codes give it away as well."""
    def parts(whole):
        return [whole[start:start + AT_LEAST] for start in range(0, len(whole) - AT_LEAST + 1, 6)]

    found = {}
    for number, part in enumerate(parts(TEXT)):
        found[f"text, part {number}"] = re.compile(re.escape(part.encode()), re.IGNORECASE)
        found[f"text in 16 bits, part {number}"] = re.compile(re.escape(part.encode("utf-16-le")), re.IGNORECASE)
    for number, part in enumerate(parts(codes)):
        for size in (1, 2, 4):
            each = [code.to_bytes(size, "little") for code in part]
            found[f"codes in {8 * size} bits, part {number}"] = re.compile(re.escape(b"".join(each)), re.DOTALL)
        decimal = rb"[\s,;:]{1,2}".join(str(code).encode() for code in part)
        found[f"codes in decimals, part {number}"] = re.compile(rb"(?<!\d)" + decimal + rb"(?!\d)")
        hexadecimal = rb"(?:[\s,;:]{0,2}(?:0x)?)".join(f"{code:02x}".encode() for code in part)
        found[f"codes in hexadecimal, part {number}"] = re.compile(hexadecimal, re.IGNORECASE)
    return found


def apart(codes):
    """Codes that stand in memory as in a row of X events, whatever stands between; once as press and once as release."""
    found = {}
    for distance in APART:
        for twice in (1, 2):
            row = list(itertools.chain.from_iterable([code] * twice for code in codes[:AT_LEAST]))
            gap = b"[\\x00-\\xff]{%d}" % (distance - 1)
            pattern = gap.join(re.escape(bytes([code])) for code in row)
            found[f"codes {distance} bytes apart, {twice} each"] = re.compile(pattern, re.DOTALL)
    return found


def key_events(codes):
    """An XInput2 raw key event as it comes over the wire, with one of the codes."""
    some = b"|".join(re.escape(bytes([code])) for code in sorted(set(codes)))
    wire = rb"\x23[\x80-\xff]..[\x00-\xff]\x00\x00\x00[\x0d\x0e]\x00..[\x00-\xff]{4}(?:" + some + rb")\x00\x00\x00"
    return {"an event of a key": re.compile(wire, re.DOTALL)}


def unpacked(data):
    """`data`, and what of it is gzip, unpacked."""
    whole = [bytes(data)]
    start = data.find(b"\x1f\x8b\x08")
    while start >= 0:
        with contextlib.suppress(zlib.error):
            whole.append(zlib.decompressobj(31).decompress(bytes(data[start:])))
        start = data.find(b"\x1f\x8b\x08", start + 1)
    return b"\n".join(whole)


def memory_of(pid):
    """All that a process has in memory and may write."""
    whole = bytearray()
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            if rights[:2] != "rw" or "[v" in line:
                continue
            first, last = (int(end, 16) for end in span.split("-"))
            with contextlib.suppress(OSError):
                memory.seek(first)
                whole += memory.read(last - first)
    return bytes(whole)


def ours(name, folder):
    """The processes of a name that were started with a folder of ours in their environment."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            program = (process / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            if os.path.basename(program) == name and folder.encode() in (process / "environ").read_bytes():
                yield int(process.name)


def files_in(*folders):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()


def type_everywhere(person, browser, address):
    """Into a field, a password field and the address bar, which is left without going anywhere."""
    tab = browser.tabs[0]
    for field in FIELDS:
        person.move_to(*browser.evaluate(tab, LINK_PLACE % field))
        browser.poll(tab, f"document.getElementById('{field}').matches(':hover')", f"the pointer to {field}")
        person.click()
        browser.poll(tab, f"document.hasFocus() && document.activeElement.id === '{field}'", f"the keyboard to {field}")
        person.type(TEXT)
        browser.poll(tab, f"document.getElementById('{field}').value === '{TEXT}'", f"the text in {field}")
    person.press("Control_L", "l")
    browser.poll(tab, "!document.hasFocus()", "the keyboard to the address bar")
    person.type(TEXT)
    person.pause(0.5)
    person.press("Escape")
    person.press("Escape")
    person.pause(0.3)
    browser._pipe.call("Page.navigate", {"url": address + "/after"}, browser.tabs[0].session)
    browser.wait(lambda: any(commit["url"].endswith("/after") and commit["loaded"] for commit in browser.tabs[0].commits),
                 "the next page")


def run(bin_dir, extension, out, closing):
    """What was searched: name → bytes; memory apart."""
    shutil.rmtree(out, ignore_errors=True)
    logs = str(out / "logs")
    os.makedirs(logs)
    scratch = tempfile.mkdtemp(prefix="dwell-canary-")
    closing.callback(shutil.rmtree, scratch, ignore_errors=True)
    screen = closing.enter_context(contextlib.closing(Screen(scratch, logs)))
    codes = shuffle_keyboard(screen.name)
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    closing.callback(site.server_close)
    closing.callback(site.shutdown)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{site.server_port}"
    environment = screen.environment()
    programs = closing.enter_context(contextlib.closing(Programs(str(bin_dir), logs, environment)))
    configure(environment)
    data, runtime = programs.places[1], programs.places[3]

    collector = os.path.join(scratch, "collector")
    code = json.loads(programs.run("dwell-collector", "experiment", "create", "canary", "--data", collector, "--json"))
    port = int(programs.start("dwell-collector", "serve", "--listen", "127.0.0.1:0", "--data", collector,
                              until="listening on").rsplit(":", 1)[1])
    memory = {}

    def dump(name):
        for pid in ours(name, environment["XDG_RUNTIME_DIR"]):
            memory[f"{name} {pid}"] = memory.get(f"{name} {pid}", b"") + memory_of(pid)

    listening = socket.create_server(("127.0.0.1", 0))
    closing.callback(listening.close)
    upload = Relay(listening, lambda: socket.create_connection(("127.0.0.1", port)),
                   held=lambda: dump("dwell-upload"))
    programs.control("enrol", f"http://127.0.0.1:{listening.getsockname()[1]}", code["code"])
    programs.control("consent", "accept", "--yes")
    profile = os.path.join(scratch, "profile")
    programs.control("browser", "register", "--user-data-dir", profile)
    programs.start("dwell-agent", *programs.places, until="ready")
    sockets = {name: unix_relay(os.path.join(runtime, name)) for name in ("bridge.sock", "control.sock")}
    said = open(os.path.join(logs, "dwellctl.log"), "ab")
    closing.callback(said.close)
    recording = subprocess.Popen([os.path.join(bin_dir, "dwellctl"), *programs.places, "record", out / "trace.jsonl"],
                                 env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    closing.callback(recording.kill)

    browser = Browser(Log(), environment, profile, logs, extension, SiteRules(), WINDOW)
    closing.callback(browser.close)
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
    browser._pipe.call("Page.navigate", {"url": address + "/in"}, browser.tabs[0].session)
    browser.wait(lambda: any(commit["url"].endswith("/in") and commit["loaded"] for commit in browser.tabs[0].commits),
                 "the page")
    person = Person(screen.name, Log())
    closing.callback(person.close)
    before = json.loads(programs.control("status", "--json"))
    type_everywhere(person, browser, address)
    time.sleep(1)  # the hook reads what there is at least each 250 ms
    dump("dwell-agent")
    dump("dwell-bridge")
    seen = json.loads(programs.control("flush", "--json"))
    if seen["input_source"] != "x11" or seen["sources"]["x11"]["events"] - before["sources"]["x11"]["events"] < 3 * len(TEXT):
        raise DemoError("the hook did not see the keys: nothing would be proved")
    programs.run("dwell-upload", "--data-dir", data, "--now")
    recording.terminate()
    recording.wait(10)
    browser.quit()
    wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    programs.control("flush")
    programs.run("dwell-upload", "--data-dir", data, "--now")
    programs.close()

    places = {name: bytes for name, bytes in files_in(data, runtime, os.path.dirname(data), out, collector)
              if "/profile/" not in name and "/chromium" not in name.lower()}
    places |= {f"socket {name}": bytes(relay.bytes) for name, relay in sockets.items()}
    places["upload"] = bytes(upload.bytes)
    return codes, {name: unpacked(found) for name, found in places.items()}, memory


class SiteRules:
    """Only loopback can be reached."""

    def resolver_rules(self):
        return "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


def found_in(patterns, places):
    return [f"{where}: {name}" for where, data in places.items() for name, pattern in patterns.items()
            if pattern.search(data)]


def prove_search(codes, everywhere, spread):
    """What the search must find, it finds."""
    events = b"".join(bytes([code]) + bytes(59) for code in codes)
    for sample in (TEXT.upper().encode(), TEXT.encode("utf-16-le"), bytes(codes), json.dumps(codes).encode(),
                   bytes(codes).hex().encode(), b"".join(code.to_bytes(4, "little") for code in codes)):
        if not found_in(everywhere, {"": b"abc" + sample + b"def"}):
            raise DemoError("the search does not find what it must")
    wire = struct.pack("=BBHIHHIIH", 35, 131, 7, 2, 13, 2, 123456, codes[0], 5)
    if not found_in(spread, {"": events}) or not found_in(key_events(codes), {"": wire}):
        raise DemoError("the search does not find codes that stand apart")


def main():
    bin_dir, extension, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    try:
        with contextlib.ExitStack() as closing:
            codes, places, memory = run(bin_dir, str(extension), out, closing)
        everywhere, spread = encodings(codes), apart(codes)
        prove_search(codes, everywhere, spread)
    except (DemoError, BrowserError, CdpError, ScreenError, OSError, subprocess.SubprocessError) as failure:
        print(f"key_canary: {failure}", file=sys.stderr)
        return 2
    missing = [name for name in ("dwell-agent", "dwell-bridge", "dwell-upload")
               if not any(where.startswith(name) and data for where, data in memory.items())]
    if missing or not places["socket bridge.sock"] or b"POST /v1/reports" not in places["upload"]:
        print(f"key_canary: nothing was seen of {missing or 'the sockets'}", file=sys.stderr)
        return 2
    faults = found_in(everywhere, places) + found_in(everywhere | spread | key_events(codes), memory)
    size = sum(map(len, places.values())), sum(map(len, memory.values()))
    print(f"{3 * len(TEXT)} keys typed; searched {len(places)} files and sockets ({size[0]:,} bytes) and the memory of "
          f"{len(memory)} processes ({size[1]:,} bytes) for {len(everywhere) + len(spread) + 1} patterns: {len(faults)} found")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
