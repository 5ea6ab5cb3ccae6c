import unittest

from accuracy import report, verdict
from accuracy.peers import PEERS, Reported
from accuracy.truth import Visit


class Report(unittest.TestCase):
    def setUp(self):
        true = [Visit("http://x.test/p", "/p", 100, 110, [(100, 110)], [100], [100])]
        measured = [{"url": "http://x.test/p", "start_ms": 100_000, "active_ms": 10_030, "attention_ms": 10_020}]
        reported = {peer.name: {} for peer in PEERS}
        reported["posthog"] = {"/p": Reported(9_500, 1)}
        self.result = {"browser": "Chrome/1", "load": {"before": (0, 0, 0), "after": (0, 0, 0)}, "seconds": 9,
                       **verdict.judge(true, 0, measured, reported)}

    def test_each_tool_s_truth_value_and_error_stand_in_the_page_s_row(self):
        row = next(line for line in report.text(self.result) if line.startswith("/p "))
        self.assertIn("10000 → 10030 (+30, +0.3%)", row)
        self.assertIn("10000 → 9500 (-500, -5.0%)", row)
        self.assertIn("10000 → nothing, 1 lost", row)

    def test_markdown_says_every_definition_and_its_source(self):
        text = report.markdown(self.result)
        for peer in PEERS:
            self.assertIn(peer.definition, text)
            self.assertIn(peer.source, text)
            self.assertIn(peer.package, text)


if __name__ == "__main__":
    unittest.main()
