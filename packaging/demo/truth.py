"""What a perfect measurement would say: visits, attention and active time, from the driver's log alone.

The rules are design.md section 5's, for what the story contains: a visit lasts from a commit to the tab's next
commit or end; it is attended while its tab is the one before the person; time is active while the last input, of
whatever kind, is younger than the idle threshold. Access types are what the person meant to do: the log's intents.
"""

import json
import urllib.parse

IDLE_THRESHOLD_S = 15.0


class TruthError(Exception):
    """The log contradicts itself: the browser did something that the person did not ask for, or the reverse."""


def compute(entries, unix_offset):
    """The visits in order of their start, from the log's entries in order of time.

    unix_offset: unix time minus CLOCK_MONOTONIC, in seconds.
    """
    visits = []
    current = {}  # tab -> the visit that it shows
    intents = {}  # tab -> access type of the navigation under way, and characters typed into the address bar
    attended = None
    last_input = None
    before = None
    for entry in sorted(entries, key=lambda item: item["t"]):
        now, kind, tab = entry["t"], entry["kind"], entry.get("tab")
        visit = current.get(attended)
        if visit is not None:
            visit["attention"] += now - before
            if last_input is not None:
                visit["active"] += max(0.0, min(now, last_input + IDLE_THRESHOLD_S) - before)
        before = now
        if kind == "input":
            last_input = now
        elif kind == "intent":
            if tab in intents:
                raise TruthError(f"a navigation ({intents[tab][0]}) never committed")
            intents[tab] = entry["access"], entry["typed"]
        elif kind == "attend":
            attended = tab
        elif kind == "close":
            current.pop(tab, None)
        elif kind == "commit":
            _commit(entry, visits, current, intents)
        elif kind == "end":
            break
    if intents:
        raise TruthError(f"navigations never committed: {', '.join(access for access, _ in intents.values())}")
    return [{
        "url": visit["url"],
        "access_type": visit["access"],
        "typed_characters": visit["typed"],
        "attention_ms": round(visit["attention"] * 1000),
        "active_ms": round(visit["active"] * 1000),
        "start_ms": round((visit["start"] + unix_offset) * 1000),
    } for visit in visits]


def _commit(entry, visits, current, intents):
    tab, url = entry["tab"], entry["url"]
    current.pop(tab, None)
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        return
    if tab not in intents:
        raise TruthError(f"the browser committed {url}, which the person did not ask for")
    access, typed = intents.pop(tab)
    visit = {"url": urllib.parse.urldefrag(url).url, "access": access, "typed": typed, "start": entry["t"],
             "attention": 0.0, "active": 0.0}
    visits.append(visit)
    current[tab] = visit


def write(path, entries, unix_offset):
    """Computes the truth and writes it, closed on return."""
    story = [{"at_ms": round((entry["t"] + unix_offset) * 1000), "what": entry["text"]}
             for entry in entries if entry["kind"] == "say"]
    truth = {"idle_threshold_ms": round(IDLE_THRESHOLD_S * 1000), "visits": compute(entries, unix_offset),
             "story": story}
    with open(path, "w", encoding="utf-8") as out:
        json.dump(truth, out, indent=1)
        out.write("\n")
    return truth
