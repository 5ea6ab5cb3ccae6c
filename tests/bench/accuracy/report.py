"""The result as a table for a terminal, and as Markdown."""

import json

from .peers import PEERS
from .verdict import MEDIAN_BOUND_MS, WORST_BOUND_MS

TOOLS = ("dwell", *(peer.name for peer in PEERS))
DWELL_DEFINITION = ("dwell", "active time: the page attended (its tab active, its window focused, the session not "
                    "locked), and an input on the machine in the last 15 s", "docs/measurement.md")

CELL = "true ms, by the tool's own definition → measured ms (error in ms, in percent), visits lost or doubled"


def text(result):
    lines = [f"{result['browser']}; load {result['load']['before'][0]:.1f} before, "
             f"{result['load']['after'][0]:.1f} after; {result['seconds']} s", ""]
    lines += [f"{peer.name}: {peer.package}, {json.dumps(peer.settings)}" for peer in PEERS]
    lines += ["", f"per page: {CELL}", ""]
    return lines + _aligned(_rows(result)) + [""] + _aligned(_summary(result)) + [""] + _verdict(result)


def markdown(result):
    definitions = [["tool", "what its time is", "source"], list(DWELL_DEFINITION)]
    definitions += [[peer.name, peer.definition, peer.source] for peer in PEERS]
    settings = [f"* `{peer.package}`: `{json.dumps(peer.settings)}`" for peer in PEERS]
    parts = [f"Measured in {result['browser']}, load {result['load']['before'][0]:.1f} before and "
             f"{result['load']['after'][0]:.1f} after, {result['seconds']} s.", _marked(_summary(result)),
             f"Per page: {CELL}.",
             _marked(_rows(result)), "\n".join(_verdict(result)), "## Definitions", _marked(definitions), "## Settings",
             "\n".join(settings)]
    return "\n\n".join(parts) + "\n"


def _rows(result):
    rows = [["page", "visits", *TOOLS]]
    for page in result["pages"]:
        rows.append([page["page"], str(page["visits"]), *(_cell(page["tools"][tool]) for tool in TOOLS)])
    return rows


def _cell(figure):
    marks = "".join(f", {count} {name}" for name, count in (("lost", figure["lost"]), ("doubled", figure["doubled"]))
                    if count)
    if figure["measured_ms"] is None:
        return f"{figure['true_ms']} → nothing{marks}"
    percent = "" if figure["error_percent"] is None else f", {figure['error_percent']:+.1f}%"
    return f"{figure['true_ms']} → {figure['measured_ms']} ({figure['error_ms']:+d}{percent}){marks}"


def _summary(result):
    rows = [["tool", "median error", "worst error", "median percent", "visits lost", "doubled", "pages without a time"]]
    for tool in TOOLS:
        row = result["tools"][tool]
        rows.append([tool, f"{row['median_ms']:.0f} ms", f"{row['worst_ms']} ms", f"{row['median_percent']:.1f} %",
                     str(row["lost"]), str(row["doubled"]), str(row["without_time"])])
    return rows


def _verdict(result):
    active, attention = result["active"], result["attention"]
    lines = []
    for name, spread in (("active time", active), ("attention", attention)):
        if spread:
            lines.append(f"Dwell, {name}: median error {spread['median_ms']:g} ms (bound {MEDIAN_BOUND_MS}), worst "
                         f"{spread['worst_ms']} ms (bound {WORST_BOUND_MS})")
    lines += [f"MISSED: Dwell lost the visit of {url}" for url in result["lost"]]
    lines += [f"MISSED: Dwell has a visit of {url} that was not" for url in result["doubled"]]
    return [*lines, f"{'kept' if result['kept'] else 'MISSED'}: the bounds are for active time, visit by visit"]


def _aligned(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def _marked(rows):
    head, *rest = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest])
