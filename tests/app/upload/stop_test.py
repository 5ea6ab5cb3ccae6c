#!/usr/bin/env python3
"""SIGTERM to dwell-upload in every phase of sending: it ends within 2 s, the report waits, and is stored exactly once
later. stop_test.py FOLDER_OF_THE_PROGRAMS
"""

import pathlib
import random
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))

from tests.faults.network.network_faults import full_listener  # noqa: E402
from tests.support.lab import certificates  # noqa: E402
from tests.support.lab.front import Front, answer_of, is_silent, passes_on  # noqa: E402
from tests.support.lab.machine import Collector, Machine  # noqa: E402

BIN = None
STOPPED = 5


class Stop(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.collector = Collector(BIN, self.home / "collector").start()
        self.addCleanup(self.collector.kill)
        self.machine = Machine(BIN, self.home / "machine")

    def front(self, **options):
        front = Front(**options)
        self.addCleanup(front.close)
        front.onward = self.collector.port
        return front

    def enrolled(self, front, *more, visits=3, url="https://shop.example/{id}"):
        self.machine.enrol(front.origin, self.collector.create(), *more)
        front.arrived.clear()
        front.requests.clear()
        self.machine.visit(1, visits, url)

    def stopped(self, process, out):
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        ended = self.machine.ended(process, out, began)
        self.assertEqual(ended.code, STOPPED, ended.output)
        self.assertLess(ended.seconds, 2)
        self.assertEqual(self.machine.states(), ["waiting"])
        self.assertEqual(self.machine.attempts(), [])

    def stored_once(self, visits=3):
        ended = self.machine.upload()
        self.assertEqual(ended.code, 0, ended.output)
        self.assertEqual(self.machine.states(), ["delivered"])
        self.assertEqual(self.collector.visits(), {number: 1 for number in range(1, visits + 1)})

    def sealed(self):
        """Until the report is in the outbox: from there on the program is in the network."""
        while self.machine.states() != ["waiting"]:
            pass

    def test_while_it_connects(self):
        front = self.front()
        self.enrolled(front)
        front.close()
        with full_listener(front.port):
            process, out = self.machine.start_upload()
            self.sealed()
            self.stopped(process, out)
        again = self.front(port=front.port)
        self.assertEqual(again.port, front.port)
        self.stored_once()

    def test_in_the_tls_handshake(self):
        authority = certificates.Authority(self.home)
        front = self.front(context=certificates.context(authority.leaf("front.pem")))
        self.enrolled(front, "--ca", str(authority.pem))
        context, front.context = front.context, None

        def keeps_silent(connection, front):
            connection.recv(1)  # of the ClientHello
            front.arrived.set()
            while connection.recv(4096):
                pass

        front.behave = keeps_silent
        process, out = self.machine.start_upload()
        self.assertTrue(front.arrived.wait(20))
        self.stopped(process, out)
        front.context, front.behave = context, passes_on
        self.stored_once()

    def test_while_it_sends(self):
        front = self.front(segment=536)
        chance = random.Random(1)
        visits = 2000
        self.enrolled(front, visits=visits,
                      url=lambda number: f"https://shop.example/{number}/" +
                      "".join(chance.choice("abcdefghijklmnopqrstuvwxyz-") for _ in range(200)))
        received = []

        def reads_no_further(connection, front):
            received.append(connection.recv(1))
            front.arrived.set()
            front.closing.wait(20)

        front.behave = reads_no_further
        process, out = self.machine.start_upload()
        self.assertTrue(front.arrived.wait(20))
        size = self.machine.rows("SELECT size FROM report")[0]["size"]
        queued = sum(queue_of(front.port))
        self.assertLess(queued, size, "all of it was with the kernel already: not in the middle of sending")
        self.stopped(process, out)
        front.behave = passes_on
        self.stored_once(visits)

    def test_while_it_waits_for_the_answer(self):
        front = self.front()
        self.enrolled(front)
        front.behave = is_silent
        process, out = self.machine.start_upload()
        self.assertTrue(front.arrived.wait(20))
        self.stopped(process, out)
        front.behave = passes_on
        self.stored_once()

    def test_when_the_collector_has_stored_and_the_answer_is_under_way(self):
        front = self.front()
        self.enrolled(front)

        def stores_and_keeps_silent(connection, front):
            answer_of(front.onward, front.take(connection))
            front.stored.set()
            while connection.recv(1):
                pass

        front.stored = type(front.arrived)()
        front.behave = stores_and_keeps_silent
        process, out = self.machine.start_upload()
        self.assertTrue(front.stored.wait(20))
        self.stopped(process, out)
        front.behave = passes_on
        self.stored_once()
        self.assertEqual(self.machine.attempts()[-1]["status"], 200)  # the first receipt again


def queue_of(port):
    """Bytes that the kernel holds of connections to the port, at either end (proc_net_tcp(5): tx_queue:rx_queue)."""
    here = f":{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        for row in list(table)[1:]:
            fields = row.split()
            if fields[3] == "01" and (fields[1].endswith(here) or fields[2].endswith(here)):
                yield sum(int(number, 16) for number in fields[4].split(":"))


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=0, warnings="ignore")  # sockets that daemon threads still hold
