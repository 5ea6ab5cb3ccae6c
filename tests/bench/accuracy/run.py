"""The accuracy benchmark from end to end; see README.md.

Exit status: 0 the bounds are kept, 1 they are not, 2 it could not be run.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time

from demo import run as demo
from demo.browser import Browser, BrowserError
from demo.cdp import CdpError
from demo.log import Log
from demo.person import Person
from demo.screen import OtherProgram, Screen, ScreenError
from demo.script import FIRST_WINDOW
from demo.site import Site

from . import pages, report, situations, truth, verdict
from .logind import Locker, Logind
from .peers import PEERS

ROOT = os.path.normpath(os.path.join(pages.HERE, "../../.."))


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/bench/accuracy/run", description=__doc__.splitlines()[0])
    parser.add_argument("--bin", metavar="DIR", type=os.path.abspath, default=os.path.join(ROOT, "build/release/bin"),
                        help="Dwell's programs (build/release/bin)")
    parser.add_argument("--extension", metavar="DIR", type=os.path.abspath, default=os.path.join(ROOT, "extension"))
    parser.add_argument("--quick", action="store_true", help="about a minute: no long pauses, shorter stays")
    parser.add_argument("--json", metavar="FILE", help="write everything to this file")
    parser.add_argument("--markdown", metavar="FILE", help="write the tables to this file")
    parser.add_argument("--keep", metavar="DIR", type=os.path.abspath,
                        help="keep the person's log and the programs' logs here")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started, load = time.monotonic(), os.getloadavg()

    def say(text):
        print(f"{time.monotonic() - started:6.1f} s  {text}", file=sys.stderr, flush=True)

    missing = [path for path in pages.SCRIPTS.values() if not os.path.exists(path)]
    if missing:
        print(f"accuracy: {missing[0]} is not there; run npm ci in {pages.HERE}", file=sys.stderr)
        return 2
    try:
        with contextlib.ExitStack() as closing:
            result = _measure(options, say, closing)
    except (demo.DemoError, BrowserError, CdpError, ScreenError) as failure:
        print(f"accuracy: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    result["load"] = {"before": load, "after": os.getloadavg()}
    result["seconds"] = round(time.monotonic() - started)
    print("\n".join(report.text(result)))
    for path, content in ((options.json, json.dumps(result, indent=1) + "\n"),
                          (options.markdown, report.markdown(result))):
        if path:
            with open(path, "w", encoding="utf-8") as out:
                out.write(content)
    return 0 if result["kept"] else 1


def _measure(options, say, closing):
    scratch = tempfile.mkdtemp(prefix="dwell-accuracy-")
    closing.callback(shutil.rmtree, scratch, ignore_errors=True)
    logs = options.keep or os.path.join(scratch, "logs")
    os.makedirs(logs, exist_ok=True)
    plan = situations.QUICK if options.quick else situations.WHOLE
    sink = pages.Sink()
    screen = closing.enter_context(contextlib.closing(Screen(scratch, logs)))
    site = closing.enter_context(contextlib.closing(
        Site(pages.handler(pages.links(*situations.pages(plan)), sink))))
    logind = closing.enter_context(contextlib.closing(Logind(scratch)))
    environment = screen.environment()
    programs = closing.enter_context(contextlib.closing(demo.Programs(
        options.bin, logs, {**environment, "DBUS_SYSTEM_BUS_ADDRESS": logind.address})))
    demo.configure(environment)
    programs.control("consent", "accept", "--yes")
    profile = os.path.join(scratch, "profile")
    programs.control("browser", "register", "--user-data-dir", profile)
    programs.start("dwell-agent", *programs.places, until="ready")

    log = Log()
    browser = Browser(log, environment, profile, logs, options.extension, site, FIRST_WINDOW)
    closing.callback(browser.close)
    demo.wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
    other = closing.enter_context(contextlib.closing(OtherProgram(screen, *situations.NOTES)))
    locker = closing.enter_context(contextlib.closing(Locker(screen)))
    person = closing.enter_context(contextlib.closing(Person(screen.name, log)))
    say(f"{browser.version}; the person")
    story = situations.Situations(browser, person, screen, other, log, lambda text: say(f"  {text}"), logind, locker)
    story.tell(plan)
    browser.write_commits()
    log.write(os.path.join(logs, "driver.jsonl"))
    true = truth.visits(log.entries())

    demo.wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    programs.control("flush")
    measured = json.loads(programs.control("visits", "--json"))
    with open(os.path.join(logs, "visits.json"), "w", encoding="utf-8") as out:
        json.dump(measured, out, indent=1)
    sink.write(os.path.join(logs, "sink.jsonl"))
    reported = {peer.name: peer.read(sink.of(peer.sink)) for peer in PEERS}
    return {"browser": browser.version, "quick": options.quick,
            **verdict.judge(true, log.unix_offset, measured, reported)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
