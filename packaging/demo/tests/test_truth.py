"""The truth, worked out by hand for small logs. Times are seconds; unix time is 1000 s ahead."""

import json
import os
import tempfile
import unittest

from demo import truth


def entry(t, kind, **fields):
    return {"t": t, "kind": kind, **fields}


def arrive(t, tab, url, access, started=None, typed=None):
    """The input that starts a navigation, and its commit."""
    started = t if started is None else started
    return [entry(started, "input"), entry(started, "intent", tab=tab, access=access, typed=typed),
            entry(t, "commit", tab=tab, url=url)]


def compute(*parts):
    entries = []
    for part in parts:
        entries += part if isinstance(part, list) else [part]
    return truth.compute(entries, 1000.0)


class Truth(unittest.TestCase):
    def test_a_visit_lasts_from_its_commit_to_the_next_commit_of_its_tab(self):
        visits = compute(entry(0, "attend", tab="a"),
                         arrive(1.1, "a", "http://one.test/", "typed_full", started=1.0, typed=8),
                         arrive(5.3, "a", "http://two.test/", "link", started=5.2),
                         entry(7, "attend", tab=None), entry(9, "end"))
        self.assertEqual(visits, [
            {"url": "http://one.test/", "access_type": "typed_full", "typed_characters": 8, "attention_ms": 4200,
             "active_ms": 4200, "start_ms": 1001100},
            {"url": "http://two.test/", "access_type": "link", "typed_characters": None, "attention_ms": 1700,
             "active_ms": 1700, "start_ms": 1005300},
        ])

    def test_time_is_active_until_15_s_after_the_last_input_and_again_from_the_next(self):
        # Inputs at 1 and 31: active 2..16 and 31..40; attended 2..40.
        (visit,) = compute(entry(0, "attend", tab="a"), arrive(2, "a", "http://one.test/", "link", started=1),
                           entry(31, "input"), entry(40, "attend", tab=None), entry(41, "end"))
        self.assertEqual((visit["attention_ms"], visit["active_ms"]), (38000, 23000))

    def test_an_input_elsewhere_keeps_the_person_active(self):
        # The input at 12 is made while another program has the focus; the return at 20 needs none for 12 + 15 = 27.
        (visit,) = compute(entry(0, "attend", tab="a"), arrive(1, "a", "http://one.test/", "link"),
                           entry(2, "attend", tab=None), entry(12, "input"), entry(20, "attend", tab="a"),
                           entry(30, "attend", tab=None), entry(31, "end"))
        self.assertEqual((visit["attention_ms"], visit["active_ms"]), (11000, 8000))

    def test_a_tab_behind_gets_attention_only_once_it_is_shown(self):
        first, behind = compute(
            entry(0, "attend", tab="a"), arrive(1, "a", "http://one.test/", "link"),
            arrive(2, "b", "http://two.test/", "link"), entry(5, "input"), entry(5, "attend", tab="b"),
            entry(8, "input"), entry(8, "attend", tab="a"), entry(9, "attend", tab=None), entry(9, "end"))
        self.assertEqual((first["attention_ms"], behind["attention_ms"]), (5000, 3000))

    def test_a_closed_tab_gets_no_more_attention(self):
        (visit,) = compute(entry(0, "attend", tab="a"), arrive(1, "a", "http://one.test/", "link"),
                           entry(3, "close", tab="a"), entry(9, "end"))
        self.assertEqual(visit["attention_ms"], 2000)

    def test_before_the_first_input_nothing_is_active(self):
        (visit,) = compute(entry(0, "attend", tab="a"), entry(1, "intent", tab="a", access="link", typed=None),
                           entry(1, "commit", tab="a", url="http://one.test/"), entry(4, "input"),
                           entry(6, "attend", tab=None), entry(6, "end"))
        self.assertEqual((visit["attention_ms"], visit["active_ms"]), (5000, 2000))

    def test_what_is_no_web_page_ends_a_visit_and_starts_none(self):
        visits = compute(entry(0, "attend", tab="a"), arrive(1, "a", "http://one.test/", "link"),
                         entry(4, "commit", tab="a", url="chrome://newtab/"), entry(9, "end"))
        self.assertEqual([visit["attention_ms"] for visit in visits], [3000])

    def test_fragments_are_cut(self):
        (visit,) = compute(arrive(1, "a", "http://one.test/?q=1#part", "link"), entry(2, "end"))
        self.assertEqual(visit["url"], "http://one.test/?q=1")

    def test_a_page_that_nobody_asked_for_is_no_truth(self):
        with self.assertRaisesRegex(truth.TruthError, "did not ask"):
            compute(entry(1, "commit", tab="a", url="http://one.test/"))

    def test_a_navigation_that_never_committed_is_no_truth(self):
        with self.assertRaisesRegex(truth.TruthError, "never committed"):
            compute(entry(1, "intent", tab="a", access="reload", typed=None), entry(5, "end"))
        with self.assertRaisesRegex(truth.TruthError, "never committed"):
            compute(entry(1, "intent", tab="a", access="reload", typed=None),
                    arrive(3, "a", "http://one.test/", "link"))

    def test_the_file_holds_visits_and_story(self):
        entries = [entry(0, "say", text="reads"), entry(0, "attend", tab="a"),
                   *arrive(1, "a", "http://one.test/", "link"), entry(2, "end")]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "truth.json")
            truth.write(path, entries, 1000.0)
            with open(path, encoding="utf-8") as text:
                written = json.load(text)
        self.assertEqual(written, {
            "idle_threshold_ms": 15000,
            "visits": [{"url": "http://one.test/", "access_type": "link", "typed_characters": None,
                        "attention_ms": 1000, "active_ms": 1000, "start_ms": 1001000}],
            "story": [{"at_ms": 1000000, "what": "reads"}]})


if __name__ == "__main__":
    unittest.main()
