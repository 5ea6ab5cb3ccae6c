"""The peers: their settings, what each of them defines to be its time, and how to read what it reported.

`time` is the true value of one visit by the peer's own definition, in seconds; `read` gives what the bodies that the
sink received say: page -> Reported.
"""

import base64
import collections
import dataclasses
import json
import typing
import urllib.parse

TIMEME_IDLE_S = 30


@dataclasses.dataclass
class Peer:
    name: str
    package: str
    settings: dict
    definition: str
    source: str
    time: typing.Callable  # true visit -> seconds
    read: typing.Callable  # bodies -> {page: Reported}
    sink: str  # what it reports to


@dataclasses.dataclass
class Reported:
    """Of one page: the time in ms, None where none was reported, and how many of its visits were noticed."""

    ms: float = None
    views: int = 0

    def add(self, ms):
        self.ms = (self.ms or 0) + ms


def _page(url):
    return urllib.parse.urlsplit(url).path


def read_snowplow(bodies, tracker, first, heartbeat):
    """Of one of the trackers in the page: first, heartbeat: its minimumVisitLength and heartbeatDelay, in s."""
    views, pings = {}, collections.defaultdict(set)
    for body in bodies:
        for event in json.loads(body)["data"]:
            if event["tna"] != tracker:
                continue
            contexts = json.loads(event["co"])["data"]
            view = next(each["data"]["id"] for each in contexts if "/web_page/" in each["schema"])
            if event["e"] == "pv":
                views[view] = _page(event["url"])
            elif event["e"] == "pp":
                pings[view].add(int(event["dtm"]) // 1000 // heartbeat)
    found = collections.defaultdict(Reported)
    for view, page in views.items():
        found[page].views += 1
        if pings[view]:
            found[page].add((heartbeat * (len(pings[view]) - 1) + first) * 1000)
    return found


def read_plausible(bodies):
    found = collections.defaultdict(Reported)
    for body in bodies:
        event = json.loads(body)
        if event["n"] == "pageview":
            found[_page(event["u"])].views += 1
        elif event["n"] == "engagement":
            found[_page(event["u"])].add(event["e"])
    return found


def read_timeme(bodies):
    last = {}  # a page load tells its times so far, again and again
    for body in bodies:
        message = json.loads(body)
        for page in message["pages"]:
            last[message["load"], page["pageName"]] = page["timeOnPage"]
    found = collections.defaultdict(Reported)
    for (_, page), seconds in last.items():
        found[page].views += 1
        found[page].add(seconds * 1000)
    return found


def read_posthog(bodies):
    found = collections.defaultdict(Reported)
    for body in bodies:
        if body.startswith(b"data="):  # what a page sends while it goes, as a form
            body = base64.b64decode(urllib.parse.unquote_to_bytes(body[len(b"data="):]))
        message = json.loads(body)
        for event in message.get("batch", [message]) if isinstance(message, dict) else message:
            if "event" not in event:
                continue
            properties = event["properties"]
            if event["event"] == "$pageview":
                found[_page(properties["$current_url"])].views += 1
            if event["event"] in ("$pageview", "$pageleave") and "$prev_pageview_duration" in properties:
                found[properties["$prev_pageview_pathname"]].add(properties["$prev_pageview_duration"] * 1000)
    return found


def _snowplow(name, first, heartbeat, why):
    return Peer(
        name, "@snowplow/browser-tracker 4.10.1",
        {"activity": {"minimumVisitLength": first, "heartbeatDelay": heartbeat},
         "tracker": {"appId": "accuracy", "encodeBase64": False, "bufferSize": 1, "keepalive": True,
                     "contexts": {"webPage": True}}},
        "engaged time: heartbeat x (distinct heartbeats with a page ping - 1) + minimum visit length; a ping says that "
        "the page saw an input since the last heartbeat. True value: the visit's time with an input of the page, or "
        f"its loading, in the last {heartbeat} s",
        f"dbt-snowplow-web, snowplow_web_pv_engaged_time.sql; scheduleActivityInterval in the tracker; {why}",
        lambda visit: visit.used(heartbeat), lambda bodies: read_snowplow(bodies, name, first, heartbeat), "snowplow")


PEERS = [
    _snowplow("snowplow", 5, 10, "5 s and 10 s are the model's defaults"),
    _snowplow("snowplow-1s", 1, 1, "1 s, the finest that the tracker takes"),
    Peer("plausible", "@plausible-analytics/tracker 0.4.6", {"domain": "meadow.test", "autoCapturePageviews": True},
         "engagement time: the page is visible and has the focus; sent when it is left, if 3 s long or scrolled "
         "deeper. True value: attention, however short",
         "plausible.js in the package: `\"visible\" === document.visibilityState && document.hasFocus()`",
         lambda visit: visit.attention(), read_plausible, "plausible"),
    Peer("timeme", "timeme.js 2.1.0", {"idleTimeoutInSeconds": TIMEME_IDLE_S},
         "time on page: visible, focused, and an input of the page in the last 30 s. True value: the same",
         "timeme.js in the package: checkIdleState, listenForUserLeavesOrReturnsEvents (30 s is its default)",
         lambda visit: visit.focused_and_used(TIMEME_IDLE_S), read_timeme, "timeme"),
    Peer("posthog", "posthog-js 1.449.2",
         {"defaults": "latest", "capture_pageview": "history_change", "capture_pageleave": True,
          "opt_out_useragent_filter": True, "disable_compression": True, "advanced_disable_flags": True,
          "disable_session_recording": True, "disable_surveys": True},
         "$prev_pageview_duration: from the page view to the next one or to leaving the page, whatever happens between. "
         "True value: the visit's length",
         "page-view.js in the package: `timestamp - previousPageView.timestamp`",
         lambda visit: visit.duration(), read_posthog, "posthog"),
]
