"""The comparison: what it accepts, and every way in which a measurement can be wrong."""

import contextlib
import io
import json
import os
import tempfile
import unittest

from demo import compare


def visit(number, url, access, attention, active, start):
    return {"id": number, "url": url, "access_type": access, "attention_ms": attention, "active_ms": active,
            "start_ms": start, "typed_characters": 8 if access == "typed_full" else None}


TRUTH = [visit(None, "http://one.test/", "typed_full", 4000, 4000, 10_000),
         visit(None, "http://two.test/", "link", 20_000, 16_000, 14_000),
         visit(None, "http://one.test/", "back_forward", 3000, 3000, 34_000)]
MEASURED = [visit(1, "http://one.test/", "typed_full", 4030, 4030, 10_004),
            visit(2, "http://two.test/", "link", 19_990, 16_020, 14_009),
            visit(3, "http://one.test/", "back_forward", 2960, 2960, 34_001)]


def changed(number, **fields):
    return [dict(one, **fields) if one["id"] == number else one for one in MEASURED]


class Differences(unittest.TestCase):
    def wrong(self, measured):
        return compare.differences(TRUTH, measured)

    def test_a_good_measurement_has_none_in_any_order(self):
        self.assertEqual(self.wrong(MEASURED), [])
        self.assertEqual(self.wrong(MEASURED[::-1]), [])

    def test_a_keystroke_too_many(self):
        self.assertEqual(self.wrong(changed(1, typed_characters=9)),
                         ["http://one.test/ (typed_full): 8 characters were typed, measured 9"])

    def test_a_missing_visit(self):
        self.assertEqual(self.wrong(MEASURED[:2]), ["http://one.test/ (back_forward) was visited and not measured"])

    def test_an_invented_visit(self):
        extra = visit(4, "http://three.test/", "link", 0, 0, 35_000)
        self.assertEqual(self.wrong(MEASURED + [extra]),
                         ["http://three.test/ (link) was measured and not visited"])

    def test_a_visit_measured_twice(self):
        twice = dict(MEASURED[1], id=4)
        self.assertEqual(self.wrong(MEASURED + [twice]), ["http://two.test/ (link) was measured and not visited"])

    def test_a_visit_at_another_time_is_another_visit(self):
        self.assertEqual(len(self.wrong(changed(3, start_ms=35_001))), 2)

    def test_a_wrong_access_type(self):
        self.assertEqual(self.wrong(changed(1, access_type="typed_completed")),
                         ["http://one.test/ was reached by typed_full, measured as typed_completed"])

    def test_150_ms_are_within_the_bound_and_151_are_not(self):
        self.assertEqual(self.wrong(changed(2, attention_ms=20_150, active_ms=15_850)), [])
        self.assertEqual(self.wrong(changed(2, attention_ms=20_151)),
                         ["http://two.test/: attention_ms is +151 ms off, more than 150 ms"])
        self.assertEqual(self.wrong(changed(2, active_ms=15_849)),
                         ["http://two.test/: active_ms is -151 ms off, more than 150 ms"])

    def test_attention_given_to_the_wrong_tab(self):
        self.assertEqual(len(self.wrong(changed(1, attention_ms=0, active_ms=0))), 2)

    def test_nothing_measured_is_not_right(self):
        self.assertEqual(len(self.wrong([])), 3)


class Reports(unittest.TestCase):
    def wrong(self, *visits):
        return compare.report_differences(MEASURED, [{"report": {"visits": list(part)}} for part in visits])

    def test_the_visits_may_come_in_several_reports(self):
        self.assertEqual(self.wrong(MEASURED[:1], MEASURED[1:]), [])

    def test_a_visit_that_was_not_reported(self):
        self.assertEqual(self.wrong(MEASURED[1:]), ["visit 1 (http://one.test/) was not reported"])

    def test_a_visit_that_is_not_in_the_store(self):
        self.assertEqual(self.wrong(MEASURED, [dict(MEASURED[0], id=9)]),
                         ["visit 9 (http://one.test/) was reported and is not in the local store"])

    def test_a_visit_that_was_reported_twice(self):
        self.assertEqual(self.wrong(MEASURED, MEASURED[:1]), ["a visit was reported more than once"])

    def test_a_field_that_differs_or_is_absent(self):
        self.assertEqual(self.wrong(changed(2, active_ms=16_021)),
                         ["visit 2 (http://two.test/) differs in the report: active_ms"])
        self.assertEqual(self.wrong(changed(2, exit="closed")),
                         ["visit 2 (http://two.test/) differs in the report: exit"])


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, value):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(value if isinstance(value, str) else json.dumps(value))
        return path

    def run_program(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = compare.main(list(arguments))
        return status, out.getvalue(), err.getvalue()

    def test_agreement_is_0_with_the_errors_below_the_table(self):
        status, out, _ = self.run_program(
            self.file("truth", {"visits": TRUTH}), self.file("visits", MEASURED),
            self.file("reports", [{"report": {"visits": MEASURED}}]))
        self.assertEqual(status, 0)
        self.assertIn("attention_ms: largest error 40 ms, median 30 ms (bound 150 ms)", out)
        self.assertIn("active_ms: largest error 40 ms, median 30 ms (bound 150 ms)", out)
        self.assertIn("all 3 visits agree", out)

    def test_disagreement_is_1_and_says_what(self):
        status, out, _ = self.run_program(self.file("truth", {"visits": TRUTH}), self.file("visits", MEASURED[:2]))
        self.assertEqual(status, 1)
        self.assertIn("WRONG: http://one.test/ (back_forward) was visited and not measured", out)

    def test_a_wrong_report_is_1(self):
        status, out, _ = self.run_program(self.file("truth", {"visits": TRUTH}), self.file("visits", MEASURED),
                                          self.file("reports", []))
        self.assertEqual(status, 1)
        self.assertIn("WRONG: visit 1 (http://one.test/) was not reported", out)

    def test_a_file_that_cannot_be_used_is_2(self):
        good = self.file("visits", MEASURED)
        for bad in (os.path.join(self.folder, "absent"), self.file("a", "{"), self.file("b", [{"url": "x"}]),
                    self.file("c", {"visits": [dict(TRUTH[0], active_ms="4 s")]})):
            status, _, err = self.run_program(bad, good)
            self.assertEqual((status, err.count(bad)), (2, 1))

    def test_wrong_use_is_2(self):
        self.assertEqual(self.run_program("one")[0], 2)


if __name__ == "__main__":
    unittest.main()
