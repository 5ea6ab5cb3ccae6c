import unittest

from accuracy import truth
from accuracy.intervals import both, length, normal, without


def entry(t, kind, **fields):
    return {"t": float(t), "kind": kind, **fields}


class Intervals(unittest.TestCase):
    def test_overlapping_and_touching_parts_become_one(self):
        self.assertEqual(normal([(5, 6), (1, 3), (2, 4), (4, 4.5), (9, 9)]), [(1, 4.5), (5, 6)])

    def test_what_is_in_both_and_what_is_only_in_the_first_add_up(self):
        first, second = [(0, 10), (20, 30)], [(5, 22), (25, 26)]
        self.assertEqual(both(first, second), [(5, 10), (20, 22), (25, 26)])
        self.assertEqual(without(first, second), [(0, 5), (22, 25), (26, 30)])
        self.assertEqual(length(both(first, second)) + length(without(first, second)), length(first))


class Truth(unittest.TestCase):
    def visits(self, *entries):
        return truth.visits([entry(*each[:2], **each[2]) for each in entries])

    def test_a_pause_is_counted_up_to_each_definition_s_threshold(self):
        visit, = self.visits((0, "attend", {"tab": "a"}), (10, "commit", {"tab": "a", "url": "http://x.test/p"}),
                             (12, "input", {}), (112, "end", {}))
        self.assertEqual(visit.attention(), 102)
        self.assertEqual(visit.active(), 15)  # nothing is active before the first input
        self.assertEqual(visit.focused_and_used(30), 32)  # the loading counts
        self.assertEqual(visit.used(10), 12)
        self.assertEqual(visit.duration(), 102)

    def test_time_with_another_program_is_no_attention_but_its_inputs_are_the_machine_s(self):
        visit, = self.visits((0, "attend", {"tab": "a"}), (0, "commit", {"tab": "a", "url": "http://x.test/p"}),
                             (1, "input", {}), (4, "attend", {"tab": None}), (18, "input", {}),
                             (20, "attend", {"tab": "a"}), (40, "end", {}))
        self.assertEqual(visit.attention(), 24)
        self.assertEqual(visit.active(), 3 + 13)
        self.assertEqual(visit.page_inputs, [1])

    def test_a_locked_session_has_nobody_s_attention(self):
        visit, = self.visits((0, "attend", {"tab": "a"}), (0, "commit", {"tab": "a", "url": "http://x.test/p"}),
                             (3, "lock", {}), (8, "unlock", {}), (10, "end", {}))
        self.assertEqual(visit.attended, [(0, 3), (8, 10)])

    def test_a_browser_that_dies_ends_the_visits_of_all_tabs(self):
        first, second = self.visits(
            (0, "attend", {"tab": "a"}), (0, "commit", {"tab": "a", "url": "http://x.test/p"}),
            (1, "commit", {"tab": "b", "url": "http://x.test/q"}), (5, "kill", {}), (9, "end", {}))
        self.assertEqual((first.end, second.end), (5, 5))

    def test_pages_that_are_not_the_web_s_are_no_visits(self):
        self.assertEqual(self.visits((0, "commit", {"tab": "a", "url": "about:blank"}), (1, "end", {})), [])


if __name__ == "__main__":
    unittest.main()
