#!/usr/bin/env python3
"""Replays every golden trace and compares with the result worked out by hand in its why.md.

golden_test.py PATH [--program dwellctl|reference-replay] [--cases DIR] [--only CASE]...

reference-replay is the slow second implementation; it takes the trace alone and makes no histograms. Of the
histograms only those named in expected.json are compared.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CASE_FILES = ("trace.jsonl", "why.md", "expected.json")
MOST_DIFFERENCES_SHOWN = 40


def replay(command, home):
    """What the program makes of the trace; raises ValueError with its words if it fails."""
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise ValueError(f"exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def same_number(expected, actual):
    numbers = (int, float)
    both = isinstance(expected, numbers) and isinstance(actual, numbers)
    return both and not isinstance(expected, bool) and not isinstance(actual, bool) and expected == actual


def differences(expected, actual, where):
    """Yields 'field: expected X, got Y' for every leaf that differs."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(key for key in actual if key not in expected)]:
            place = f"{where}.{key}" if where else key
            if key not in expected:
                yield f"{place}: not expected, got {json.dumps(actual[key])}"
            elif key not in actual:
                yield f"{place}: expected {json.dumps(expected[key])}, missing"
            else:
                yield from differences(expected[key], actual[key], place)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{where}: expected {len(expected)} of them, got {len(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f"{where}[{index}]")
    elif not same_number(expected, actual) and (type(expected) is not type(actual) or expected != actual):
        yield f"{where}: expected {json.dumps(expected)}, got {json.dumps(actual)}"


def numbered(name):
    return {"visits": "visit", "sessions": "session", "trajectories": "trajectory", "searches": "search"}.get(name)


def document_differences(expected, actual):
    """As differences(), with visits, sessions, … named by their number and histograms by their name."""
    for part in ("visits", "sessions", "trajectories", "searches"):
        wanted, got = expected[part], actual.get(part)
        if not isinstance(got, list):
            yield f"{part}: missing"
            continue
        if len(wanted) != len(got):
            yield f"{part}: expected {len(wanted)} of them, got {len(got)}"
        for index, (one, other) in enumerate(zip(wanted, got), 1):
            for line in differences(one, other, ""):
                yield f"{numbered(part)} {index}, {line}"
    got = {histogram["name"]: histogram for histogram in actual.get("histograms", [])}
    for histogram in expected.get("histograms", []):
        name = histogram["name"]
        if name not in got:
            yield f"histogram {name}: missing"
        else:
            yield from (f"histogram {name}, {line}" for line in differences(histogram, got[name], ""))
    for key in actual:
        if key not in expected and key != "histograms":
            yield f"{key}: not expected"


def unexplained(expected, why):
    """The non-zero attention figures of the visits that why.md does not mention."""
    mentioned = set(re.findall(r"\d+", why))
    for visit in expected["visits"]:
        figures = {"attention_ms": visit["attention_ms"], "active_ms": visit["active_ms"]}
        for field in ("attention_by_input_age_ms", "audible_by_input_age_ms"):
            figures.update((f"{field}[{index}]", value) for index, value in enumerate(visit[field]))
        for index, value in enumerate(visit["attention_gaps"]["sum_ms"]):
            figures[f"attention_gaps.sum_ms[{index}]"] = value
        figures["attention_gaps.censored_ms"] = visit["attention_gaps"]["censored_ms"]
        for field, value in figures.items():
            if value and str(value) not in mentioned:
                yield f"why.md does not mention {value} (visit {visit['id']}, {field})"


def check(case, path, program, home):
    """The faults of one case, empty if it passes."""
    missing = [name for name in CASE_FILES if not (case / name).is_file()]
    if missing:
        return [f"{name} is missing" for name in missing]
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    faults = list(unexplained(expected, (case / "why.md").read_text(encoding="utf-8")))
    command = [path, "replay", str(case / "trace.jsonl"), "--json"]
    if program == "reference-replay":
        command = [path, str(case / "trace.jsonl")]
        expected.pop("histograms", None)
    try:
        faults += document_differences(expected, replay(command, home))
    except (ValueError, subprocess.TimeoutExpired) as fault:
        faults.append(str(fault))
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", metavar="PATH", help="the program")
    parser.add_argument("--program", choices=("dwellctl", "reference-replay"), default="dwellctl", help="which it is")
    parser.add_argument("--cases", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    parser.add_argument("--only", action="append", metavar="CASE", help="this case only (may be repeated)")
    options = parser.parse_args()

    if not os.access(options.path, os.X_OK):
        print(f"golden_test: no program {options.path}; build {options.program} first", file=sys.stderr)
        return 2
    cases = sorted(path for path in options.cases.iterdir() if path.is_dir() and path.name != "__pycache__")
    if options.only:
        cases = [case for case in cases if case.name in options.only]
    passed = 0
    with tempfile.TemporaryDirectory() as home:
        for case in cases:
            faults = check(case, options.path, options.program, home)
            passed += not faults
            print(f"{'FAIL' if faults else 'ok'}  {case.name}")
            for fault in faults[:MOST_DIFFERENCES_SHOWN]:
                print(f"      {fault}")
            if len(faults) > MOST_DIFFERENCES_SHOWN:
                print(f"      and {len(faults) - MOST_DIFFERENCES_SHOWN} more")
    print(f"{passed} of {len(cases)} golden cases passed")
    return 0 if cases and passed == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
