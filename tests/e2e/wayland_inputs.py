#!/usr/bin/env python3
"""Without the hook: a real Chromium on a Wayland compositor (headless sway), a person at its virtual mouse and
keyboard, and a real agent that sees no display. Inputs must arrive from the pages, and the address bar's as unknown.

    wayland_inputs.py BIN_DIR EXTENSION_DIR

Exit status: 0 as it must be, 1 not, 2 could not be run.
"""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from wayland_person import WaylandPerson

SIZE = 1200, 850
PAGE = """<!doctype html><link rel=icon href="data:,"><title>page</title><body style="height:4000px">
<input autofocus style="width:90%;height:500px">"""
CONFIGURATION = '[scope]\nurl_detail = "full"\n'
NOBODY = 65534


class Page(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_):
        pass


def until(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come within {seconds} s")
        time.sleep(0.05)


@contextlib.contextmanager
def running(command, folder, **more):
    with open(folder / (pathlib.Path(command[0]).name + ".log"), "ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def compositor(folder):
    """Gives the path of its socket."""
    place = folder / "wayland"
    place.mkdir(mode=0o700)
    (folder / "sway.conf").write_text(f"output HEADLESS-1 resolution {SIZE[0]}x{SIZE[1]}\ndefault_border none\n"
                                      "xwayland disable\n")
    command = ["sway", "-c", str(folder / "sway.conf")]
    more = {}
    if os.geteuid() == 0:  # as which sway refuses to run
        os.chown(place, NOBODY, NOBODY)
        more = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    environment = dict(os.environ, XDG_RUNTIME_DIR=str(place), WLR_BACKENDS="headless", WLR_LIBINPUT_NO_DEVICES="1",
                       WLR_RENDERER="pixman", HOME=str(place))
    with running(command, folder, env=environment, **more):
        until(lambda: list(place.glob("wayland-?")), "sway's socket")
        yield str(next(place.glob("wayland-?")))


def chromium(folder, profile, extension, socket, environment, url):
    command = [shutil.which("chromium") or "chromium", "--ozone-platform=wayland", f"--user-data-dir={profile}",
               f"--load-extension={extension}", "--no-first-run", "--no-default-browser-check", "--disable-sync",
               "--disable-component-update", "--password-store=basic", "--disable-gpu", url]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    return running(command, folder, env=dict(environment, WAYLAND_DISPLAY=socket))


def act(person, port, control):
    """Types, turns the wheel and clicks on the page, then goes elsewhere by the address bar."""
    person.go_to(600, 400)
    person.click()
    time.sleep(1)
    control("flush")
    before = control("visits")[-1]["input"]
    person.type("dwell")
    for _ in range(3):
        person.wheel(1)
        time.sleep(0.1)  # what comes within a frame, the browser makes one event of
    time.sleep(1)
    control("flush")
    after = control("visits")[-1]["input"]
    wrong = []
    for what, wanted in (("keys", 5), ("scrolls", 3)):
        if after[what] - before[what] != wanted:
            wrong.append(f"{after[what] - before[what]} {what} arrived instead of {wanted}")
    if before["mouse_downs"] != 1:
        wrong.append(f"{before['mouse_downs']} clicks arrived instead of 1")

    person.key("l", ["control"])
    time.sleep(1)
    person.type("127.0.0.1")
    person.key("semicolon", ["shift"])
    person.type(f"{port}/typed")
    person.key("enter")
    until(lambda: "/typed" in Page.asked, "the typed page")
    time.sleep(1)
    control("flush")
    visits = control("visits")
    for visit in visits:
        if visit["input_source"] != "page":
            wrong.append(f"{visit['url']} says that its inputs are from {visit['input_source']}")
    if visits[-1]["access_type"] != "address_bar":
        wrong.append(f"the typed page's access is {visits[-1]['access_type']}")
    return wrong


def main():
    programs, extension = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="dwell-wayland-") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
        home = folder / "home"
        home.mkdir(mode=0o700)
        environment.update(HOME=str(home), XDG_RUNTIME_DIR=str(home), XDG_CONFIG_HOME=str(home / "config"))
        (folder / "config.toml").write_text(CONFIGURATION)
        places = ["--data-dir", str(folder / "data"), "--runtime-dir", str(folder / "run"), "--config",
                  str(folder / "config.toml")]

        def control(*arguments):
            done = subprocess.run([str(programs / "dwellctl"), *places, "--json", *arguments], env=environment,
                                  stdout=subprocess.PIPE, check=True)
            return json.loads(done.stdout) if done.stdout.strip() else None

        control("consent", "accept", "--yes")
        profile = folder / "profile"
        control("browser", "register", "--browser", "chromium", "--user-data-dir", str(profile))
        socket = stack.enter_context(compositor(folder))
        stack.enter_context(running([str(programs / "dwell-agent"), *places], folder, env=environment))
        until((folder / "run" / "control.sock").exists, "the agent")
        url = f"http://127.0.0.1:{server.server_port}/"
        stack.enter_context(chromium(folder, profile, extension, socket, environment, url))
        person = WaylandPerson(socket, SIZE)
        try:
            until(lambda: control("status")["browsers"], "the extension")
            until(lambda: "/" in Page.asked and control("visits"), "the first page")
            wrong = act(person, server.server_port, control)
        except RuntimeError as failure:
            for log in folder.glob("*.log"):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
            print(failure)
            return 2
        print(json.dumps(control("visits"), indent=1) if wrong else "inputs came from the pages, as they were made")
        for each in wrong:
            print(f"WRONG: {each}")
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
