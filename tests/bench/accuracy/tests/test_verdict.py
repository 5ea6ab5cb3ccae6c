import unittest

from accuracy import verdict
from accuracy.peers import PEERS
from accuracy.truth import Visit


def visit(url, begin, end):
    return Visit(url, "/p", begin, end, [(begin, end)], [begin], [begin])


def measured(url, start_ms, active_ms):
    return {"url": url, "start_ms": start_ms, "active_ms": active_ms, "attention_ms": active_ms}


NOTHING = {peer.name: {} for peer in PEERS}


class Verdict(unittest.TestCase):
    def judge(self, *found):
        return verdict.judge([visit("http://x.test/p", 100, 110)], 0, list(found), NOTHING)

    def test_a_small_error_keeps_the_bounds_and_a_large_one_does_not(self):
        self.assertTrue(self.judge(measured("http://x.test/p", 100_000, 10_030))["kept"])
        self.assertFalse(self.judge(measured("http://x.test/p", 100_000, 10_260))["kept"])

    def test_a_lost_visit_and_a_doubled_one_miss_the_bounds(self):
        right = measured("http://x.test/p", 100_000, 10_000)
        self.assertEqual(self.judge()["lost"], ["http://x.test/p"])
        self.assertFalse(self.judge()["kept"])
        twice = self.judge(right, measured("http://x.test/p", 100_200, 0))
        self.assertEqual(twice["doubled"], ["http://x.test/p"])
        self.assertFalse(twice["kept"])

    def test_a_peer_that_reported_nothing_is_wrong_by_all_of_its_time(self):
        figure = self.judge(measured("http://x.test/p", 100_000, 10_000))["pages"][0]["tools"]["posthog"]
        self.assertEqual((figure["measured_ms"], figure["error_ms"], figure["lost"]), (None, -10_000, 1))


if __name__ == "__main__":
    unittest.main()
