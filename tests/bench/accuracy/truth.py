"""What is right, by each tool's own definition, from the person's log alone (packaging/demo/log.py).

Beside the demo's entries: `lock` and `unlock` (the session), `kill` (the browser's end).
A visit lasts from a commit to the tab's next commit or end. The same-document commits of a single-page application are
commits like any other.
"""

import dataclasses
import urllib.parse

from .intervals import both, length, normal, without

DWELL_IDLE_S = 15.0


@dataclasses.dataclass
class Visit:
    """One true visit: its page (the path), its time (seconds, CLOCK_MONOTONIC), and what happened in it."""

    url: str
    page: str
    begin: float
    end: float
    attended: list  # intervals
    inputs: list  # times of all inputs of the machine
    page_inputs: list  # times of those that went to this page

    def duration(self):
        """From the commit to the end: what is measured who measures time on page."""
        return self.end - self.begin

    def attention(self):
        """The visit's tab before the person, the session not locked."""
        return length(self.attended)

    def active(self, idle=DWELL_IDLE_S):
        """Attention while the machine's last input, of whatever kind, is younger than the idle threshold."""
        return length(both(self.attended, after(self.inputs, idle)))

    def focused_and_used(self, idle):
        """Attention while the last input that this page saw, its loading included, is younger than `idle`."""
        return length(both(self.attended, after([self.begin, *self.page_inputs], idle)))

    def used(self, idle):
        """As focused_and_used, but wherever the person looked meanwhile."""
        return length(both([(self.begin, self.end)], after([self.begin, *self.page_inputs], idle)))


def after(times, seconds):
    """The moments that are less than `seconds` after one of these times."""
    return normal((time, time + seconds) for time in times)


def visits(entries):
    """The true visits of http pages, in order of their beginning."""
    entries = sorted(entries, key=lambda entry: entry["t"])
    end = entries[-1]["t"]
    attended = _attended(entries, end)
    inputs = [entry["t"] for entry in entries if entry["kind"] == "input"]
    found = []
    for tab, url, begin, finish in _stretches(entries, end):
        address = urllib.parse.urlsplit(url)
        if address.scheme not in ("http", "https"):
            continue
        before_person = both([(begin, finish)], attended.get(tab, []))
        found.append(Visit(url, address.path, begin, finish, before_person, inputs,
                           [time for time in inputs if any(a <= time < b for a, b in before_person)]))
    return sorted(found, key=lambda visit: visit.begin)


def _stretches(entries, end):
    """(tab, URL, begin, end) of everything that a tab showed."""
    shown = {}
    for entry in entries:
        kind, tab, now = entry["kind"], entry.get("tab"), entry["t"]
        gone = [tab] if kind in ("commit", "close") else list(shown) if kind == "kill" else []
        for each in gone:
            if each in shown:
                yield each, *shown.pop(each), now
        if kind == "commit":
            shown[tab] = entry["url"], now
    for tab, (url, begin) in shown.items():
        yield tab, url, begin, end


def _attended(entries, end):
    """Tab -> the moments in which it is before the person."""
    spans, locked = {}, []
    tab = since = locked_since = None
    for entry in entries:
        now = entry["t"]
        if entry["kind"] == "attend":
            if tab is not None:
                spans.setdefault(tab, []).append((since, now))
            tab, since = entry["tab"], now
        elif entry["kind"] == "lock":
            locked_since = now
        elif entry["kind"] == "unlock":
            locked.append((locked_since, now))
            locked_since = None
    if tab is not None:
        spans.setdefault(tab, []).append((since, end))
    if locked_since is not None:
        locked.append((locked_since, end))
    return {each: without(normal(parts), normal(locked)) for each, parts in spans.items()}
