#!/usr/bin/env python3
"""docs/privacy.md names every field of a report, and only those.

Prints every fault and exits 1 if there is one. That it finds faults is proved each time, on the page without a row and with a
field that is not there.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def properties(node):
    """The names of all properties that a JSON Schema knows, at any depth."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for inner in node.values():
            yield from properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from properties(inner)


def faults(text, known):
    start = text.find("<!-- fields:")
    table = text[start:text.find("\n\n", start)] if start >= 0 else ""
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    yield from (f"{name} is in a report and in no row" for name in sorted(known - named))
    yield from (f"{name} is in a row and in no report" for name in sorted(named - known))


def main():
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    known = set(properties(schema))
    found = list(faults(text, known))
    without = re.sub(r"(?m)^\| `losses` .*\n", "", text)
    if list(faults(without, known)) == found or list(faults(text.replace("`losses`", "`lossez`"), known)) == found:
        found.append("this test does not find a row that is missing or wrong")
    for fault in found:
        print("docs/privacy.md:", fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
