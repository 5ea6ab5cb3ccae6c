#!/usr/bin/env python3
"""What dwellctl exports and backs up, read again with Python's csv, json and sqlite3: export_test.py PATH_OF_DWELLCTL"""

import csv
import datetime
import json
import os
import pathlib
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
import unittest

DWELLCTL = None
STORE = pathlib.Path(__file__).resolve().parents[2] / "monitor" / "store" / "version_4.sql"
TABLES = {"visits": "visit_v1", "sessions": "session_v1", "trajectories": "trajectory_v1", "searches": "search_v1",
          "search_results": "search_result_v2", "page_days": "page_day_v1", "histograms": "histogram_v1",
          "histogram_sums": "histogram_sum_v1", "coverage": "coverage_v1", "losses": "loss_v1", "marks": "mark_v1",
          "reports": "outbox_v1"}
ODD = 'a "quoted", =cell\r\nwith\nlines, ü and \' too '


class Store(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.data = self.home / "data"
        self.data.mkdir(mode=0o700)
        self.file = self.data / "store.sqlite"
        database = sqlite3.connect(self.file)
        database.executescript("PRAGMA page_size = 1024;" + STORE.read_text(encoding="utf-8"))
        database.execute("UPDATE mark SET name = ? WHERE id = 2", (ODD,))
        database.execute("UPDATE mark SET value = '=1+1' WHERE id = 1")
        database.commit()
        database.close()
        self.ctl("consent", "show")  # brings the store up

    def ctl(self, *arguments, expect=0):
        done = subprocess.run([DWELLCTL, "--data-dir", self.data, *map(str, arguments)], stdin=subprocess.DEVNULL,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.home)}, capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def rows(self, sql, *values):
        database = sqlite3.connect(self.file)
        self.addCleanup(database.close)
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql, values)]

    def out(self, *arguments, name="out"):
        self.ctl("export", "--out", self.home / name, *arguments)
        return self.home / name


def iso(ms):
    time = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=ms)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03}Z"


class Csv(Store):
    def read(self, file):
        with open(file, encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text, strict=True))

    def test_every_table_reads_back_as_the_store_has_it(self):
        out = self.out()
        for name, view in TABLES.items():
            with self.subTest(name):
                wanted = self.rows(f"SELECT * FROM {view}")
                found = self.read(out / f"{name}.csv")
                self.assertEqual(len(found), len(wanted))
                columns = list(wanted[0])
                for row in found:
                    self.assertEqual([c for c in row if c in wanted[0]], columns)
                key = lambda row: sorted((c, "" if row[c] is None else self.text(row[c])) for c in columns)
                self.assertEqual(sorted(map(key, found)), sorted(map(key, wanted)))

    def text(self, value):
        return format(value, ".6g") if isinstance(value, float) else self.number(str(value))

    @staticmethod
    def number(text):
        return format(float(text), ".6g") if re.fullmatch(r"-?\d+\.\d+(e-?\d+)?", text) else text

    def test_a_moment_stands_in_both_forms(self):
        for row in self.read(self.out() / "visits.csv"):
            self.assertEqual(row["start_utc"], iso(int(row["start_ms"])))
            self.assertEqual(row["attention_first_utc"] == "", row["attention_first_ms"] == "")
        for row in self.read(self.home / "out" / "coverage.csv"):
            self.assertEqual(row["date"], str(datetime.date(1970, 1, 1) + datetime.timedelta(days=int(row["day"]))))

    def test_lines_end_and_texts_are_quoted_as_rfc_4180_says(self):
        raw = (self.out() / "marks.csv").read_bytes().decode("utf-8")
        self.assertIn(',"' + ODD.replace('"', '""') + '","' + '"\r\n', raw.replace("täsk", ""))
        self.assertEqual(self.read(self.home / "out" / "marks.csv")[1]["name"], ODD)

    def test_for_spreadsheets_no_cell_is_a_formula(self):
        self.assertEqual(self.read(self.out(name="plain") / "marks.csv")[0]["value"], "=1+1")
        self.assertEqual(self.read(self.out("--spreadsheet") / "marks.csv")[0]["value"], "'=1+1")

    def test_a_period_has_the_visits_that_began_in_it(self):
        days = [row["day"] for row in self.rows("SELECT DISTINCT day FROM page_day_v1 ORDER BY day")]
        day = datetime.date(1970, 1, 1) + datetime.timedelta(days=days[1])
        out = self.out("--from", day, "--to", day)
        wanted = self.rows("SELECT id FROM visit_v1 WHERE (start_ms / 60000 + utc_offset_min) / 1440 = ?", days[1])
        self.assertTrue(0 < len(wanted) < 216)
        self.assertEqual({int(row["id"]) for row in self.read(out / "visits.csv")}, {row["id"] for row in wanted})
        self.assertEqual({row["day"] for row in self.read(out / "histograms.csv")}, {str(days[1])})
        searches = {row["id"] for row in self.read(out / "searches.csv")}
        self.assertTrue(0 < len(searches) < 23)
        self.assertLessEqual({row["search"] for row in self.read(out / "search_results.csv")}, searches)

    def test_every_view_is_exported_in_its_newest_version_and_explained(self):
        out = self.out()
        views = {}
        for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'view'"):
            base, version = row["name"].rsplit("_v", 1)
            views[base] = max(views.get(base, 0), int(version))
        dictionary = (out / "data_dictionary.md").read_text(encoding="utf-8")
        for base, version in views.items():
            self.assertIn(f"`{base}_v{version}`", dictionary)
        for file in out.glob("*.csv"):
            self.assertIn(f"## {file.stem}\n", dictionary)
            for column in self.rows_header(file):
                plain = re.sub("_utc$", "_ms", column) if column != "date" else "day"
                self.assertIn(f"| `{plain}` |", dictionary)

    @staticmethod
    def rows_header(file):
        return file.read_text(encoding="utf-8").splitlines()[0].split(",")

    def test_nothing_is_written_over_without_force_and_all_of_it_is_private(self):
        out = self.out()
        self.ctl("export", "--out", out, expect=2)
        self.ctl("export", "--out", out, "--force")
        for file in out.glob("*.csv"):
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)


