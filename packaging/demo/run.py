"""The demo from end to end: collector, agent, browser, scripted person, then truth against measurement.

    python3 -m demo.run --bin DIR --extension DIR --out DIR

  --bin DIR        the folder with dwell-agent, dwell-upload, dwellctl, dwell, dwell-collector, dwell-bridge
  --extension DIR  the browser extension, unpacked
  --out DIR        where truth.json, visits.json, histograms.json, reports.json and the window's pictures go

Exit status: 0 what was measured agrees with the truth, 1 it does not, 2 the demo could not be run.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import compare, truth
from .browser import Browser, BrowserError
from .cdp import CdpError
from .log import Log
from .person import Person
from .screen import OtherProgram, Screen, ScreenError
from .script import FIRST_WINDOW, OTHER_WINDOW, Story
from .site import Site

RESULTS = ("truth.json", "visits.json", "histograms.json", "reports.json", "window-histograms.png",
           "window-pages.png")
# Addresses whole, so that they can be compared with the truth's.
CONFIGURATION = '[scope]\nurl_detail = "full"\n'
COMMAND_LIMIT_S = 60


class DemoError(Exception):
    """A program of the demo did not do its part."""


class Programs:
    """Dwell's programs, in folders of their own; ends what it started, newest first."""

    def __init__(self, folder, logs, environment):
        self._folder, self._logs = folder, logs
        self.places = ["--data-dir", os.path.join(environment["XDG_DATA_HOME"], "dwell"),
                       "--runtime-dir", os.path.join(environment["XDG_RUNTIME_DIR"], "dwell")]
        self.environment = environment
        self._started = []

    def run(self, name, *arguments):
        """Runs a program to its end and returns what it printed."""
        try:
            done = subprocess.run([os.path.join(self._folder, name), *arguments], env=self.environment,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_LIMIT_S,
                                  check=False)
        except OSError as failure:
            raise DemoError(f"{name}: {failure.strerror}") from None
        except subprocess.TimeoutExpired:
            raise DemoError(f"{name} {arguments[-1]} did not end within {COMMAND_LIMIT_S} s") from None
        if done.returncode != 0:
            words = " ".join(argument for argument in arguments if argument not in self.places)
            raise DemoError(f"{name} {words} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def control(self, *arguments):
        return self.run("dwellctl", *self.places, *arguments)

    def start(self, name, *arguments, until, seconds=20):
        """Starts a program and returns its first line on stdout that begins with `until`."""
        with open(os.path.join(self._logs, f"{name}.log"), "ab") as log:
            try:
                process = subprocess.Popen([os.path.join(self._folder, name), *arguments], env=self.environment,
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            except OSError as failure:
                raise DemoError(f"{name}: {failure.strerror}") from None
        self._started.append(process)
        deadline = time.monotonic() + seconds
        while True:
            with open(log.name, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if line.startswith(until) and line.endswith("\n"):
                        return line.strip()
            if process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"{name} did not start; see {log.name}")
            time.sleep(0.02)

    def close(self):
        for process in reversed(self._started):
            if process.poll() is None:
                process.terminate()
        for process in self._started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def main(arguments):
    parser = argparse.ArgumentParser(prog="demo.run", description=__doc__.splitlines()[0])
    for name, what in (("bin", "folder of Dwell's programs"), ("extension", "unpacked extension"),
                       ("out", "folder for the results")):
        parser.add_argument(f"--{name}", required=True, metavar="DIR", help=what, type=os.path.abspath)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()

    def say(text):
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    logs = os.path.join(options.out, "logs")
    try:
        os.makedirs(logs, exist_ok=True)
        _remove_old(options.out, logs)
        with contextlib.ExitStack() as closing:
            measured = _measure(options, logs, say, closing)
    except (DemoError, BrowserError, CdpError, ScreenError, truth.TruthError, compare.InputError) as failure:
        print(f"demo: {failure}\ndemo: the programs' logs are in {logs}", file=sys.stderr)
        return 2
    except OSError as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print()
    agrees = compare.compare(*measured)
    print(f"results are in {options.out}; the demo took {time.monotonic() - started:.0f} s")
    return 0 if agrees else 1


def _measure(options, logs, say, closing):
    """Runs everything; returns truth, measured visits and received reports as they were written to files."""
    def result(name):
        return os.path.join(options.out, name)

    scratch = tempfile.mkdtemp(prefix="dwell-demo-")
    closing.callback(shutil.rmtree, scratch, ignore_errors=True)
    say("starts a display of its own, and the local site")
    screen = closing.enter_context(contextlib.closing(Screen(scratch, logs)))
    site = closing.enter_context(contextlib.closing(Site()))
    environment = screen.environment()
    programs = closing.enter_context(contextlib.closing(Programs(options.bin, logs, environment)))

    say("starts the collector and enrols this machine")
    collector = os.path.join(scratch, "collector")
    address = "http://" + programs.start("dwell-collector", "serve", "--listen", "127.0.0.1:0", "--data", collector,
                                         until="listening on ").removeprefix("listening on ")
    code = programs.run("dwell-collector", "experiment", "create", "demo", "--data", collector).strip()
    configure(environment)
    programs.control("enrol", address, code)
    programs.control("consent", "accept", "--yes")
    profile = os.path.join(scratch, "profile")
    programs.control("browser", "register", "--user-data-dir", profile)
    say("starts the agent")
    programs.start("dwell-agent", *programs.places, until="ready")

    say("starts Chromium with the extension")
    log = Log()
    browser = Browser(log, environment, profile, logs, options.extension, site, FIRST_WINDOW)
    closing.callback(browser.close)
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
    other = closing.enter_context(contextlib.closing(OtherProgram(screen, *OTHER_WINDOW)))
    person = closing.enter_context(contextlib.closing(Person(screen.name, log)))
    say(f"{browser.version} is measured; the person")
    Story(browser, person, screen, other, log, lambda text: say(f"  {text}")).tell()
    browser.quit()
    browser.write_commits()
    log.write(os.path.join(logs, "driver.jsonl"))
    say("writes down the truth, before anything measured is read")
    truth.write(result("truth.json"), log.entries(), log.unix_offset)

    wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    say("uploads, and asks for what was measured")
    programs.control("upload")
    _write(result("visits.json"), programs.control("visits", "--json"))
    _write(result("histograms.json"), programs.control("histograms", "--json"))
    _write(result("reports.json"), programs.run("dwell-collector", "reports", "--json", "--data", collector))
    say("takes pictures of the window")
    programs.run("dwell", *programs.places, "--screenshot", f"histograms={result('window-histograms.png')}",
                 "--screenshot", f"pages={result('window-pages.png')}")
    return (compare.read_truth(result("truth.json")), compare.read_measured(result("visits.json")),
            compare.read_reports(result("reports.json")))


def _remove_old(out, logs):
    """Nothing of an earlier run may pass for this one's."""
    old = [os.path.join(out, name) for name in RESULTS] + [os.path.join(logs, name) for name in os.listdir(logs)]
    for path in old:
        if os.path.isfile(path):
            os.remove(path)


def configure(environment):
    folder = os.path.join(environment["XDG_CONFIG_HOME"], "dwell")
    os.makedirs(folder, exist_ok=True)
    _write(os.path.join(folder, "config.toml"), CONFIGURATION)


def wait_for_browsers(programs, condition, otherwise, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition(json.loads(programs.control("status", "--json"))["browsers"]):
        if time.monotonic() > deadline:
            raise DemoError(f"{otherwise} within {seconds} s")
        time.sleep(0.1)


def _write(path, text):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
