"""What the generator of the histogram table refuses, and that it names all of it."""
import copy
import datetime
import importlib.util
import json
import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("generate_histograms", ROOT / "schemas/generate_histograms.py")
generator = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generator)

TODAY = datetime.date(2026, 11, 21)
GOOD = {
    "enums": {"Way": {"summary": "How.", "values": {"unknown": 0, "road": 1}}},
    "histograms": [
        {"name": "Trip.Length", "kind": "exponential", "min": 1, "max": 100, "buckets": 10, "units": "ms",
         "summary": "Recorded at the end.", "owner": "tests", "expiry": "never", "from": "visit"},
        {"name": "Trip.Way", "kind": "enumeration", "enum": "Way", "summary": "Recorded at the start.",
         "owner": "tests", "expiry": "2026-11-21", "from": "event"},
    ],
}


def faults(change):
    registry = copy.deepcopy(GOOD)
    change(registry)
    return list(generator.faults(registry, TODAY))


def change_first(**fields):
    def change(registry):
        for name, value in fields.items():
            if value is None:
                del registry["histograms"][0][name]
            else:
                registry["histograms"][0][name] = value
    return change


class Faults(unittest.TestCase):
    def test_a_good_registry_has_none(self):
        self.assertEqual(faults(lambda registry: None), [])
        self.assertEqual(list(generator.faults(json.loads((ROOT / "schemas/histograms.json").read_text()), TODAY)), [])

    def test_two_histograms_of_one_name(self):
        self.assertEqual(faults(change_first(name="Trip.Way")), ["Trip.Way: the name is taken by Trip.Way"])

    def test_two_names_that_make_one_constant(self):
        registry = copy.deepcopy(GOOD)
        registry["histograms"].append(dict(registry["histograms"][0], name="TripLength.X"))
        registry["histograms"].append(dict(registry["histograms"][0], name="Trip.LengthX"))
        self.assertEqual(list(generator.faults(registry, TODAY)), ["Trip.LengthX: the name is taken by TripLength.X"])

    def test_exactly_one_of_units_and_enum(self):
        self.assertIn("Trip.Length: exactly one of units and enum is needed", faults(change_first(enum="Way")))
        self.assertIn("Trip.Length: exactly one of units and enum is needed", faults(change_first(units=None)))

    def test_a_reused_enum_value(self):
        def change(registry):
            registry["enums"]["Way"]["values"]["river"] = 1
        self.assertEqual(faults(change), ["enum Way: river reuses the value 1 of road"])

    def test_an_expired_histogram(self):
        self.assertEqual(len(faults(change_first(expiry="2026-11-20"))), 1)
        self.assertEqual(len(faults(change_first(expiry="soon"))), 1)

    def test_a_missing_summary(self):
        self.assertEqual(faults(change_first(summary=" ")), ["Trip.Length: no summary"])
        self.assertEqual(faults(change_first(summary=None)), ["Trip.Length: no summary"])

    def test_a_layout_that_has_no_buckets(self):
        for fields in ({"max": 1}, {"buckets": 2}, {"buckets": 102}, {"min": 0}, {"min": "1"}, {"buckets": None}):
            self.assertEqual(len(faults(change_first(**fields))), 1, fields)

    def test_an_unknown_kind_field_source_or_enum(self):
        self.assertEqual(len(faults(change_first(kind="cubic"))), 1)
        self.assertEqual(len(faults(change_first(colour="red"))), 1)
        self.assertEqual(len(faults(change_first(**{"from": "hearsay"}))), 1)
        def change(registry):
            registry["histograms"][1]["enum"] = "Path"
        self.assertEqual(len(faults(change)), 2)  # and Way is used by none

    def test_what_is_no_registry_has_a_fault_and_no_traceback(self):
        for registry in ([], None, {}, {"enums": [], "histograms": []}, {"enums": {}, "histograms": {}}):
            self.assertEqual(len(list(generator.faults(registry, TODAY))), 1, registry)
        self.assertEqual(faults(lambda registry: registry["histograms"].append("x")), ["a histogram that is no object"])
        self.assertEqual(faults(lambda registry: registry["enums"].update(Way="x")), ["enum Way: not an object"])
        self.assertIn("Trip.Length: unknown enum ['Way']", faults(change_first(enum=["Way"])))

    def test_text_that_no_table_or_literal_can_hold(self):
        for text in ("two\nlines", "\0", "\ud83d"):
            self.assertEqual(faults(change_first(summary=text)), ["Trip.Length: no summary"])
        self.assertEqual(len(faults(lambda registry: registry["enums"].update({"the way": registry["enums"]["Way"]}))), 2)

    def test_all_faults_are_named_at_once(self):
        self.assertEqual(len(faults(change_first(summary=None, owner=None, expiry="x", name="bad"))), 4)

    def test_a_key_that_stands_twice(self):
        with self.assertRaises(ValueError):
            json.loads('{"a": {"b": 1, "b": 2}}', object_pairs_hook=generator.no_twins)


if __name__ == "__main__":
    unittest.main()
