"""Errors and losses of each tool, and whether Dwell keeps its bounds.

Dwell is judged visit by visit; what a peer reports can only be told apart by page, so all tools' figures are summed
over a page's visits for the table.
"""

import statistics

from demo.compare import match

from .peers import PEERS, Reported

MEDIAN_BOUND_MS = 50
WORST_BOUND_MS = 250


def judge(true, unix_offset, measured, reported):
    """true: truth.visits(); measured: `dwellctl visits --json`; reported: peer's name -> page -> Reported."""
    pairs = match([_comparable(visit, unix_offset) for visit in true], measured)
    errors = [visit["active_ms"] - right["active_ms"] for right, visit in pairs if right and visit]
    attention = [visit["attention_ms"] - right["attention_ms"] for right, visit in pairs if right and visit]
    lost = [right["url"] for right, visit in pairs if visit is None]
    doubled = [visit["url"] for right, visit in pairs if right is None]
    median = statistics.median(map(abs, errors)) if errors else None
    worst = max(map(abs, errors), default=None)
    kept = bool(errors) and median <= MEDIAN_BOUND_MS and worst <= WORST_BOUND_MS and not lost and not doubled
    pages = list(dict.fromkeys(visit.page for visit in true))
    figures = [_page(page, [visit for visit in true if visit.page == page], pairs, reported) for page in pages]
    return {
        "kept": kept, "lost": lost, "doubled": doubled,
        "active": _spread(errors), "attention": _spread(attention),
        "visits": [{"url": right["url"], "active_ms": right["active_ms"], "attention_ms": right["attention_ms"],
                    "active_error_ms": visit and visit["active_ms"] - right["active_ms"],
                    "attention_error_ms": visit and visit["attention_ms"] - right["attention_ms"]}
                   for right, visit in pairs if right],
        "pages": figures,
        "tools": {name: _over_pages([page["tools"][name] for page in figures])
                  for name in ("dwell", *(peer.name for peer in PEERS))},
    }


def _comparable(visit, unix_offset):
    return {"url": visit.url, "page": visit.page, "start_ms": round((visit.begin + unix_offset) * 1000),
            "attention_ms": round(visit.attention() * 1000), "active_ms": round(visit.active() * 1000)}


def _spread(errors):
    sizes = [abs(error) for error in errors]
    return {"median_ms": statistics.median(sizes), "worst_ms": max(sizes)} if sizes else None


def _page(page, visits, pairs, reported):
    here = [(right, visit) for right, visit in pairs if right and right["page"] == page]
    found = [visit["active_ms"] for _, visit in here if visit]
    tools = {"dwell": _figure(sum(right["active_ms"] for right, _ in here), sum(found) if found else None,
                              len(found), len(visits))}
    for peer in PEERS:
        said = reported[peer.name].get(page, Reported())
        tools[peer.name] = _figure(round(1000 * sum(map(peer.time, visits))), said.ms, said.views, len(visits))
    return {"page": page, "visits": len(visits), "tools": tools}


def _figure(true_ms, ms, noticed, visits):
    error = round((ms or 0) - true_ms)
    return {"true_ms": true_ms, "measured_ms": None if ms is None else round(ms), "error_ms": error,
            "error_percent": round(100 * error / true_ms, 1) if true_ms else None,
            "lost": max(0, visits - noticed), "doubled": max(0, noticed - visits)}


def _over_pages(figures):
    """Of one tool: median and worst error, visits lost and doubled, pages without any time."""
    return {**_spread([figure["error_ms"] for figure in figures]),
            "median_percent": statistics.median(abs(figure["error_percent"]) for figure in figures
                                                if figure["error_percent"] is not None),
            "lost": sum(figure["lost"] for figure in figures), "doubled": sum(figure["doubled"] for figure in figures),
            "without_time": sum(figure["measured_ms"] is None for figure in figures)}
