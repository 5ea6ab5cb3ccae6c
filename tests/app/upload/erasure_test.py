#!/usr/bin/env python3
"""Opting out of what was collected, with the programs: erasure_test.py FOLDER_OF_THE_PROGRAMS"""

import json
import os
import pathlib
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))

from tests.support.lab.front import Front, answer_of, answers, passes_on  # noqa: E402
from tests.support.lab.machine import Collector, Machine  # noqa: E402

BIN = None


class Erasure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.collector = Collector(BIN, self.home / "collector").start()
        self.addCleanup(self.collector.kill)
        self.front = Front()
        self.addCleanup(self.front.close)
        self.front.onward = self.collector.port
        self.code = self.collector.create()
        self.machine = Machine(BIN, self.home / "machine")
        self.machine.enrol(self.front.origin, self.code)
        self.machine.visit(1, 4)
        self.assertEqual(self.machine.upload().json["delivered"], 1)
        self.front.requests.clear()

    def withdraw(self, expect=0):
        done = self.machine.ctl("consent", "withdraw", "--yes", "--erase-collected", "--json")
        self.assertEqual(done.returncode, expect, done.stderr)
        return json.loads(done.stdout) if not expect else done.stderr

    def request(self):
        files = list((self.machine.data / "erasure-requests").iterdir())
        self.assertEqual(len(files), 1)
        self.assertEqual(stat.S_IMODE(os.stat(files[0]).st_mode), 0o600)
        return json.loads(files[0].read_text(encoding="utf-8"))

    def on_collectors_disk(self, text):
        return any(text in file.read_bytes() for file in self.collector.data.iterdir())

    def test_opting_out_erases_at_the_collector_at_once_and_leaves_the_experiment(self):
        body = bytes(self.machine.rows("SELECT body FROM report")[0]["body"])
        self.assertTrue(self.on_collectors_disk(body[40:90]))
        said = self.withdraw()
        self.assertTrue(said["erased_there"])
        self.assertEqual(self.collector.reports(), [])
        self.assertFalse(self.on_collectors_disk(body[40:90]))
        request = self.request()
        self.assertEqual((request["reports"], request["token"]), (1, ""))
        self.assertFalse((self.machine.data / "token").exists())
        self.assertEqual(self.machine.rows("SELECT * FROM enrolment"), [])
        self.assertEqual(len(self.machine.rows("SELECT * FROM visit")), 4)  # what is here is another matter
        self.assertEqual(self.machine.upload().json["outcome"], "no_consent")

    def test_erasing_everywhere_leaves_nothing_here_and_there(self):
        done = self.machine.ctl("erase", "--all", "--everywhere", "--yes", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual((said["visits"], said["erased_there"]), (4, True))
        self.assertEqual(self.machine.rows("SELECT * FROM visit"), [])
        self.assertEqual(self.machine.rows("SELECT * FROM enrolment"), [])
        self.assertEqual(self.collector.reports(), [])
        refused = self.machine.ctl("erase", "--site", "one.example", "--everywhere", "--yes")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("or nothing", refused.stderr)

    def test_a_request_outlives_a_collector_that_is_down_or_talks_nonsense_until_it_is_acknowledged(self):
        for behave in [answers(b""), answers(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                       answers(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"),
                       answers(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" +
                               b'{"client":"x","erased_ms":1,"reports":1,"quarantined":0}    ')]:
            self.front.behave = behave
            if not (self.machine.data / "erasure-requests").exists():
                self.assertFalse(self.withdraw()["erased_there"])
            ended = self.machine.upload()
            self.assertEqual((ended.code, ended.json["outcome"]), (3, "later"), ended.output)
            self.assertIn("the erasure is not acknowledged yet: ", ended.json["message"])
            self.assertGreater(ended.json["next_attempt_ms"], 0)
            self.assertIsNone(self.request()["acknowledged_ms"])
        self.assertEqual(self.request()["failures"], 5)
        self.assertIn("has not acknowledged it", self.machine.ctl("doctor", "--json").stdout)
        waits, out = self.machine.start_upload("--json")  # by itself it keeps to the time that was set
        self.assertEqual(self.machine.ended(waits, out, 0).json["outcome"], "later")
        self.assertEqual(self.request()["failures"], 5)
        self.front.behave = passes_on
        ended = self.machine.upload()
        self.assertEqual((ended.code, ended.json["erased"]), (0, 1), ended.output)
        self.assertEqual(self.collector.reports(), [])
        self.front.requests.clear()
        self.machine.upload()
        self.assertEqual(self.front.requests, [])

    def test_an_erasure_whose_answer_is_lost_is_asked_for_again_and_gets_the_same_answer(self):
        first = []

        def dies_before_answering(connection, front):
            first.append(answer_of(front.onward, front.take(connection)))
            self.collector.kill()

        self.front.behave = dies_before_answering
        self.assertFalse(self.withdraw()["erased_there"])
        self.collector.start()
        self.assertEqual(self.collector.reports(), [])
        again = []

        def listens(connection, front):
            again.append(answer_of(front.onward, front.take(connection)))
            connection.sendall(again[0])

        self.front.behave = listens
        self.assertEqual(self.machine.upload().json["erased"], 1)
        self.assertEqual(first[0].split(b"\r\n\r\n")[1], again[0].split(b"\r\n\r\n")[1])
        self.assertEqual(self.request()["reports"], 1)

    def test_what_waited_is_never_sent_and_a_late_report_is_refused(self):
        self.machine.visit(5, 6)
        late = []

        def loses(connection, front):
            late.append(front.take(connection))

        self.front.behave = loses
        self.assertEqual(self.machine.upload().code, 3)
        self.front.behave = passes_on
        self.assertTrue(self.withdraw()["erased_there"])
        self.assertEqual(self.machine.states(), ["delivered", "quarantined"])
        answer = answer_of(self.collector.port, late[0])  # one that was still on its way
        self.assertTrue(answer.startswith(b"HTTP/1.1 403 "), answer)
        self.assertEqual(self.collector.reports(), [])

    def test_who_takes_part_again_is_somebody_new(self):
        old = self.machine.rows("SELECT client FROM identity")[0]["client"]
        self.assertTrue(self.withdraw()["erased_there"])
        self.machine.enrol(self.front.origin, self.code)
        self.machine.visit(7, 8)
        self.assertEqual(self.machine.upload().json["delivered"], 1)
        kept = self.collector.reports()
        self.assertNotEqual(kept[0]["client"], old)
        self.assertEqual(self.collector.visits(), {7: 1, 8: 1})
        self.assertEqual(kept[0]["sequence"], 1)

    def test_enrolling_elsewhere_does_not_lose_the_request(self):
        self.front.behave = answers(b"")
        self.assertFalse(self.withdraw()["erased_there"])
        other = Collector(BIN, self.home / "other").start()
        self.addCleanup(other.kill)
        self.machine.enrol(f"http://127.0.0.1:{other.port}", other.create())
        self.front.behave = passes_on
        ended = self.machine.upload()
        self.assertEqual((ended.code, ended.json["erased"]), (0, 1), ended.output)
        self.assertEqual(self.collector.reports(), [])

    def test_without_an_enrolment_there_is_nobody_to_ask(self):
        self.withdraw()
        self.assertIn("not enrolled", self.withdraw(expect=1))


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=0, warnings="ignore")  # sockets that daemon threads still hold
