#!/usr/bin/env python3
"""Mutated registries of histograms against their checker: registry_fuzz.py [--seconds N] [--seed S] [FILE]

Whatever the registry, the checker gives lines of faults and never a traceback; what it accepts keeps the rules of
design section 6, said here a second time, and can be written as C++ and Markdown. FILE: this registry only.
"""
import argparse
import copy
import datetime
import importlib.util
import json
import pathlib
import random
import re
import sys
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus/registry"
SPEC = importlib.util.spec_from_file_location("generate_histograms", ROOT / "schemas/generate_histograms.py")
generator = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generator)

TODAY = datetime.date(2026, 11, 21)
ODD = [None, True, False, 0, 1, -1, 2, 3, 1001, 1002, 1003, 2**31 - 2, 2**31 - 1, 2**63, 1.5, 1e308, "", " ", "x",
       "Input.Key", "never", "2026-11-20", "2026-11-21", "unknown", "\u0000", "\ud83d\ude00", [], {}, [[]], {"a": 1},
       "exponential", "boolean", "enumeration", "sparse", "linear", "visit", "process"]


def places(value, path=()):
    """Every place in the document, the root apart."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def parent_of(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def mutate(document, chance):
    """Changes one place: another value, one of elsewhere, gone, doubled, renamed."""
    every = list(places(document))
    if not every:
        return
    path = chance.choice(every)
    parent, key = parent_of(document, path), path[-1]
    kind = chance.randrange(6)
    if kind == 0:
        parent[key] = chance.choice(ODD)
    elif kind == 1:
        other = chance.choice(every)
        parent[key] = copy.deepcopy(parent_of(document, other)[other[-1]])
    elif kind == 2:
        del parent[key]
    elif kind == 3 and isinstance(parent[key], int) and not isinstance(parent[key], bool):
        parent[key] += chance.choice((-1, 1, 1000, -1000))
    elif isinstance(parent, list):
        parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(parent[key]))
    else:
        parent[chance.choice((str(key) + "_", "Way", "units", "enum", "min"))] = parent.pop(key)


def broken_rule(registry):
    """The first rule that an accepted registry breaks, if any."""
    enums, names, used = registry["enums"], set(), set()
    for enum in enums.values():
        values = list(enum["values"].values())
        if len(set(values)) != len(values) or not all(type(value) is int and value >= 0 for value in values):
            return "enum values are different integers from 0"
        if not enum["summary"].strip():
            return "enums have a summary"
    for entry in registry["histograms"]:
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)+", entry["name"]) or entry["name"] in names:
            return "names are Group.Name, once"
        names.add(entry["name"])
        if ("units" in entry) == ("enum" in entry):
            return "exactly one of units and enum"
        if "enum" in entry:
            used.add(entry["enum"])
        if not entry["summary"].strip() or not entry["owner"].strip():
            return "summary and owner"
        if entry["expiry"] != "never" and datetime.date.fromisoformat(entry["expiry"]) < TODAY:
            return "not expired"
        if entry["kind"] in ("exponential", "linear"):
            low, high, buckets = entry["min"], entry["max"], entry["buckets"]
            if any(type(number) is not int for number in (low, high, buckets)):
                return "a layout of integers"
            if not (1 <= low < high < 2**31 - 1 and 3 <= buckets <= min(1002, high - low + 2)):
                return "a layout within Chromium's rules"
        elif entry["kind"] not in ("boolean", "enumeration", "sparse"):
            return "a kind"
    return None if used == set(enums) else "every enum has a histogram, every histogram its enum"


def check(text):
    """Whether the registry was accepted. Raises what the checker or a rule says."""
    try:
        registry = json.loads(text, object_pairs_hook=generator.no_twins)
    except ValueError:
        return False  # the generator says so, with exit 1
    found = list(generator.faults(registry, TODAY))
    if not all(isinstance(fault, str) and fault for fault in found):
        raise AssertionError("a fault is a line")
    if found:
        return False
    if rule := broken_rule(registry):
        raise AssertionError(f"accepted, but broken: {rule}")
    histograms, enums = registry["histograms"], registry["enums"]
    for text in (generator.header(histograms), generator.source(histograms, enums),
                 generator.reference(histograms, enums)):
        text.encode("utf-8")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("file", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    if options.file:
        print("accepted" if check(options.file.read_text(encoding="utf-8")) else "refused")
        return 0

    chance = random.Random(options.seed)
    seeds = [file.read_text(encoding="utf-8") for file in sorted(CORPUS.glob("*.json"))]
    seeds.append((ROOT / "schemas/histograms.json").read_text(encoding="utf-8"))
    tried = accepted = 0
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        text = seeds[tried % len(seeds)]
        if tried >= len(seeds):
            document = json.loads(text)
            for _ in range(chance.choice((1, 1, 2, 3, 8))):
                mutate(document, chance)
            text = json.dumps(document)
        tried += 1
        try:
            accepted += check(text)
        except Exception:  # whatever it is, it is a finding
            crasher = ROOT / "build/fuzz/crash-registry.json"
            crasher.parent.mkdir(parents=True, exist_ok=True)
            crasher.write_text(text, encoding="utf-8")
            traceback.print_exc()
            print(f"registry: FAILED after {tried} registries; {crasher}")
            return 1
    print(f"registry: {tried} registries, {accepted} accepted, the others refused with their faults")
    return 0


if __name__ == "__main__":
    sys.exit(main())
