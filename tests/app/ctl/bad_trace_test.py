#!/usr/bin/env python3
"""Traces that no honest machine writes, through `dwellctl replay`: bad_trace_test.py PATH_OF_DWELLCTL

What breaks the schema stops the replay (exit 2) with line, field and what was expected, and nothing of the content;
what only contradicts itself has the outcome that docs/measurement.md section 15 says, and counts in Agent.Losses.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

DWELLCTL = None
ROOT = pathlib.Path(__file__).resolve().parents[3]
HEADER = {"trace": 1, "wall_start": "2026-11-21T10:00:00.000Z"}
MOST_URL = 2_097_152
MOST_RESULTS = 10_000
SECRET = "SECRET-WORDS"

CAUSES = json.loads((ROOT / "schemas/histograms.json").read_text(encoding="utf-8"))["enums"]["LossCause"]["values"]


def event(t, of_type, **fields):
    return {"t": t, "type": of_type, **fields}


def of(t, of_type, tab="1", **fields):
    return event(t, of_type, browser="b", tab=tab, **fields)


def page(t, url, tab="1", transition="link", **fields):
    return of(t, "navigation", tab, window="w", url=url, transition=transition, **fields)


def focused(t=0, window="w", browser="b"):
    return event(t, "window_focus", browser=browser, window=window)


def reading(url="https://meadow.test/"):
    """A page that is looked at from 0 on."""
    return [of(0, "tab_opened", window="w"), of(0, "tab_activated", window="w"), focused(), page(0, url)]


class BadTrace(unittest.TestCase):
    def run_trace(self, lines, expect):
        with tempfile.TemporaryDirectory() as home:
            trace = pathlib.Path(home) / "trace.jsonl"
            encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in [HEADER, *lines]]
            trace.write_bytes(b"\n".join(encoded) + b"\n")
            environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
            done = subprocess.run([DWELLCTL, "replay", str(trace), "--json"], env=environment, capture_output=True,
                                  timeout=100, check=False)
        self.assertEqual(done.returncode, expect, done.stderr[:2000])
        return done

    def replay(self, *lines):
        """Visits, searches, and what Agent.Losses has by cause."""
        out = json.loads(self.run_trace(lines, 0).stdout)
        losses = {}
        for histogram in out["histograms"]:
            if histogram["name"] == "Agent.Losses":
                for bucket in histogram["buckets"]:
                    losses.update({name: bucket["count"] for name, value in CAUSES.items() if value == bucket["low"]})
        return out, losses

    def refused(self, bad, *words):
        """A bad line after a good trace: what is said of it."""
        good = reading(f"https://meadow.test/{SECRET}")
        error = self.run_trace([*good, bad], 2).stderr.decode()
        self.assertIn(f"line {len(good) + 2}", error)
        for word in words:
            self.assertIn(word, error)
        self.assertNotIn(SECRET, error)
        self.assertLess(len(error), 1000)

    def test_time_that_goes_back_is_a_bad_line(self):
        self.run_trace([event(5, "lock"), event(5, "unlock")], 0)
        self.assertIn(b"line 3, /t: earlier than the event before (expected at least 5)",
                      self.run_trace([event(5, "lock"), event(4, "unlock")], 2).stderr)

    def test_time_beyond_what_a_number_holds_exactly(self):
        most = 2**53 - 1
        out, losses = self.replay(*reading(), event(most, "lock"))
        self.assertEqual(out["visits"][0]["attention_ms"], most)
        self.assertEqual(losses, {})
        self.refused(event(most + 1, "lock"), "/t")
        self.refused(event(-1, "lock"), "/t")

    def test_events_of_unknown_tabs_and_browsers(self):
        out, losses = self.replay(
            of(0, "tab_closed", "9"),                                  # there is nothing to close
            event(0, "browser_disconnected", browser="b"),             # nor anybody to leave
            of(0, "scroll_depth", "2", percent=50),                    # a page that was never told of
            of(0, "tab_activated", "3", window="w"), focused(), page(0, "https://meadow.test/", "3"),
            event(10, "end"))
        self.assertEqual([visit["attention_ms"] for visit in out["visits"]], [10])
        self.assertEqual(out["visits"][0]["tab_opened_by"], "unknown")
        self.assertEqual(losses, {"tab_unknown": 1, "browser_unknown": 1, "page_without_visit": 1})

    def test_a_tab_closed_or_a_browser_gone_twice_is_unknown_the_second_time(self):
        _, losses = self.replay(event(0, "browser_connected", browser="b"), *reading(),
                                of(1, "tab_closed"), of(2, "tab_closed"),
                                event(3, "browser_disconnected", browser="b"),
                                event(4, "browser_disconnected", browser="b"))
        self.assertEqual(losses, {"tab_unknown": 1, "browser_unknown": 1})

    def test_a_tab_opened_twice(self):
        out, losses = self.replay(of(0, "tab_opened", window="w", how="button"), *reading()[1:],
                                  of(5, "tab_opened", window="w", how="link"), page(6, "https://meadow.test/2"),
                                  event(9, "end"))
        self.assertEqual([visit["tab_opened_by"] for visit in out["visits"]], ["button", "link"])
        self.assertEqual([visit["attention_ms"] for visit in out["visits"]], [6, 3])
        self.assertEqual(losses, {"tab_opened_twice": 1})

    def test_the_focus_of_a_window_never_seen_is_nobodys_until_a_tab_is_there(self):
        out, losses = self.replay(*reading(), focused(10, "other"), of(30, "tab_activated", window="other"),
                                  focused(35, "other"), event(40, "end"))
        self.assertEqual([visit["attention_ms"] for visit in out["visits"]], [20])
        self.assertEqual(losses, {"window_unknown": 1})
        _, losses = self.replay(focused(0, "w", "another"), event(1, "window_focus", browser="none", window=None))
        self.assertEqual(losses, {"window_unknown": 1})

    def test_absurd_counts_and_percentages_are_bad_lines(self):
        for bad, field in ((event(1, "input", kind="scroll", count=1_000_001), "/count"),
                           (event(1, "input", kind="scroll", count=0), "/count"),
                           (event(1, "input", kind="scroll", count=1e300), "/count"),
                           (event(1, "input", kind="mouse_move", distance_px=-1), "/distance_px"),
                           (of(1, "scroll_depth", percent=101), "/percent"),
                           (of(1, "scroll_depth", percent=-1), "/percent"),
                           (of(1, "form", fields=2**63), "/fields"),
                           (of(1, "page_vitals", lcp_ms=-1), "/lcp_ms"),
                           (of(1, "serp", engine="e", query=SECRET, results=[{"rank": 10**7, "url": "u"}]), "/rank"),
                           (of(1, "serp_seen", ranks=[1, -1]), "/ranks/1")):
            with self.subTest(bad=bad):
                self.refused(bad, field, "expected")

    def test_the_largest_counts_add_up_and_stay_numbers(self):
        many = [event(1, "input", kind="scroll", count=1_000_000)] * 2_000
        out, losses = self.replay(*reading(), *many)
        self.assertEqual(out["visits"][0]["input"]["scrolls"], 2_000_000_000)
        self.assertEqual(losses, {})

    def test_an_enormous_url_is_kept_whole_up_to_2_mb(self):
        url = "https://meadow.test/" + "x" * (MOST_URL - 25)
        out, losses = self.replay(*reading(url), page(5, url + "#part", transition="typed",
                                                      qualifiers=["from_address_bar"]), event(9, "end"))
        self.assertEqual([visit["access_type"] for visit in out["visits"]], ["external", "address_bar"])
        self.assertTrue(all(visit["url"] == url for visit in out["visits"]))  # a difference would be 2 MB long
        self.assertEqual(losses, {})

    def test_a_longer_url_is_a_bad_line(self):
        self.refused(page(1, f"https://meadow.test/{SECRET}" + "x" * MOST_URL), "/url", "at most 2097152")

    def test_a_url_that_is_none_is_a_page_like_others_or_no_page(self):
        out, losses = self.replay(*reading("https://"), page(1, "http:///%zz%"), page(2, ""), page(3, "https://[::1"),
                                  page(4, "https://a.test/\u0000\u202e\U0001f600"), event(5, "end"))
        self.assertEqual([visit["attention_ms"] for visit in out["visits"]], [1, 1, 1, 1])
        self.assertEqual(losses, {})

    def test_invalid_utf8_is_a_bad_line(self):
        for bad in (b'{"t":1,"type":"mark","name":"' + SECRET.encode() + b'\xff\xfe"}',
                    b'{"t":1,"type":"mark","name":"\xc0\x80"}', b'{"t":1,"type":"mark","name":"\xed\xa0\x80"}'):
            self.refused(bad, "invalid UTF-8")

    def test_half_a_character_written_as_an_escape_is_a_bad_line(self):
        self.refused(b'{"t":1,"type":"mark","name":"\\ud800"}', "no valid JSON")

    def test_ten_thousand_open_tabs(self):
        tabs = [str(number) for number in range(10_000)]
        opened = [of(0, "tab_opened", tab, window="w") for tab in tabs]
        pages = [page(1, f"https://meadow.test/{tab}", tab) for tab in tabs]
        shown = [of(2 + number, "tab_activated", tab, window="w") for number, tab in enumerate(tabs)]
        out, losses = self.replay(focused(), *opened, *pages, *shown, event(2 + len(tabs), "end"))
        self.assertEqual(len(out["visits"]), 10_000)
        self.assertEqual({visit["attention_ms"] for visit in out["visits"]}, {1})
        self.assertEqual(losses, {"window_unknown": 1})  # the focus came first

    def test_a_serp_with_ten_thousand_results(self):
        results = [{"rank": rank, "url": f"https://r{rank}.test/", "kind": "web"} for rank in range(MOST_RESULTS)]
        search = "https://search.test/?q=1"
        out, losses = self.replay(*reading(search), of(1, "serp", engine="e", query="q", results=results),
                                  of(2, "serp_seen", ranks=list(range(MOST_RESULTS))),
                                  event(3, "input", kind="mouse_down"), page(4, "https://r9999.test/"), event(9, "end"))
        self.assertEqual(out["visits"][0]["results_page"]["results"], MOST_RESULTS)
        self.assertEqual(out["visits"][1]["serp"]["rank"], 9999)
        served = out["searches"][0]["results"]
        self.assertEqual((len(served), sum(row["seen"] for row in served)), (MOST_RESULTS, MOST_RESULTS))
        self.assertEqual([row["rank"] for row in served if row["clicked"]], [9999])
        self.assertEqual(losses, {})

    def test_one_result_more_is_a_bad_line(self):
        results = [{"rank": rank, "url": "u"} for rank in range(MOST_RESULTS + 1)]
        self.refused(of(1, "serp", engine="e", query=SECRET, results=results), "/results", "at most 10000")

    def test_ranks_seen_without_end_are_remembered_up_to_a_limit(self):
        seen = [of(2, "serp_seen", ranks=list(range(start, start + MOST_RESULTS)))
                for start in range(0, 3 * MOST_RESULTS, MOST_RESULTS)]
        _, losses = self.replay(*reading(), *seen)
        self.assertEqual(losses, {"ranks_dropped": 10_000})

    def test_events_of_unknown_types_are_left_out(self):
        out, losses = self.replay(*reading(), event(3, "telepathy", browser="b"), event(5, "holiday"))
        self.assertEqual(out["visits"][0]["attention_ms"], 5)
        self.assertEqual(losses, {"event_unknown": 2})


if __name__ == "__main__":
    DWELLCTL = sys.argv.pop(1)
    unittest.main()
