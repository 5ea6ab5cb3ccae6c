#!/usr/bin/env python3
"""Sealed reports on the command line, with a real collector: outbox_test.py DWELLCTL DWELL_COLLECTOR"""

import gzip
import hashlib
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

DWELLCTL = None
COLLECTOR = None


class Outbox(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.data = self.home / "data" / "dwell"
        self.spool = self.home / "collector"
        self.exported = self.home / "stick"
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "XDG_DATA_HOME": str(self.home / "data"),
                            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_RUNTIME_DIR": str(self.home / "run")}
        (self.home / "run").mkdir(mode=0o700)
        code = self.run_program(COLLECTOR, "experiment", "create", "At home", "--data", self.spool).stdout.strip()
        with subprocess.Popen([COLLECTOR, "serve", "--listen", "127.0.0.1:0", "--data", self.spool],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            try:
                self.origin = "http://" + server.stdout.readline().split()[-1]
                self.ctl("enrol", self.origin, code)
            finally:
                server.terminate()
        self.ctl("consent", "accept", "--yes")

    def run_program(self, *command, expect=0, binary=False):
        done = subprocess.run([str(part) for part in command], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=not binary, timeout=60, check=False)
        self.assertEqual(done.returncode, expect, f"{command}: {done.stdout}{done.stderr}")
        return done

    def ctl(self, *arguments, expect=0):
        return self.run_program(DWELLCTL, *arguments, expect=expect)

    def json(self, *arguments, expect=0):
        return json.loads(self.ctl(*arguments, "--json", expect=expect).stdout)

    def mark(self, value):
        """Something to report."""
        with sqlite3.connect(self.data / "store.sqlite") as store:
            row = store.execute("INSERT INTO mark (time_ms, name, value) VALUES (?, 'task', ?)",
                                (int(time.time() * 1000) + 1000, value))
            store.execute("INSERT INTO unreported (kind, id) VALUES (5, ?)", (row.lastrowid,))

    def collect(self, expect=0):
        return json.loads(self.run_program(COLLECTOR, "import", self.exported, "--data", self.spool, "--json",
                                           expect=expect).stdout)

    def test_a_lab_without_a_network(self):
        self.mark("1")
        self.assertIn("task 1", self.ctl("report", "preview").stdout)
        preview = self.json("report", "preview")
        done = self.json("outbox", "export", self.exported)
        self.assertEqual((done["sealed"], done["written"], done["already_there"]), (1, 1, 0))
        self.assertEqual(self.json("outbox", "export", self.exported)["already_there"], 1)
        report = self.json("outbox")["reports"][0]
        self.assertEqual(report["state"], "waiting")
        file, = self.exported.glob("report-*.json.gz")
        raw = self.run_program(DWELLCTL, "outbox", "show", report["id"], "--raw", binary=True).stdout
        self.assertEqual(raw, file.read_bytes())
        self.assertEqual(hashlib.sha256(raw).hexdigest(), report["sha256"])
        self.assertEqual(json.loads(self.ctl("outbox", "show", report["id"]).stdout), json.loads(gzip.decompress(raw)))
        sealed = json.loads(gzip.decompress(raw))
        self.assertEqual(sealed["marks"]["value"], ["1"])
        for part in sealed.keys() - {"id", "sequence", "client", "period"}:
            self.assertEqual(sealed[part], preview[part], part)

        # Without receipts nothing is settled.
        self.assertEqual(self.json("outbox", "receipts", self.exported)["settled"], 0)
        self.assertEqual([each["outcome"] for each in self.collect()], ["new"])
        self.assertEqual([each["outcome"] for each in self.collect()], ["known"])
        self.assertEqual(self.json("outbox", "receipts", self.exported)["settled"], 1)
        self.assertEqual(self.json("outbox", "receipts", self.exported)["not_waiting"], 1)
        exported, entry = self.json("audit")
        self.assertEqual((exported["outcome"], exported["report"]), ("exported", report["id"]))
        self.assertEqual((entry["outcome"], entry["collector"], entry["report"]), ("delivered", None, report["id"]))
        self.assertEqual(json.loads(entry["receipt"])["sha256"], report["sha256"])
        self.assertIn("delivered", self.ctl("audit").stdout)
        self.assertEqual(self.json("outbox")["reports"][0]["state"], "delivered")
        stored = json.loads(self.run_program(COLLECTOR, "reports", "--data", self.spool, "--json").stdout)
        self.assertEqual([each["id"] for each in stored], [report["id"]])

    def test_what_went_out_as_a_file_is_never_sealed_anew(self):
        """It may have arrived: under another id it would count twice."""
        self.mark("1")
        self.mark("2")
        self.ctl("outbox", "export", self.exported)
        entry, = self.json("audit")
        self.assertEqual((entry["outcome"], entry["collector"]), ("exported", None))
        self.ctl("erase", "--from", "2000-01-01", "--yes")
        self.assertEqual([each["state"] for each in self.json("outbox")["reports"]], ["quarantined"])

    def configure(self, *lines):
        file = self.home / "config" / "dwell" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def test_a_file_holds_no_more_than_an_upload_would(self):
        self.mark("1")
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("INSERT INTO experiment_settings (one, experiment, revision, settings, fetched_ms) "
                          "SELECT 1, experiment, 2, '{\"scope\":{\"level\":\"histograms\"}}', 1 FROM enrolment")
        # Marks are rows; where counts only are asked for by now, they wait.
        self.assertEqual(self.json("outbox", "export", self.exported)["sealed"], 0)

    def test_each_participants_own_act_is_one_under_which_a_file_is_written(self):
        self.configure("[experiment]", "consent_per_participant = true")
        self.ctl("consent", "withdraw", "--yes")
        self.assertIn("consent", self.ctl("outbox", "export", self.exported, expect=1).stderr)
        self.ctl("consent", "accept", "--yes", "--participant", "P1")
        self.mark("1")
        self.assertEqual(self.json("outbox", "export", self.exported)["written"], 1)
        file, = self.exported.glob("report-*.json.gz")
        report = json.loads(gzip.decompress(file.read_bytes()))
        self.assertEqual(report["consent"]["participant"], "P1")

    def test_a_receipt_for_other_bytes_settles_nothing(self):
        self.mark("1")
        self.ctl("outbox", "export", self.exported)
        self.collect()
        receipt, = self.exported.glob("*.receipt.json")
        said = json.loads(receipt.read_text(encoding="utf-8"))
        receipt.write_text(json.dumps(said | {"sha256": "0" * 64}), encoding="utf-8")
        (self.exported / "torn.receipt.json").write_text("{", encoding="utf-8")
        self.assertEqual(len(self.json("outbox", "receipts", self.exported, expect=1)["wrong"]), 2)
        self.assertEqual(self.json("outbox")["reports"][0]["state"], "waiting")

    def test_files_that_are_no_reports_are_refused_and_stay(self):
        self.exported.mkdir()
        bad = self.exported / "report-1-x.json.gz"
        bad.write_bytes(b"nothing")
        self.assertEqual(self.collect(expect=2)[0]["outcome"], "refused")
        self.assertTrue(bad.exists())

    def test_what_does_not_work_says_why(self):
        self.assertIn("dwellctl outbox", self.ctl("outbox", "show", "nothing", expect=2).stderr)
        self.assertIn("no report", self.ctl("outbox", "retry", "nothing", expect=2).stderr)
        self.ctl("outbox", "receipts", self.home / "nowhere", expect=2)
        self.assertEqual(self.json("audit"), [])

    def test_a_refused_report_waits_again_but_not_for_another_experiment(self):
        self.mark("1")
        self.ctl("outbox", "export", self.exported)
        identifier = self.json("outbox")["reports"][0]["id"]
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("UPDATE report SET state = 'quarantined', settled_ms = 1, reason = 'refused'")
        self.ctl("outbox", "retry", identifier)
        self.assertEqual(self.json("outbox")["reports"][0]["state"], "waiting")
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("UPDATE report SET state = 'quarantined', settled_ms = 1, reason = 'refused'")
            store.execute("UPDATE enrolment SET experiment = 'another'")
        self.assertIn("another experiment", self.ctl("outbox", "retry", identifier, expect=2).stderr)


if __name__ == "__main__":
    DWELLCTL, COLLECTOR = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
