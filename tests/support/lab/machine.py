"""A test machine in a folder of its own, and the collector: the programs as they are built."""

import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time

# The columns of a visit that must be said; all else is empty.
VISIT = {"length_ms": 60_000, "exit": 101, "access_type": 5, "attention_ms": 40_000, "visible_unattended_ms": 0,
         "gap_censored_ms": 0, "mouse_moves": 0, "mouse_downs": 0, "mouse_ups": 0, "keys": 0, "browser_keys": 0,
         "scrolls": 0, "touches": 0, "mouse_distance_px": 0, "synthetic": 0, "scroll_depth_percent": 0,
         "form_fields": 0, "form_characters": 0, "form_autofilled": 0, "links_pressed": 0, "login_form": 0,
         "revisit": 0}
KIND_VISIT = 1


def free_environment(home):
    """No proxy and no folder of the person who runs the tests."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home / "share"),
            "XDG_CONFIG_HOME": str(home / "config"), "XDG_RUNTIME_DIR": str(home / "run")}


class Ended:
    """How a program ended, and what it cost."""

    def __init__(self, code, output, peak_kb, seconds):
        self.code, self.output, self.peak_kb, self.seconds = code, output, peak_kb, seconds

    @property
    def json(self):
        return json.loads(self.output[self.output.index("{"):])


class Machine:
    def __init__(self, bin_dir, home):
        self.bin = pathlib.Path(bin_dir)
        self.home = pathlib.Path(home)
        (self.home / "run").mkdir(mode=0o700, parents=True)
        self.data = self.home / "share" / "dwell"
        self.config = self.home / "config" / "dwell" / "config.toml"
        self.environment = free_environment(self.home)

    def configure(self, text):
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")

    def ctl(self, *arguments):
        return subprocess.run([self.bin / "dwellctl", *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, check=False)

    def enrol(self, origin, code, *more):
        done = self.ctl("enrol", origin, code, *more)
        assert done.returncode == 0, done.stderr
        done = self.ctl("consent", "accept", "--yes")
        assert done.returncode == 0, done.stderr

    def start_upload(self, *arguments):
        out = tempfile.TemporaryFile()
        process = subprocess.Popen([self.bin / "dwell-upload", "--data-dir", self.data, "--config", self.config,
                                    *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT)
        return process, out

    def upload(self, *arguments):
        """A run that a person asked for, to its end."""
        began = time.monotonic()
        return self.ended(*self.start_upload("--now", "--json", *arguments), began)

    @staticmethod
    def ended(process, out, began):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        with out:
            return Ended(process.returncode, out.read().decode(), usage.ru_maxrss, time.monotonic() - began)

    def database(self):
        return sqlite3.connect(self.data / "store.sqlite", timeout=10)

    def visit(self, first, last, url="https://shop.example/{id}"):
        """What an agent would have written: visits that ended, not reported yet."""
        start = int(time.time() * 1000)
        with self.database() as database:
            database.execute("INSERT OR IGNORE INTO visit_context (id, browser, utc_offset_min, tab_opened_by) "
                             "VALUES (1, 'chromium', 0, 0)")
            for number in range(first, last + 1):
                database.execute("INSERT INTO url (id, hash, text, first_day) VALUES (?, 0, ?, 20000)",
                                 (number, url(number) if callable(url) else url.format(id=number)))
                row = dict(VISIT, id=number, url=number, context=1, start_ms=start)
                database.execute(f"INSERT INTO visit ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                                 tuple(row.values()))
                database.execute("INSERT INTO unreported (kind, id) VALUES (?, ?)", (KIND_VISIT, number))
        database.close()

    def rows(self, sql):
        database = self.database()
        try:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(sql)]
        finally:
            database.close()

    def attempts(self):
        return self.rows("SELECT status, net_error, outcome, detail FROM upload_attempt ORDER BY id")

    def states(self):
        return [row["state"] for row in self.rows("SELECT state FROM report ORDER BY sequence")]


class Collector:
    def __init__(self, bin_dir, data):
        self.program = pathlib.Path(bin_dir) / "dwell-collector"
        self.data = pathlib.Path(data)
        self.process = None
        self.port = 0

    def create(self, name="Reading at home"):
        return subprocess.run([self.program, "experiment", "create", name, "--data", self.data], capture_output=True,
                              text=True, check=True).stdout.strip()

    def start(self):
        self.process = subprocess.Popen([self.program, "serve", "--listen", f"127.0.0.1:{self.port}", "--data",
                                         self.data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def reports(self):
        done = subprocess.run([self.program, "reports", "--data", self.data, "--json"], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)

    def visits(self):
        """How often each visit is there."""
        counts = {}
        for row in self.reports():
            for visit in row["report"]["visits"]:
                counts[visit["id"]] = counts.get(visit["id"], 0) + 1
        return counts
