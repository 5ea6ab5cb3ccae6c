#!/usr/bin/env python3
"""Writes docs/data_dictionary.md: every table that `dwellctl export` writes, column by column.

Columns and their order come from the views themselves, made in an empty store; what each means from
data_dictionary.json, which must name exactly these; histograms from histograms.json. `--check` writes nothing and
exits 1 when the page is stale.
"""
import argparse
import json
import pathlib
import re
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "data_dictionary.md"
HEAD = """# Data dictionary

What `dwellctl export` writes (CSV, JSON Lines), and what the views of the store say. Made by
`schemas/generate_data_dictionary.py`; do not edit.

CSV is RFC 4180 in UTF-8: a missing value is empty, an empty text is `""`. A column `NAME_ms` that is a moment is followed by
`NAME_utc`, and `day` by `date`: the same in ISO 8601. Arrays are JSON. In JSON Lines a visit has the nested form of
`dwellctl visits --json` (`input_keys` here is `input.keys` there); all else has these columns.
"""


def store():
    database = sqlite3.connect(":memory:")
    database.create_function("link_rows", 1, lambda content: None)  # of link_v1: no rows are read here
    for folder, order in (("client", sorted), ("views", sorted)):
        for file in order((HERE / folder).glob("*.sql")):
            database.executescript(file.read_text(encoding="utf-8"))
    return database


def view_comment(view):
    lines = (HERE / "views" / f"{view}.sql").read_text(encoding="utf-8").splitlines()
    comment = []
    for line in lines:
        if not line.startswith("--"):
            break
        comment.append(line[2:].strip())
    return " ".join(comment)


def newest_views(database):
    """The latest version of each view."""
    newest = {}
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'"):
        base, version = re.fullmatch(r"(\w+)_v(\d+)", name).groups()
        newest[base] = max(newest.get(base, (0, "")), (int(version), name))
    return {name for _, name in newest.values()}


def page():
    database = store()
    tables = json.loads((HERE / "data_dictionary.json").read_text(encoding="utf-8"))
    described = {table["view"] for table in tables.values()}
    missing = newest_views(database) - described
    if missing:
        sys.exit(f"data_dictionary.json lacks the views {sorted(missing)}; dwellctl export must write them, too")
    parts = [HEAD]
    for name, table in tables.items():
        columns = [column[0] for column in database.execute(f"SELECT * FROM {table['view']}").description]
        if "features" in table:
            for column in columns[len(table["columns"]):]:
                table["columns"][column] = (f"feature of this name (`{table['features']}` of `schemas/event.schema.json`) · measures in "
                                            "px, flags 0 or 1")
        if columns != list(table["columns"]):
            differing = [pair for pair in zip(columns, table["columns"]) if pair[0] != pair[1]]
            sys.exit(f"{name}: the view has {columns}, data_dictionary.json differs (first: {differing[:1]})")
        parts.append(f"\n## {name}\n\n`{table['view']}`: {view_comment(table['view'])}\n\n| column | meaning · unit |\n"
                     "| --- | --- |\n")
        parts += [f"| `{column}` | {text.replace('|', chr(92) + '|')} |\n" for column, text in table["columns"].items()]
    registry = json.loads((HERE / "histograms.json").read_text(encoding="utf-8"))
    parts.append("\n## Names of histograms\n\n| name | unit | recorded |\n| --- | --- | --- |\n")
    for histogram in sorted(registry["histograms"], key=lambda h: h["name"]):
        unit = histogram.get("units") or f"enum {histogram['enum']}"
        parts.append(f"| `{histogram['name']}` | {unit} | {histogram['summary']} |\n")
    parts.append("\n## webtrackR\n\n`dwellctl export --format webtrackr` writes one CSV that the R package webtrackR reads as it is "
                 "(`as.wt_dt`):\n\n| column | meaning · unit |\n| --- | --- |\n"
                 "| `panelist_id` | the participant; without one the client id, without that `local` |\n"
                 "| `url` | as kept |\n"
                 "| `timestamp` | when the visit began · UTC, `YYYY-MM-DD hh:mm:ss.mmm` |\n"
                 "| `duration` | from its start to its end · s |\n"
                 "| `attention_seconds` | attention, measured: webtrackR would take the time to the next visit · s |\n"
                 "| `active_seconds` | active time, measured · s |\n"
                 "| `access_type` | how it was reached |\n"
                 "| `visit_id` | `id` of visits |\n\nVisits that ended in a redirect are left out: they are no pages seen.\n")
    return "".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 when the page is stale")
    arguments = parser.parse_args()
    text = page()
    if arguments.check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is stale: run schemas/generate_data_dictionary.py")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
