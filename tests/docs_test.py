#!/usr/bin/env python3
"""docs/measurement.md is complete and true: every field of design section 12, every registered histogram and every
cause of loss is explained there, and every example of a field or histogram is what the golden trace it names gives.

docs/reliability.md names tests and files that are there.

docs_test.py DWELLCTL. Prints every fault and exits 1 if there is one. That it finds faults is proved each time, on the
page with rows taken out and figures changed.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
TABLES = {"**A visit**": "visits", "**A session**": "sessions", "**A trajectory**": "trajectories",
          "**A search**": "searches"}
FIELD_EXAMPLE = re.compile(r"`(\w+)` (\d+): `([^`]*)`")
HISTOGRAM_EXAMPLE = re.compile(r"`(\w+)`: (\d+) samples?, sum (\d+)")


def goldens():
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8"))
            for file in sorted(GOLDEN.glob("*/expected.json"))}


def leaves(value, path=""):
    """(path, value) of everything in a JSON value that is no object: "input.keys", "results[].rank"."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from leaves(inner, path + "[]")
    else:
        yield path, value


def fields(part, cases):
    """The paths of all fields of a visit, session, … in the golden traces."""
    found = {path for expected in cases.values() for item in expected[part] for path, _ in leaves(item)}
    # What is null or empty in one and an object in another has its fields, not a row of its own.
    return {path for path in found if not any(other.startswith((path + ".", path + "[]")) for other in found)}


def sections(text):
    """Heading number → its text."""
    parts = re.split(r"(?m)^## (\d+)\. ", text)
    return {int(number): body for number, body in zip(parts[1::2], parts[2::2])}


def rows(text):
    """(first cell without its backticks, the other cells) of each row of a table."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) > 1:
            yield cells[0].strip("`"), cells[1:]


def at(value, path):
    """What stands at a path; of a list of objects, in the first."""
    for name in re.findall(r"\w+", path):
        value = (value[0] if isinstance(value, list) else value)[name]
    return value


def field_faults(text, cases):
    numbered = sections(text)
    every = numbered.get(19, "")
    for title, part in TABLES.items():
        start = every.find(title)
        table = every[start:] if start >= 0 else ""
        table = table[:min([i for other in TABLES if (i := table.find(other, 1)) > 0] or [len(table)])]
        told = dict(rows(table))
        known = fields(part, cases)
        for path in sorted(known - set(told)):
            yield f"{part}: {path} has no row in section 19"
        for path in sorted(set(told) - known):
            yield f"{part}: section 19 has {path}, which is no field"
        for path in sorted(set(told) & known):
            cells = told[path]
            if len(cells) != 5:
                yield f"{part}: {path}: {len(cells) + 1} cells (expected 6)"
                continue
            _, section, example, source, _ = cells
            leaf = re.findall(r"\w+", path)[-1]
            if not source or not section.isdigit() or not re.search(rf"`[^`\n]*\b{leaf}\b", numbered.get(int(section), "")):
                yield f"{part}: {path}: needs a source, and a section that names it (has section {section})"
            examples = FIELD_EXAMPLE.findall(example)
            if not examples:
                yield f"{part}: {path}: no example from a golden trace"
            for golden, number, printed in examples:
                items = [item for item in cases.get(golden, {}).get(part, []) if item["id"] == int(number)]
                if not items:
                    yield f"{part}: {path}: there is no {golden} {number}"
                elif json.loads(printed) != at(items[0], path):
                    yield f"{part}: {path}: {golden} {number} is {json.dumps(at(items[0], path))}, not {printed}"


def histogram_faults(text, registry, replayed):
    told = {name: cells for name, cells in rows(sections(text).get(16, "")) if re.match(r"[A-Z]\w*\.[A-Z]", name)}
    known = {entry["name"]: entry for entry in registry["histograms"]}
    for name in sorted(set(known) - set(told)):
        yield f"{name} has no row in section 16"
    for name in sorted(set(told) - set(known)):
        yield f"{name} is in section 16 and not registered"
    for name in sorted(set(told) & set(known)):
        cells = told[name]
        if len(cells) != 4 or not cells[3]:
            yield f"{name}: {len(cells) + 1} cells (expected unit, from, example and source behind the name)"
            continue
        unit, made_from, example, _ = cells
        if unit != (known[name].get("units") or known[name]["enum"]) or made_from != known[name]["from"]:
            yield f"{name}: unit or from are not the registry's"
        examples = HISTOGRAM_EXAMPLE.findall(example)
        if not examples and not example.startswith("computed: "):
            yield f"{name}: no example"
        for golden, count, total in examples:
            found = replayed(golden).get(name)
            if found != (int(count), int(total)):
                yield f"{name}: {golden} gives {found}, not {count} samples, sum {total}"


def loss_faults(text, registry):
    for cause in registry["enums"]["LossCause"]["values"]:
        if cause != "other" and not re.search(rf"`([a-z]+\.)?{cause}`", sections(text).get(15, "")):
            yield f"the loss {cause} is not in section 15"
    for row in re.findall(r"(?m)^\| (`.*?) \|", sections(text).get(15, "")):
        for cause in re.findall(r"`(?:tracker|browser)\.(\w+)`", row):
            if cause not in registry["enums"]["LossCause"]["values"]:
                yield f"the loss {cause} has no number in LossCause"


def named_faults(text, cases):
    for golden in sorted(set(re.findall(r"tests/golden/(\w+)", text)) - set(cases)):
        yield f"there is no tests/golden/{golden}"


def reliability_faults(text, registered):
    """Each test and file that docs/reliability.md names is there."""
    promises = [cells for _, cells in plain_rows(text.split("## What is lost")[0])]
    for cells in promises:
        for name in re.findall(r"`(\w+)`", cells[0]):
            if name not in registered:
                yield f"there is no test {name}"
        if not re.findall(r"`(\w+)`", cells[0]):
            yield f"a promise without a test: {cells}"
    for file in sorted(set(re.findall(r"`(tests/[\w/.]+)`", text))):
        path = ROOT / file
        if not path.exists() and not path.with_suffix(".h").exists():
            yield f"there is no {file}"


def plain_rows(text):
    """(first cell, the others) of each row of a table but its head."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith(("| ---", "| promise")):
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            yield cells[0], cells[1:]


