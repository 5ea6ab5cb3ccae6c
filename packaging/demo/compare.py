"""Holds what was measured against the truth: prints the table and says whether they agree.

    python3 -m demo.compare TRUTH.json VISITS.json [REPORTS.json]

VISITS.json is what `dwellctl visits --json` printed, REPORTS.json what `dwell-collector reports --json` printed.
Exit status: 0 they agree, 1 they do not, 2 a file cannot be used.
"""

import json
import statistics
import sys
import urllib.parse

BOUND_MS = 150
# Two visits of one URL are at least seconds apart; browser and driver agree on a commit within some milliseconds.
SAME_START_MS = 1000
TIMES = ("attention_ms", "active_ms")


class InputError(Exception):
    """A file is not there or not what it should be."""


def match(truth, measured):
    """Pairs (true visit or None, measured visit or None), in the order of start.

    A pair has the same URL and starts within SAME_START_MS; of several candidates the nearest is taken.
    """
    left = sorted(measured, key=lambda visit: visit["start_ms"])
    pairs = []
    for true in sorted(truth, key=lambda visit: visit["start_ms"]):
        candidates = [visit for visit in left if visit["url"] == true["url"]
                      and abs(visit["start_ms"] - true["start_ms"]) <= SAME_START_MS]
        found = min(candidates, key=lambda visit: abs(visit["start_ms"] - true["start_ms"]), default=None)
        if found is not None:
            left.remove(found)
        pairs.append((true, found))
    pairs += [(None, visit) for visit in left]
    return sorted(pairs, key=lambda pair: (pair[0] or pair[1])["start_ms"])


def differences(truth, measured):
    """What is wrong with the measured visits, as sentences; empty when they are right."""
    found = []
    for true, visit in match(truth, measured):
        if visit is None:
            found.append(f"{true['url']} ({true['access_type']}) was visited and not measured")
            continue
        if true is None:
            found.append(f"{visit['url']} ({visit['access_type']}) was measured and not visited")
            continue
        if visit["access_type"] != true["access_type"]:
            found.append(f"{true['url']} was reached by {true['access_type']}, measured as {visit['access_type']}")
        if visit["typed_characters"] != true["typed_characters"]:
            found.append(f"{true['url']} ({true['access_type']}): {true['typed_characters']} characters were typed, "
                         f"measured {visit['typed_characters']}")
        for name in TIMES:
            error = visit[name] - true[name]
            if abs(error) > BOUND_MS:
                found.append(f"{true['url']}: {name} is {error:+d} ms off, more than {BOUND_MS} ms")
    return found


def report_differences(measured, reports):
    """Where the visits in the received reports are not the local ones, as sentences."""
    def by_id(visits):
        return {visit["id"]: visit for visit in visits}

    received = [visit for report in reports for visit in report["report"]["visits"]]
    found = []
    if len(by_id(received)) != len(received):
        found.append("a visit was reported more than once")
    local, remote = by_id(measured), by_id(received)
    for number in sorted(local.keys() | remote.keys()):
        if number not in remote:
            found.append(f"visit {number} ({local[number]['url']}) was not reported")
        elif number not in local:
            found.append(f"visit {number} ({remote[number]['url']}) was reported and is not in the local store")
        else:
            fields = [name for name in sorted(local[number].keys() | remote[number].keys())
                      if local[number].get(name) != remote[number].get(name)]
            if fields:
                found.append(f"visit {number} ({local[number]['url']}) differs in the report: {', '.join(fields)}")
    return found


def table(truth, measured):
    """The lines of the table truth against measured, with the largest and the median error below."""
    def pair(true, visit, name):
        cells = [str(side[name]) if side else "-" for side in (true, visit)]
        return [*cells, f"{visit[name] - true[name]:+d}" if true and visit else ""]

    rows = [["page", "access type", "measured", "attention", "measured", "error", "active", "measured", "error"]]
    for true, visit in match(truth, measured):
        parts = urllib.parse.urlsplit((true or visit)["url"])
        page = parts.netloc + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
        rows.append([page, true["access_type"] if true else "-", visit["access_type"] if visit else "-",
                     *pair(true, visit, "attention_ms"), *pair(true, visit, "active_ms")])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column < 3 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    lines.insert(1, "-" * max(map(len, lines)))
    for name in TIMES:
        errors = [abs(visit[name] - true[name]) for true, visit in match(truth, measured) if true and visit]
        if errors:
            lines.append(f"{name}: largest error {max(errors)} ms, median {statistics.median(errors):g} ms "
                         f"(bound {BOUND_MS} ms)")
    return lines


def compare(truth, measured, reports=None):
    """Prints table and verdict; True when everything agrees.

    truth, measured: lists of visits; reports: list of received reports, or None where there are none to compare.
    """
    for line in table(truth, measured):
        print(line)
    found = differences(truth, measured)
    if reports is not None:
        found += report_differences(measured, reports)
    for sentence in found:
        print(f"WRONG: {sentence}")
    if not found:
        print(f"all {len(truth)} visits agree with what the person did"
              + ("" if reports is None else ", and the reports with the local store"))
    return not found


def _read(path, check):
    try:
        with open(path, encoding="utf-8") as text:
            value = json.load(text)
        return check(value)
    except OSError as failure:
        raise InputError(f"{path}: {failure.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f"{path}: not the JSON that was expected (python3 -m demo.compare says which)") from None


def _visits(value):
    for visit in value:
        if not (isinstance(visit["url"], str) and isinstance(visit["access_type"], str)
                and type(visit["typed_characters"]) in (int, type(None))
                and all(type(visit[name]) is int for name in (*TIMES, "start_ms"))):
            raise TypeError
    return value


def _numbered_visits(value):
    if not all(type(visit["id"]) is int for visit in value):
        raise TypeError
    return _visits(value)


def read_truth(path):
    return _read(path, lambda value: _visits(value["visits"]))


def read_measured(path):
    return _read(path, _numbered_visits)


def read_reports(path):
    def check(value):
        for report in value:
            _numbered_visits(report["report"]["visits"])
        return value
    return _read(path, check)


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        truth, measured = read_truth(arguments[0]), read_measured(arguments[1])
        reports = read_reports(arguments[2]) if len(arguments) == 3 else None
    except InputError as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0 if compare(truth, measured, reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
