#!/usr/bin/env python3
"""Checks the registry of histograms and writes what is made from it: the C++ table and docs/histograms.md.

Every fault is printed, not only the first; exit 1 then. `--check` writes nothing and exits 1 if a file is stale.
"""
import argparse
import datetime
import itertools
import json
import pathlib
import re
import sys

KINDS = ("exponential", "linear", "boolean", "enumeration", "sparse")
SOURCES = ("visit", "session", "trajectory", "search", "event", "process")
FIELDS = {"name", "kind", "min", "max", "buckets", "units", "enum", "summary", "owner", "expiry", "from"}
NAME = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)+")
ENUM_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
VALUE_NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_SAMPLE = 2**31 - 2
MAX_BUCKETS = 1002


def no_twins(pairs):
    """JSON objects whose keys are all different: Python's own reader keeps the last of two silently."""
    names = [name for name, _ in pairs]
    for name in sorted({n for n in names if names.count(n) > 1}):
        raise ValueError(f'"{name}" stands twice in one object')
    return dict(pairs)


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_line(value):
    """Text that can stand in a table and in a string literal."""
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def enum_faults(name, enum):
    if not ENUM_NAME.fullmatch(name):
        yield f"enum {ascii(name)}: no name (expected UpperCamel)"
    if not isinstance(enum, dict):
        yield f"enum {name}: not an object"
        return
    values = enum.get("values")
    if not is_line(enum.get("summary")):
        yield f"enum {name}: no summary"
    if not isinstance(values, dict) or not values:
        yield f"enum {name}: no values"
        return
    seen = {}
    for value_name, value in values.items():
        if not VALUE_NAME.fullmatch(value_name):
            yield f"enum {name}: {value_name} is no name (expected lower_case)"
        if not is_integer(value) or not 0 <= value < MAX_BUCKETS - 2:
            yield f"enum {name}: {value_name} has no value (expected an integer from 0 to {MAX_BUCKETS - 3})"
        elif value in seen:
            yield f"enum {name}: {value_name} reuses the value {value} of {seen[value]}"
        else:
            seen[value] = value_name


def layout_faults(where, entry):
    given = [field for field in ("min", "max", "buckets") if field in entry]
    if entry["kind"] not in ("exponential", "linear"):
        if given:
            yield f"{where}: {entry['kind']} has no {', '.join(given)}"
        return
    if len(given) < 3 or not all(is_integer(entry[field]) for field in given):
        yield f"{where}: min, max and buckets are needed, as integers"
        return
    low, high, buckets = entry["min"], entry["max"], entry["buckets"]
    if not 1 <= low < high <= MAX_SAMPLE:
        yield f"{where}: min {low} and max {high} (expected 1 <= min < max <= {MAX_SAMPLE})"
    elif not 3 <= buckets <= min(MAX_BUCKETS, high - low + 2):
        yield f"{where}: {buckets} buckets (expected 3 to {min(MAX_BUCKETS, high - low + 2)})"


def histogram_faults(entry, enums, today):
    where = entry.get("name") if isinstance(entry.get("name"), str) else "a histogram without name"
    if not NAME.fullmatch(where):
        yield f"{where}: no name (expected Group.Name)"
    for field in sorted(set(entry) - FIELDS):
        yield f"{where}: unknown field {field}"
    for field in ("summary", "owner"):
        if not is_line(entry.get(field)):
            yield f"{where}: no {field}"
    if entry.get("from") not in SOURCES:
        yield f"{where}: no from (expected one of {', '.join(SOURCES)})"
    if ("units" in entry) == ("enum" in entry):
        yield f"{where}: exactly one of units and enum is needed"
    if "enum" in entry and not (isinstance(entry["enum"], str) and entry["enum"] in enums):
        yield f"{where}: unknown enum {entry['enum']}"
    if "units" in entry and not is_line(entry["units"]):
        yield f"{where}: no units"
    if entry.get("kind") not in KINDS:
        yield f"{where}: no kind (expected one of {', '.join(KINDS)})"
    else:
        if (entry["kind"] in ("enumeration", "boolean")) != ("enum" in entry):
            yield f"{where}: enumeration and boolean have an enum, the other kinds units"
        yield from layout_faults(where, entry)
    yield from expiry_faults(where, entry.get("expiry"), today)


def expiry_faults(where, expiry, today):
    if expiry == "never":
        return
    try:
        if datetime.date.fromisoformat(expiry) < today:
            yield f"{where}: expired on {expiry} (extend it with a reason, or remove what records it)"
    except (TypeError, ValueError):
        yield f"{where}: no expiry (expected YYYY-MM-DD or never)"


def faults(registry, today):
    """All that is wrong with the registry, as lines."""
    parts = registry if isinstance(registry, dict) else {}
    enums, histograms = parts.get("enums"), parts.get("histograms")
    if not isinstance(enums, dict) or not isinstance(histograms, list):
        yield "the registry: an object with enums (an object) and histograms (an array) is needed"
        return
    for name, enum in enums.items():
        yield from enum_faults(name, enum)
    names = {}
    for entry in histograms:
        if not isinstance(entry, dict):
            yield "a histogram that is no object"
            continue
        yield from histogram_faults(entry, enums, today)
        name = entry.get("name")
        key = constant(name) if isinstance(name, str) else None
        if key in names:
            yield f"{name}: the name is taken by {names[key]}"
        names.setdefault(key, name)
    used = [entry.get("enum") for entry in histograms if isinstance(entry, dict)]
    for name in enums:
        if name not in used:
            yield f"enum {name}: no histogram has it"