def registered_tests():
    """The names that CMakeLists.txt files give to ctest."""
    names = set()
    for file in (ROOT / "tests").rglob("CMakeLists.txt"):
        text = file.read_text(encoding="utf-8")
        names.update(re.findall(r"dwell_test\((\w+)", text))
        names.update(re.findall(r"add_test\(NAME (\w+)", text))
        for variable, values, body in re.findall(r"foreach\((\w+) ([^)]*)\)(.*?)endforeach", text, re.S):
            for pattern in re.findall(r"dwell_test\(([\w${}]+)", body):
                names.update(pattern.replace("${%s}" % variable, value) for value in values.split())
    return names


def replayer(dwellctl, home):
    """golden → its histograms' (count, sum) by name, replayed once each; none for a golden that is not there."""
    environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
    known = {}

    def replayed(golden):
        trace = GOLDEN / golden / "trace.jsonl"
        if golden not in known and trace.exists():
            done = subprocess.run([dwellctl, "replay", str(trace), "--json"], env=environment, check=True,
                                  capture_output=True, text=True, timeout=60)
            known[golden] = {h["name"]: (h["count"], h["sum"]) for h in json.loads(done.stdout)["histograms"]}
        return known.get(golden, {})

    return replayed


def self_test(text, faults):
    """A page without faults has some when a row is gone or a figure wrong."""
    broken = [
        re.sub(r"(?m)^\| `input\.keys` .*\n", "", text),
        re.sub(r"(?m)^\| `distinct_urls` .*\n", "", text),
        re.sub(r"(?m)^\| `Tab\.NewTab` .*\n", "", text),
        re.sub(r"(?m)^\| `before_start` .*\n", "", text),
        text.replace("`tracker.links_again`", "`tracker.links_again`, `tracker.without_number`"),
        text.replace("`typed_and_completed` 1: `16`", "`typed_and_completed` 1: `17`"),
        re.sub(r"`reading`: (\d+) samples, sum ", r"`reading`: \g<1> samples, sum 9", text),
        text.replace("`tests/golden/lunch_break`", "`tests/golden/tea_break`"),
    ]
    for number, page in enumerate(broken, 1):
        assert page != text, f"self-test {number} changes nothing: it looks for what is not on the page"
        assert faults(page), f"self-test {number}: the fault was not found"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    text = (ROOT / "docs" / "measurement.md").read_text(encoding="utf-8")
    registry = json.loads((ROOT / "schemas" / "histograms.json").read_text(encoding="utf-8"))
    cases = goldens()
    with tempfile.TemporaryDirectory() as home:
        replayed = replayer(sys.argv[1], home)

        def faults(page):
            return [*field_faults(page, cases), *histogram_faults(page, registry, replayed),
                    *loss_faults(page, registry), *named_faults(page, cases)]

        found = faults(text)
        for fault in found:
            print(f"docs/measurement.md: {fault}")
        if not found:
            self_test(text, faults)
    reliability = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    promised = list(reliability_faults(reliability, registered_tests()))
    for fault in promised:
        print(f"docs/reliability.md: {fault}")
    assert list(reliability_faults(reliability.replace("`fault_matrix`", "`no_such_test`"), registered_tests()))
    found += promised
    print(f"{len(registry['histograms'])} histograms, {len(cases)} golden traces, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
