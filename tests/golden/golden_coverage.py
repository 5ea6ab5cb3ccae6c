#!/usr/bin/env python3
"""Every field and name of design.md's section 12 occurs in the expected results of some golden trace.

golden_coverage.py [--cases DIR] [--schemas DIR]

A field that no rule fills is null, zero or empty in all of them, and could hide: here it is named. Each place of an
array per bucket is a field. The names come from the schemas, the fields are those of section 12.
"""
import argparse
import json
import pathlib
import sys

BUCKETS = 13
VISIT = """
    id url source_visit redirected_from access_type start_ms end_ms exit session tab_opened_by attention_ms active_ms
    visible_unattended_ms attention_first_ms attention_last_ms attention_gaps.censored_ms
    input.mouse_moves input.mouse_downs input.mouse_ups input.keys input.browser_keys input.scrolls input.touches
    input.mouse_distance_px input.synthetic scroll_depth_percent form.fields form.characters form.autofilled
    links_pressed typed_characters serp.visit serp.engine serp.query serp.rank results_page.engine results_page.query
    results_page.results dwell_ms quick_back pogo_stick trajectory.id trajectory.step login_form label vitals.lcp_ms
    vitals.inp_ms vitals.cls local_hour weekday revisit participant browser utc_offset_min input_source""".split()
ARRAYS = ("attention_by_input_age_ms", "audible_by_input_age_ms", "attention_gaps.count", "attention_gaps.sum_ms")
FIELDS = {
    "visits": VISIT + [f"{name}.{bucket}" for name in ARRAYS for bucket in range(BUCKETS)],
    "sessions": "id start_ms end_ms pages active_ms".split(),
    "trajectories": "id login_url site start_ms end_ms end_reason steps.0 distinct_urls active_ms".split(),
    "searches": """id engine query session serp_visits.0
        results.0.rank results.0.url results.0.kind results.0.seen results.0.clicked""".split(),
}
OWN_EXITS = ("redirect", "closed", "browser_closed", "agent_stopped")
EXCEPTIONS = {
    "visits.input_source": "null in a replay, which has no input source (section 12)",
    "exit restored": "only the first navigation of a tab is restored (5.4), and it has no visit to end",
    "end_reason unknown": "a name of the histogram for what a later version may send; 5.6 ends no trajectory so",
}


def leaves(value, where=""):
    """Yields (path, value) for every leaf and every empty list; of a list of objects, all are at index 0."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{where}.{key}" if where else key)
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from leaves(part, f"{where}.{0 if isinstance(part, dict) else index}")
    else:
        yield where, value


def occurring(documents):
    """Every 'table.field', with whether it is somewhere neither null, zero, false nor empty."""
    places = {}
    for document in documents:
        for table in FIELDS:
            for path, value in (leaf for row in document[table] for leaf in leaves(row)):
                place = f"{table}.{path}"
                places[place] = places.get(place, False) or bool(value)
    return places


def names_occurring(documents):
    visits = [visit for document in documents for visit in document["visits"]]
    trajectories = [trajectory for document in documents for trajectory in document["trajectories"]]
    return {
        f"{field} {visit[field]}" for visit in visits for field in ("access_type", "exit", "tab_opened_by")
    } | {f"end_reason {trajectory['end_reason']}" for trajectory in trajectories}


def names_defined(schemas):
    enums = json.loads((schemas / "histograms.json").read_text(encoding="utf-8"))["enums"]
    access_types = list(enums["AccessType"]["values"])
    return (
        {f"access_type {name}" for name in access_types}
        | {f"exit {name}" for name in [*access_types, *OWN_EXITS]}
        | {f"tab_opened_by {name}" for name in enums["TabOpenedBy"]["values"]}
        | {f"end_reason {name}" for name in enums["TrajectoryEnd"]["values"]}
    )


def unlisted(places, wanted):
    """Fields that section 12 does not have, used or not: neither wanted, nor null or empty where parts are wanted,
    nor a further place of a plain list."""
    parents = {field[:end] for field in wanted for end, letter in enumerate(field) if letter == "."}
    plain = {field[: -len(".0")] for field in wanted if field.endswith(".0")}
    return {place for place in places if place not in wanted | parents and place.rpartition(".")[0] not in plain}


def faults(documents, schemas):
    """What is missing, and the exceptions that are none any more."""
    wanted = {f"{table}.{field}" for table, fields in FIELDS.items() for field in fields}
    places = occurring(documents)
    names, defined = names_occurring(documents), names_defined(schemas)
    missing = {field for field in wanted if not places.get(field)} | (defined - names)
    for place in sorted(missing - EXCEPTIONS.keys()):
        yield f"{place}: null, zero or absent in all expected results"
    for place in sorted(EXCEPTIONS.keys() - missing):
        yield f"{place}: occurs, and is excepted"
    for place in sorted(unlisted(places, wanted)):
        yield f"{place}: no field of section 12"
    for place in sorted(names - defined):
        yield f"{place}: no name of histograms.json"


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=pathlib.Path, default=here)
    parser.add_argument("--schemas", type=pathlib.Path, default=here.parents[1] / "schemas")
    options = parser.parse_args()

    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(options.cases.glob("*/expected.json"))]
    found = list(faults(documents, options.schemas))
    for fault in found:
        print(fault)
    print(f"{len(documents)} expected results, {len(found)} faults")
    return 1 if found or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