def constant(name):
    return "k" + name.replace(".", "")


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def header(histograms):
    ids = ",\n".join(f"  {constant(h['name'])}" for h in histograms)
    return f"""// Generated by schemas/generate_histograms.py from schemas/histograms.json.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dwell::schemas {{

/// Every histogram there is. A name that is not registered has no constant and does not compile.
/// Values are positions in the table: they are not persisted.
enum class HistogramId : std::uint16_t {{
{ids}
}};

inline constexpr std::size_t kHistogramCount = {len(histograms)};

/// hist::kInputKey
namespace hist {{
using enum HistogramId;
}}

}}  // namespace dwell::schemas
"""


def source(histograms, enums):
    parts = ["""// Generated by schemas/generate_histograms.py from schemas/histograms.json.
#include "schemas/histogram_registry.h"

namespace dwell::schemas {
namespace {
"""]
    for name, enum in enums.items():
        values = ", ".join(f"{{{quoted(n)}, {v}}}" for n, v in enum["values"].items())
        parts.append(f"constexpr HistogramEnumValue k{name}Values[] = {{{values}}};\n")
    rows = []
    for h in histograms:
        if "enum" in h:
            unit = f'"", {quoted(h["enum"])}, k{h["enum"]}Values'
        else:
            unit = f'{quoted(h["units"])}, "", {{}}'
        rows.append(f"    {{HistogramId::{constant(h['name'])}, {quoted(h['name'])}, "
                    f"HistogramKind::k{h['kind'].capitalize()}, {h.get('min', 0)}, {h.get('max', 0)}, "
                    f"{h.get('buckets', 0)}, {unit}, {quoted(h['summary'])}, {quoted(h['owner'])}, "
                    f"{quoted(h['expiry'])}, HistogramSource::k{h['from'].capitalize()}}}")
    parts.append("\nconstexpr HistogramInfo kInfos[] = {\n" + ",\n".join(rows) + "};\n")
    parts.append("""
}  // namespace

std::span<const HistogramInfo> histogramInfos() { return kInfos; }

}  // namespace dwell::schemas
""")
    return "".join(parts)


def layout_text(h):
    if h["kind"] in ("exponential", "linear"):
        return f"{h['kind']}, {h['min']} to {h['max']}, {h['buckets']} buckets"
    return h["kind"]


def reference(histograms, enums):
    lines = ["# Histograms", "",
             "Generated from `schemas/histograms.json` by `schemas/generate_histograms.py`; a test fails when it is "
             "stale.", "",
             "Bucket rules are Chromium's. `from` says what rows a histogram can be recomputed from; histograms from "
             "visits are kept for every page group as well as for all pages. Days are local days of the machine. An example "
             "and the source of each: [measurement.md](measurement.md), section 16.", ""]
    in_order = sorted(histograms, key=lambda entry: entry["name"])
    for group, entries in itertools.groupby(in_order, key=lambda entry: entry["name"].split(".")[0]):
        lines += [f"## {group}", "", "| name | buckets | units or enum | from | when, and what |",
                  "| --- | --- | --- | --- | --- |"]
        for h in entries:
            unit = h.get("units") or f"[{h['enum']}](#{h['enum'].lower()})"
            expiry = "" if h["expiry"] == "never" else f" Expires {h['expiry']}."
            lines.append(f"| {h['name']} | {layout_text(h)} | {unit} | {h['from']} | {h['summary']}{expiry} |")
        lines.append("")
    lines += ["## Enumerations", "", "Values are persisted: they never change and are never used again.", ""]
    for name, enum in sorted(enums.items()):
        values = " · ".join(f"{value} {n}" for n, value in sorted(enum["values"].items(), key=lambda v: v[1]))
        lines += [f"### {name}", "", enum["summary"], "", values, ""]
    return "\n".join(lines).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registry", type=pathlib.Path, required=True)
    parser.add_argument("--header", type=pathlib.Path, help="the C++ header to write")
    parser.add_argument("--source", type=pathlib.Path, help="the C++ source to write")
    parser.add_argument("--reference", type=pathlib.Path, help="the Markdown page to write")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args()

    try:
        registry = json.loads(options.registry.read_text(encoding="utf-8"), object_pairs_hook=no_twins)
    except (OSError, ValueError) as error:
        print(f"{options.registry}: {error}", file=sys.stderr)
        return 1
    found = list(faults(registry, datetime.date.today()))
    for fault in found:
        print(f"{options.registry}: {fault}", file=sys.stderr)
    if found:
        return 1

    histograms, enums = registry["histograms"], registry["enums"]
    outputs = {options.header: header(histograms), options.source: source(histograms, enums),
               options.reference: reference(histograms, enums)}
    stale = False
    for path, text in outputs.items():
        if path is None:
            continue
        if options.check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"{path}: stale; run {sys.argv[0]} with --reference", file=sys.stderr)
                stale = True
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
