#!/usr/bin/env python3
"""dwellctl as a person or a script meets it: ctl_test.py PATH_OF_DWELLCTL"""

import json
import os
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import unittest

DWELLCTL = None
EXTENSION = pathlib.Path(__file__).resolve().parents[3] / "extension"
HEADER = '{"trace":1,"wall_start":"2026-11-21T10:00:00.000Z","utc_offset_min":60}'
GOOD = '{"t":0,"type":"window_focus","browser":"b","window":1}'


class Ctl(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.data = self.home / "data" / "dwell"
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name, "XDG_DATA_HOME": str(self.home / "data"),
                            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_RUNTIME_DIR": str(self.home / "run")}
        (self.home / "run").mkdir(mode=0o700)

    def ctl(self, *arguments, expect=0):
        done = subprocess.run([DWELLCTL, *map(str, arguments)], env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def json(self, *arguments, expect=0):
        return json.loads(self.ctl(*arguments, "--json", expect=expect).stdout)

    def write(self, name, *lines):
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file


class Help(Ctl):
    def test_every_command_explains_itself(self):
        commands = ["status", "pause", "resume", "flush", "mark", "participant", "consent", "consent show",
                    "consent accept", "consent withdraw", "visits", "links", "histograms", "histograms describe", "sessions", "erase",
                    "backup", "export",
                    "record", "replay", "report", "report preview", "outbox", "outbox list", "outbox show",
                    "outbox export", "outbox receipts", "outbox retry", "audit", "upload", "enrol",
                    "browser", "browser register", "doctor", "config", "config show", "config init"]
        for command in commands:
            with self.subTest(command):
                self.assertIn("--help", self.ctl(*command.split(), "--help").stdout)

    def test_a_group_of_commands_without_one_of_them_shows_what_there_is(self):
        for group, shown in (("consent", "show"), ("config", "show"), ("outbox", "list")):
            with self.subTest(group):
                self.assertEqual(self.json(group), self.json(group, shown))
        self.assertIn("--participant", self.ctl("consent", "--participant", "P1", expect=2).stderr)
        self.assertIn("dwellctl consent", self.ctl("report", expect=1).stderr)
        self.ctl("browser", expect=2)  # it has nothing to show, and writes no file unasked

    def test_what_it_does_not_know_is_bad_input(self):
        self.ctl("fly", expect=2)
        self.ctl("visits", "--wings", expect=2)
        self.ctl(expect=2)


class Replay(Ctl):
    def test_a_bad_line_is_named_with_its_reason(self):
        trace = self.write("bad.jsonl", HEADER, GOOD, '{"t":5,"type":"input","kind":"shout"}')
        error = self.ctl("replay", trace, "--json", expect=2).stderr
        self.assertIn("bad.jsonl line 3", error)
        self.assertIn("kind", error)
        self.assertIn("expected", error)

    def test_time_that_goes_back_is_a_bad_line(self):
        trace = self.write("back.jsonl", HEADER, '{"t":5,"type":"lock"}', '{"t":4,"type":"unlock"}')
        self.assertIn("line 3", self.ctl("replay", trace, expect=2).stderr)

    def test_a_line_that_is_no_json_is_a_bad_line(self):
        self.assertIn("line 2", self.ctl("replay", self.write("no.jsonl", HEADER, "{"), expect=2).stderr)

    def test_an_unknown_type_is_left_out_and_said(self):
        trace = self.write("new.jsonl", HEADER, GOOD, '{"t":1,"type":"telepathy"}')
        self.assertIn("1 × event_unknown", self.ctl("replay", trace, "--json").stderr)

    def test_a_trace_that_is_not_there(self):
        self.assertIn("nowhere.jsonl", self.ctl("replay", self.home / "nowhere.jsonl", expect=2).stderr)

    def test_the_configuration_narrows_only_when_it_is_named(self):
        trace = self.write("visit.jsonl", HEADER, '{"t":0,"type":"navigation","browser":"b","tab":1,"window":1,'
                           '"url":"http://u:p@a.test/x?q=1#f","transition":"link","qualifiers":[]}')
        config = self.write("narrow.toml", "[scope]", 'url_detail = "origin"')
        self.assertEqual(self.json("replay", trace)["visits"][0]["url"], "http://a.test/x?q=1")
        self.assertEqual(self.json("replay", trace, "--config", config)["visits"][0]["url"], "http://a.test")


class Configuration(Ctl):
    def test_an_unknown_key_is_an_error_with_its_line(self):
        config = self.write("config/dwell/config.toml", "[scope]", 'url_detial = "full"')
        error = self.ctl("config", "show", expect=2).stderr
        self.assertIn(f"{config}:2", error)
        self.assertIn("url_detial", error)

    def test_init_writes_every_default_commented_out_and_never_over_a_file(self):
        self.ctl("config", "init")
        before = self.json("config", "show")
        self.assertTrue(before["exists"])
        text = pathlib.Path(before["file"]).read_text(encoding="utf-8")
        self.assertTrue(all(not line or line[0] in "#[" for line in text.splitlines()), text)
        self.assertIn("is left alone", self.ctl("config", "init", expect=1).stderr)


    def test_every_key_of_the_file_is_shown(self):
        self.ctl("config", "init")
        text = pathlib.Path(self.json("config", "show")["file"]).read_text(encoding="utf-8")
        keys = re.findall(r"^# (\w+) = ", text, re.M)
        shown = self.json("config", "show")["settings"]
        self.assertGreater(len(keys), 20)
        for key in set(keys) - {"checkout"}:
            self.assertTrue(any(name == key or name.endswith("_" + key) for name in [*shown, "end"]), key)


class Consent(Ctl):
    def test_nobody_to_ask_means_no_consent(self):
        self.assertIn("--yes", self.ctl("consent", "accept", expect=2).stderr)
        self.assertFalse(self.json("consent", "show")["accepted"])

    def test_it_is_given_shown_and_withdrawn(self):
        self.ctl("consent", "accept", "--yes")
        shown = self.json("consent", "show")
        self.assertTrue(shown["accepted"] and shown["covers_settings"])
        self.ctl("consent", "withdraw", "--yes")
        self.assertFalse(self.json("consent", "show")["accepted"])
        self.ctl("consent", "withdraw", "--yes", expect=1)

    def test_settings_that_collect_more_are_not_covered(self):
        self.ctl("consent", "accept", "--yes")
        self.write("config/dwell/config.toml", "[scope]", 'url_detail = "full"')
        self.assertFalse(self.json("consent", "show")["covers_settings"])

    def test_without_it_nothing_is_reported(self):
        self.ctl("consent", "show")
        self.assertIn("dwellctl consent", self.ctl("report", "preview", expect=1).stderr)
        self.ctl("upload", expect=4)


class Store(Ctl):
    def test_without_one_the_message_says_so(self):
        for command in (["visits"], ["sessions"], ["histograms"], ["outbox"], ["audit"]):
            self.assertIn("store.sqlite", self.ctl(*command, expect=1).stderr)

    def test_one_of_a_newer_version_is_refused_with_what_to_do(self):
        self.ctl("consent", "accept", "--yes")
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("PRAGMA user_version = 999")
        for command in (["visits"], ["consent", "show"], ["doctor"]):
            done = self.ctl(*command, expect=1)
            self.assertIn("version 999", done.stdout + done.stderr)

    def test_one_that_is_damaged_is_told_with_what_to_do(self):
        self.ctl("consent", "accept", "--yes")
        (self.data / "store.sqlite").write_bytes(b"no database" * 1000)
        for command in (["visits"], ["consent", "show"], ["outbox"]):
            error = self.ctl(*command, expect=1).stderr
            self.assertIn(f"{self.data}/store.sqlite: ", error)
            self.assertIn("dwell-agent", error)
        findings = {f["subject"]: f for f in self.json("doctor", expect=1)}
        self.assertEqual({findings[subject]["verdict"] for subject in ("store", "consent", "upload")}, {"fault"})
        self.assertIn("dwell-agent", findings["store"]["detail"])

    def test_a_number_that_is_none_is_told_in_words(self):
        for arguments in (["visits", "--limit", "0"], ["visits", "--limit", "-3"], ["links", "x"]):
            self.assertIn("a whole number from 1 on", self.ctl(*arguments, expect=2).stderr)

    def test_an_empty_one_gives_empty_lists(self):
        self.ctl("consent", "accept", "--yes")
        for command in (["visits"], ["sessions"], ["histograms"]):
            self.assertEqual(self.json(*command), [])
        self.assertEqual(self.json("outbox")["reports"], [])

    def fill(self, visits):
        """So many visits of one page, a second after each other."""
        self.ctl("consent", "accept", "--yes")
        given = {"url": 1, "context": 1, "exit": 1, "access_type": 5}
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("INSERT INTO url VALUES (1, 0, 'http://a.test/', 20778)")
            store.execute("INSERT INTO visit_context (id, browser, utc_offset_min, tab_opened_by) VALUES (1, 'b', 0, 0)")
            names = ["id", "start_ms"] + [row[1] for row in store.execute("PRAGMA table_info(visit)")
                                          if row[3] and row[1] != "start_ms"]
            fixed = [given.get(name, 0) for name in names[2:]]
            store.executemany(f"INSERT INTO visit ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                              ([n, 1795255200000 + 1000 * n, *fixed] for n in range(1, visits + 1)))

    def test_visits_are_listed_in_order_and_the_newest_on_demand(self):
        self.fill(5)
        self.assertEqual([visit["id"] for visit in self.json("visits")], [1, 2, 3, 4, 5])
        self.assertEqual([visit["id"] for visit in self.json("visits", "--limit", 2)], [4, 5])
        self.assertEqual(self.json("visits", "--url", "nowhere"), [])
        head, *lines = self.ctl("visits").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in [head, *lines]], ["id", "1", "2", "3", "4", "5"])
        self.assertEqual({line.index("http://a.test/") for line in lines}, {head.index("url")})

    def test_any_number_of_visits_is_listed_in_little_memory(self):
        self.fill(20_000)
        for arguments in (["visits", "--json"], ["visits"], ["histograms", "--rebuild"]):
            with self.subTest(arguments), open(self.home / "out", "wb") as out:
                with subprocess.Popen([DWELLCTL, *arguments], env=self.environment, stdout=out) as listing:
                    _, _, usage = os.wait4(listing.pid, 0)
                    listing.returncode = 0
                self.assertLess(usage.ru_maxrss, 45 * 1024, f"{usage.ru_maxrss} kB")

    def test_links_of_a_visit_that_is_none(self):
        self.assertIn("store.sqlite", self.ctl("links", 7, expect=1).stderr)
        self.ctl("consent", "accept", "--yes")
        self.assertIn("7: no such visit", self.ctl("links", 7, expect=1).stderr)
        self.ctl("links", "none", expect=2)

    def test_a_day_that_is_none_and_a_name_that_is_none(self):
        self.ctl("consent", "accept", "--yes")
        self.assertIn("2026-02-30", self.ctl("visits", "--since", "2026-02-30", expect=2).stderr)
        self.assertIn("No.Such", self.ctl("histograms", "No.Such", expect=2).stderr)
        self.ctl("outbox", "show", "no-such-id", expect=2)

    def test_histograms_are_described_with_their_buckets(self):
        (described,) = [d for d in self.json("histograms", "describe", "Engagement.ActiveTime")
                        if d["name"] == "Engagement.ActiveTime"]
        self.assertEqual(described["bucket_count"], len(described["edges"]) - 1)
        self.assertEqual(described["edges"][0], 0)

    def test_histograms_counted_anew_show_what_no_row_explains(self):
        self.ctl("consent", "accept", "--yes")
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("INSERT INTO session VALUES (1, 1795255200000, 1795255260000, 3, 5000)")
            series = {"Session.Duration": 60000, "Session.Pages": 3, "Session.ActiveTime": 5000}
            edges = {d["name"]: d["edges"] for d in self.json("histograms", "describe", "Session.")}
            for number, (name, value) in enumerate(series.items(), 1):
                low = max(edge for edge in edges[name] if edge <= value)
                high = min(edge for edge in edges[name] if edge > value)
                store.execute("INSERT INTO histogram_series VALUES (?, ?, 'all')", (number, name))
                store.execute("INSERT INTO histogram (series, day, low, high, count, reported) "
                              "VALUES (?, 20778, ?, ?, 1, 0)", (number, low, high))
                store.execute("INSERT INTO histogram_sum (series, day, sum, reported) VALUES (?, 20778, ?, 0)",
                              (number, value))
        self.assertEqual(self.json("histograms", "--rebuild"), [])
        with sqlite3.connect(self.data / "store.sqlite") as store:
            store.execute("UPDATE histogram SET count = 2 WHERE series = 2")
        (difference,) = self.json("histograms", "--rebuild", expect=1)
        self.assertEqual((difference["name"], difference["group"]), ("Session.Pages", "all"))
        self.assertEqual((difference["kept"]["count"], difference["rebuilt"]["count"]), (2, 1))


class Agent(Ctl):
    def test_where_none_runs_the_message_says_what_to_start(self):
        for command in (["status"], ["pause"], ["resume"], ["flush"], ["mark", "task", "1"], ["participant", "P1"]):
            self.assertIn("dwell-agent", self.ctl(*command, expect=1).stderr)

    def test_the_doctor_finds_what_is_missing_and_names_the_next_step(self):
        findings = {f["subject"]: f for f in self.json("doctor", expect=1)}
        self.assertEqual(findings["agent"]["verdict"], "fault")
        self.assertEqual(findings["consent"]["next_step"], "dwellctl consent accept")

    def test_a_browser_in_a_sandbox_is_found_and_explained(self):
        flatpak = self.data.parent / "flatpak" / "app" / "org.mozilla.firefox"
        flatpak.mkdir(parents=True)
        findings = {f["subject"]: f for f in self.json("doctor", expect=1)}
        self.assertEqual(findings[str(flatpak)]["verdict"], "note")
        self.assertIn("a flatpak browser can't start the bridge", findings[str(flatpak)]["detail"])
        self.assertIn("Debian package", findings[str(flatpak)]["next_step"])


class Enrolment(Ctl):
    def test_a_collector_that_is_down_is_told(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound, not listening: refused
            origin = f"http://127.0.0.1:{unused.getsockname()[1]}"
            self.assertIn("127.0.0.1", self.ctl("enrol", origin, "CODE", expect=1).stderr)

    def test_http_goes_to_loopback_only(self):
        self.assertIn("https", self.ctl("enrol", "http://research.example", "CODE", expect=2).stderr)


class BrowserRegistration(Ctl):
    def test_the_manifest_names_a_host_that_can_be_started(self):
        for name in ("profile", "it's a profile"):
            arguments = ["browser", "register", "--user-data-dir", self.home / name]
            manifest = self.json(*arguments, "--runtime-dir", self.home / name)["manifest"]
            host = json.loads(pathlib.Path(manifest).read_text(encoding="utf-8"))
            self.assertTrue(os.access(host["path"], os.X_OK))
            self.assertRegex(host["allowed_origins"][0], "^chrome-extension://[a-p]{32}/$")
            tried = subprocess.run([host["path"]], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10,
                                   env=self.environment, check=False)
            self.assertIn(str(self.home / name / "bridge.sock"), tried.stderr)  # it looked where it was told

    def test_firefox_is_told_the_id_that_its_manifest_gives_the_extension(self):
        told = self.json("browser", "register", "--browser", "firefox", "--user-data-dir", self.home)
        self.assertEqual(told["manifest"], str(self.home / "native-messaging-hosts" / "org.dwell.bridge.json"))
        settings = json.loads((EXTENSION / "manifests" / "firefox.json").read_text(encoding="utf-8"))
        self.assertEqual(told["host"]["allowed_extensions"], [settings["browser_specific_settings"]["gecko"]["id"]])
        self.assertNotIn("allowed_origins", told["host"])

    def test_who_registers_a_browser_that_is_there_in_a_sandbox_is_told(self):
        (self.data.parent / "flatpak" / "app" / "org.mozilla.firefox").mkdir(parents=True)
        self.assertIn("a flatpak browser can't start the bridge",
                      self.ctl("browser", "register", "--browser", "firefox").stderr)
        self.assertEqual(self.ctl("browser", "register", "--browser", "chrome").stderr, "")

    def test_a_browser_of_no_known_name(self):
        self.ctl("browser", "register", "--browser", "mosaic", expect=2)


if __name__ == "__main__":
    DWELLCTL = sys.argv.pop(1)
    unittest.main()
