#!/usr/bin/env python3
"""A person at the address bar of a real browser, with the extension and a real agent: how each page was reached must be
measured as it was (design 5.4). Prints every mistake with what was observed, and the confusion matrix.

    address_bar.py BIN_DIR EXTENSION_DIR OUT_DIR [--browser firefox] [--only WORDS]

--browser firefox: the main cases; --only: those whose name holds the words, and those that make the history for them.
Exit status: 0 all right, 1 not, 2 could not be run.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))

from demo.browser import BrowserError  # noqa: E402
from demo.cdp import CdpError  # noqa: E402
from demo.run import DemoError, Programs, configure, wait_for_browsers  # noqa: E402
from demo.screen import OtherProgram, Screen, ScreenError  # noqa: E402
from agent_visits import closed_visits  # noqa: E402
from address_bar_cases import CASES  # noqa: E402
from address_bar_desks import ChromiumDesk, FirefoxDesk  # noqa: E402
from address_bar_hands import Hands  # noqa: E402
from address_bar_site import open_site  # noqa: E402
from marionette import MarionetteError  # noqa: E402

FAILURES = (DemoError, BrowserError, CdpError, MarionetteError, ScreenError, OSError, subprocess.SubprocessError)
OTHER_WINDOW = (1210, 700, 180, 200)


def run(options, out, closing):
    """The browser's name, what went wrong by case number, the visits, and the trace."""
    shutil.rmtree(out, ignore_errors=True)  # nothing of an earlier run may pass for this one's
    logs = str(out / "logs")
    os.makedirs(logs)
    scratch = tempfile.mkdtemp(prefix="dwell-bar-")
    closing.callback(shutil.rmtree, scratch, ignore_errors=True)
    screen = closing.enter_context(contextlib.closing(Screen(scratch, logs)))
    site = closing.enter_context(contextlib.closing(open_site()))
    environment = dict(screen.environment(), **({"HOME": scratch} if options.browser == "firefox" else {}))
    programs = closing.enter_context(contextlib.closing(Programs(str(options.bin), logs, environment)))
    configure(environment)
    programs.control("consent", "accept", "--yes")
    if options.browser == "firefox":
        programs.control("browser", "register", "--browser", "firefox")
    else:
        programs.control("browser", "register", "--user-data-dir", os.path.join(scratch, "profile"))
    programs.start("dwell-agent", *programs.places, until="ready")
    trace = out / "trace.jsonl"
    with open(os.path.join(logs, "record.log"), "ab") as log:
        recording = subprocess.Popen(
            [os.path.join(options.bin, "dwellctl"), *programs.places, "record", "--force", trace],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    closing.callback(recording.wait, 10)
    closing.callback(recording.terminate)
    if options.browser == "firefox":
        addon = os.path.join(scratch, "addon")
        subprocess.run(["node", options.extension / "build_firefox.js", addon], check=True)
        desk = FirefoxDesk(environment, scratch, logs, addon, site)
    else:
        desk = ChromiumDesk(environment, scratch, logs, options.extension, site)
    closing.callback(desk.close)
    wait_for_browsers(programs, lambda browsers: browsers, "the extension did not connect to the agent")
    clipboard = closing.enter_context(contextlib.closing(OtherProgram(screen, *OTHER_WINDOW)))
    hands = closing.enter_context(contextlib.closing(Hands(desk, screen, clipboard, site.port)))
    failed = {}
    for number, case in options.cases:
        try:
            hands.do(number, case)
        except BrowserError as failure:
            failed[number] = str(failure)
    desk.quit()
    wait_for_browsers(programs, lambda browsers: not browsers, "the agent did not see the browser's end")
    programs.control("flush")
    visits = sorted(closed_visits(programs), key=lambda visit: visit["start_ms"])
    (out / "visits.json").write_text(json.dumps(visits, indent=1), encoding="utf-8")
    return desk.name, failed, visits, trace, hands


def visits_of(number, visits):
    """Those that started from the case's own page on, before the next case's."""
    starts = {}
    for place, visit in enumerate(visits):
        if visit["url"].startswith("http://start.test/"):
            starts.setdefault(visit["url"].removeprefix("http://start.test/"), place)
    first = starts.get(str(number), len(visits))
    following = [place for name, place in starts.items() if name.isdigit() and int(name) > number]
    return visits[first:min(following, default=len(visits))]


def observed(visits, trace):
    """What the agent saw while these visits began, in a line: runs of key classes, the keyboard, navigations."""
    told = []
    with open(trace, encoding="utf-8") as lines:
        begin = json.loads(next(lines))["wall_start"]
        zero = time.mktime(time.strptime(begin[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone + float("0" + begin[19:-1])
        since, until = (visits[place]["start_ms"] - zero * 1000 for place in (0, -1))
        for event in map(json.loads, lines):
            if not since - 300 <= event["t"] <= until + 300:
                continue
            if event["type"] == "input" and event["kind"] in ("key", "mouse_down"):
                told.append(event.get("key_class", event["kind"]))
            elif event["type"] == "page_focus":
                told.append("page" if event["focused"] else "[browser")
            elif event["type"] == "navigation":
                told.append(f"-> {event['url']} ({event['transition']} {' '.join(event['qualifiers'])})")
            elif event["type"] in ("tab_opened", "tab_activated"):
                told.append(event["type"])
    runs = []
    for word in told:
        if runs and runs[-1][0] == word:
            runs[-1][1] += 1
        else:
            runs.append([word, 1])
    return ", ".join(word if count == 1 else f"{count} {word}" for word, count in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("bin", "extension", "out"):
        parser.add_argument(name, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--browser", choices=("chromium", "firefox"), default="chromium")
    parser.add_argument("--only", help="judge few; the cases that make history are done too")
    options = parser.parse_args()
    options.cases = [(number, case) for number, case in enumerate(CASES, 1)
                     if (options.browser == "chromium" or case.firefox)
                     and (not options.only or options.only in case.name or number in (1, 24))]
    started = time.monotonic()
    try:
        with contextlib.ExitStack() as closing:
            name, failed, visits, trace, hands = run(options, options.out, closing)
    except FAILURES as failure:
        print(f"address_bar: {failure}", file=sys.stderr)
        return 2
    return judge(options.cases, failed, visits, trace, hands, f"{name}, {time.monotonic() - started:.0f} s")


def judge(cases, failed, visits, trace, hands, title):
    matrix = collections.Counter()
    judged = right = untold = as_ruled = 0
    for number, case in cases:
        own = visits_of(number, visits)
        last = own[-1] if len(own) > 1 else None
        measured = last["access_type"] if last else "no visit"
        wrong = mistakes(case, last, measured, lambda text, number=number: hands.filled(text, number))
        wrong += [failed[number]] if number in failed else []
        if case.really:
            untold += 1
            as_ruled += not wrong
            print(f"not to be told: {case.name}: is {case.really}, by the rules {case.access}, measured {measured}: "
                  f"{case.because}")
        else:
            matrix[case.access, measured] += 1
            judged += 1
            right += not wrong
        if wrong:
            print(f"WRONG {number} {case.name}: {'; '.join(wrong)}")
            print(f"      observed: {observed(own, trace) if own else 'nothing'}")
    print(f"{title}: {right} of {judged} cases right, {100 * right / judged:.0f} %")
    if untold:
        print(f"{untold} more that nobody can tell, {as_ruled} of them as the rules say")
    print_matrix(matrix)
    return 0 if (right, as_ruled) == (judged, untold) else 1


def mistakes(case, last, measured, filled):
    wrong = []
    if measured != case.access:
        wrong.append(f"{measured}, not {case.access}")
    if last and last["url"] != filled(case.url):
        wrong.append(f"the last page is {last['url']}, not {filled(case.url)}")
    typed = None if case.typed is None else len(filled(case.typed))
    if last and last["typed_characters"] != typed:
        wrong.append(f"{last['typed_characters']} characters typed, not {typed}")
    return wrong


def print_matrix(matrix):
    """Expected down, measured across."""
    columns = sorted({measured for _, measured in matrix})
    rows = sorted({expected for expected, _ in matrix})
    first = max(len(row) for row in [*rows, "expected"])
    print("expected".ljust(first), *columns, sep="  ")
    for row in rows:
        print(row.ljust(first), *(str(matrix[row, column] or ".").rjust(len(column)) for column in columns), sep="  ")


if __name__ == "__main__":
    sys.exit(main())