class JsonLines(Store):
    def read(self, file):
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def test_every_table_reads_back_as_the_store_has_it(self):
        out = self.out("--format", "jsonl")
        for name, view in TABLES.items():
            if name == "visits":
                continue
            with self.subTest(name):
                wanted = self.rows(f"SELECT * FROM {view}")
                arrays = {"attention_by_input_age_ms", "serp_visits", "steps"}
                wanted = [{c: json.loads(v) if c in arrays else v for c, v in row.items()} for row in wanted]
                found = [{c: row[c] for c in wanted[0]} for row in self.read(out / f"{name}.jsonl")]
                self.assertEqual(sorted(map(repr, found)), sorted(map(repr, wanted)))

    def test_visits_are_those_of_dwellctl_visits(self):
        out = self.out("--format", "jsonl")
        self.assertEqual(self.read(out / "visits.jsonl"), json.loads(self.ctl("visits", "--json").stdout))


class Webtrackr(Store):
    def test_one_table_with_its_columns_and_the_seconds_measured(self):
        file = self.out("--format", "webtrackr", name="wt.csv")
        with open(file, encoding="utf-8", newline="") as text:
            found = list(csv.DictReader(text, strict=True))
        wanted = {row["id"]: row for row in self.rows("SELECT * FROM visit_v1 WHERE exit IS NOT 'redirect'")}
        self.assertEqual({int(row["visit_id"]) for row in found}, set(wanted))
        times = []
        for row in found:
            visit = wanted[int(row["visit_id"])]
            self.assertEqual(row["url"], visit["url"])
            self.assertEqual(row["timestamp"], iso(visit["start_ms"]).replace("T", " ").rstrip("Z"))
            self.assertAlmostEqual(float(row["active_seconds"]), visit["active_ms"] / 1000, places=3)
            self.assertAlmostEqual(float(row["attention_seconds"]), visit["attention_ms"] / 1000, places=3)
            times.append((row["panelist_id"], row["timestamp"]))
        self.assertEqual(times, sorted(times))


class Backup(Store):
    def everything(self):
        return {name: self.rows(f"SELECT * FROM {view}") for name, view in TABLES.items()}

    def test_a_backup_is_whole_and_private_and_comes_back(self):
        before = self.everything()
        backup = self.home / "backup.sqlite"
        self.ctl("backup", backup)
        self.assertEqual(stat.S_IMODE(backup.stat().st_mode), 0o600)
        self.assertEqual(sorted(p.name for p in self.home.glob("backup*")), ["backup.sqlite"])
        self.ctl("backup", backup, expect=1)
        self.ctl("backup", backup, "--force")
        self.ctl("erase", "--all", "--yes")
        self.assertEqual(self.rows("SELECT * FROM visit_v1"), [])
        self.ctl("backup", "--restore", backup, expect=2)  # nobody to ask
        self.ctl("backup", "--restore", backup, "--yes")
        self.assertEqual(self.everything(), before)
        self.assertEqual(self.rows("SELECT machine_sha256 FROM identity"), [{"machine_sha256": "0" * 64}])

    def test_what_is_no_backup_leaves_the_store_as_it_is(self):
        before = self.everything()
        other = self.home / "other.sqlite"
        other.write_text("no database at all, " * 100, encoding="utf-8")
        self.ctl("backup", "--restore", other, "--yes", expect=1)
        other.unlink()
        sqlite3.connect(other).execute("CREATE TABLE t (a)")
        self.ctl("backup", "--restore", other, "--yes", expect=1)
        self.ctl("backup", self.home / "b")
        newer = sqlite3.connect(self.home / "b")
        newer.execute("PRAGMA user_version = 9999")
        newer.close()
        self.assertIn("newer", self.ctl("backup", "--restore", self.home / "b", "--yes", expect=1).stderr)
        self.assertEqual(self.everything(), before)
        self.assertEqual([p.name for p in self.data.glob("*.part*")], [])


if __name__ == "__main__":
    DWELLCTL = sys.argv.pop(1)
    unittest.main()
