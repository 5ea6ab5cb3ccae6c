#!/usr/bin/env python3
"""https as the programs speak it, over loopback: whom they trust, and that nothing leaves otherwise.

tls_test.py FOLDER_OF_THE_PROGRAMS
"""

import os
import pathlib
import socket
import ssl
import stat
import sys
import tempfile
import threading
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))

from tests.support.lab import certificates  # noqa: E402
from tests.support.lab.front import Front  # noqa: E402
from tests.support.lab.machine import Collector, Machine  # noqa: E402

BIN = None
OWN_CA = "if the experiment has a CA of its own: dwellctl enrol URL CODE --ca FILE"


class Room(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.authority = certificates.Authority(cls.folder)
        cls.good = certificates.context(cls.authority.leaf("good.pem"))
        cls.collector = Collector(BIN, cls.folder / "collector").start()
        cls.addClassCleanup(cls.collector.kill)
        cls.code = cls.collector.create()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Machine(BIN, pathlib.Path(folder.name))
        self.machine.configure("[upload]\nconnect_timeout_s = 10\n")
        self.front = self.serve(self.good)

    def serve(self, context):
        front = Front(context=context)
        front.onward = self.collector.port
        self.addCleanup(front.close)
        return front

    def enrolled(self):
        self.machine.enrol(self.front.origin, self.code, "--ca", str(self.authority.pem))
        self.front.requests.clear()
        self.machine.visit(1, 3)


class Tls(Room):
    def turn_to(self, context):
        """The same address, with another certificate."""
        self.front.context = context

    def refused(self, words, step, net_error=60):
        """An upload that the certificate ends: said with what to do, nothing sent, all kept."""
        ended = self.machine.upload()
        self.assertEqual(ended.code, 3, ended.output)
        self.assertIn(words, ended.json["message"])
        self.assertTrue(ended.json["message"].endswith(" → " + step), ended.json["message"])
        self.assertEqual(self.front.requests, [])
        self.assertEqual(self.machine.states(), ["waiting"])
        last = self.machine.attempts()[-1]
        self.assertEqual((last["status"], last["net_error"], last["outcome"]), (None, net_error, "retry"))
        self.assertIn(words, last["detail"])

    def test_an_own_ca_named_at_enrolment_is_kept_private_and_used_for_reports(self):
        self.enrolled()
        kept = self.machine.data / "collector-ca.pem"
        self.assertEqual(stat.S_IMODE(os.stat(kept).st_mode), 0o600)
        ended = self.machine.upload()
        self.assertEqual((ended.code, ended.json["delivered"]), (0, 1), ended.output)
        self.assertEqual([request.split(b" HTTP")[0] for request in self.front.requests],
                         [b"POST /v1/reports", b"GET /v1/experiment"])
        doctor = self.machine.ctl("doctor", "--json").stdout
        self.assertIn("trusted by the CA named at enrolment", doctor)
        again = self.machine.ctl("enrol", self.front.origin, self.code)
        self.assertEqual(again.returncode, 0, again.stderr)  # kept for this collector

    def test_a_ca_is_in_force_for_its_own_origin_only(self):
        self.enrolled()
        other = self.serve(self.good)
        done = self.machine.ctl("enrol", other.origin, self.code)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unable to get local issuer certificate → " + OWN_CA, done.stderr)
        self.assertEqual(other.requests, [])

    def test_the_ca_of_an_experiment_stands_instead_of_all_others(self):
        other = certificates.Authority(self.folder, "Another CA")
        done = self.machine.ctl("enrol", self.front.origin, self.code, "--ca", str(other.pem))
        self.assertEqual(done.returncode, 1)
        self.assertIn(OWN_CA, done.stderr)
        self.assertEqual(self.front.requests, [])
        self.assertFalse((self.machine.data / "collector-ca.pem").exists())

    def test_without_an_own_ca_the_system_has_to_know_the_signer(self):
        done = self.machine.ctl("enrol", self.front.origin, self.code)
        self.assertEqual(done.returncode, 1)
        self.assertIn(OWN_CA, done.stderr)
        self.assertEqual(self.front.requests, [])

    def test_what_is_no_ca_is_refused_before_anything_is_sent(self):
        key = self.machine.ctl("enrol", self.front.origin, self.code, "--ca", str(self.authority.key))
        self.assertEqual(key.returncode, 2)
        self.assertIn("holds a private key", key.stderr)
        broken = self.folder / "broken.pem"
        broken.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", encoding="utf-8")
        done = self.machine.ctl("enrol", self.front.origin, self.code, "--ca", str(broken))
        self.assertEqual(done.returncode, 1)
        self.assertIn("the CA kept for this collector is no certificate", done.stderr)
        self.assertEqual(self.front.requests, [])

    def test_a_certificate_for_another_host_ends_it(self):
        self.enrolled()
        self.turn_to(certificates.context(self.authority.leaf("other.pem", "DNS:other.example,IP:127.0.0.2")))
        self.refused("127.0.0.1", "use the collector's address as its certificate names it")

    def test_an_expired_certificate_ends_it(self):
        self.enrolled()
        self.turn_to(certificates.context(
            self.authority.leaf("old.pem", begin="20200101000000Z", end="20200201000000Z")))
        self.refused("certificate has expired",
                     "the collector's certificate has to be renewed; if it is new, look at this machine's clock")

    def test_a_certificate_of_the_future_ends_it(self):
        self.enrolled()
        self.turn_to(certificates.context(
            self.authority.leaf("new.pem", begin="20400101000000Z", end="20410101000000Z")))
        self.refused("certificate is not yet valid", "look at this machine's clock")

    def test_a_self_signed_certificate_ends_it(self):
        self.enrolled()
        self.turn_to(certificates.context(certificates.self_signed(self.machine.home)))
        self.refused("self-signed certificate", OWN_CA)

    def test_tls_1_1_is_not_spoken(self):
        self.enrolled()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old = certificates.context(self.authority.leaf("tls11.pem"), ssl.TLSVersion.TLSv1_1)
            self.turn_to(old)
        self.refused("", "the collector must speak TLS 1.2 or newer at this address", net_error=35)

    def test_tls_1_2_and_1_3_are_spoken(self):
        self.enrolled()
        self.turn_to(certificates.context(self.authority.leaf("tls12.pem"), ssl.TLSVersion.TLSv1_2))
        self.assertEqual(self.machine.upload().code, 0)

    def test_a_token_that_others_can_read_stays_here(self):
        self.enrolled()
        (self.machine.data / "token").chmod(0o644)
        ended = self.machine.upload()
        self.assertEqual(ended.code, 4)
        self.assertIn("the token can be read by others", ended.json["message"])
        self.assertIn("dwellctl enrol URL CODE", ended.json["message"])
        self.assertEqual(self.front.requests, [])
        self.assertIn("can be read by others", self.machine.ctl("doctor", "--json").stdout)


class Tunnel:
    """A proxy that CONNECTs; keeps what it could read."""

    def __init__(self):
        self.heads = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        self.heads.append(head)
        host, _, port = head.split(b" ")[1].rpartition(b":")
        onward = socket.create_connection((host.decode(), int(port)))
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        threading.Thread(target=self.pump, args=(onward, connection), daemon=True).start()
        self.pump(connection, onward)

    @staticmethod
    def pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # or a thread in accept() takes one more
        self.listener.close()


class Proxy(Room):
    def setUp(self):
        super().setUp()
        self.enrolled()
        self.proxy = Tunnel()

    def test_the_proxy_of_the_environment_is_used_in_either_case_and_sees_no_token(self):
        for number, name in enumerate(["https_proxy", "HTTPS_PROXY", "all_proxy"]):
            with self.subTest(name):
                self.proxy.heads.clear()
                self.machine.visit(10 + number, 10 + number)
                self.machine.environment[name] = f"http://user:pass@{self.proxy.address}"
                self.assertEqual(self.machine.upload().code, 0)
                self.assertEqual(len(self.proxy.heads), 1)
                self.assertTrue(self.proxy.heads[0].startswith(b"CONNECT 127.0.0.1:"))
                self.assertNotIn(b"Bearer", self.proxy.heads[0])
                doctor = self.machine.ctl("doctor", "--json").stdout
                self.assertIn(f"{name}=http://{self.proxy.address}", doctor)
                self.assertNotIn("user:pass", doctor)
                del self.machine.environment[name]

    def test_no_proxy_names_who_is_reached_straight(self):
        self.machine.environment["https_proxy"] = f"http://{self.proxy.address}"
        for name in ["no_proxy", "NO_PROXY"]:
            self.machine.environment[name] = "lab.example,127.0.0.1"
            self.assertIn("but not for " + name, self.machine.ctl("doctor", "--json").stdout)
            self.assertEqual(self.machine.upload().code, 0)
            del self.machine.environment[name]
        self.assertEqual(self.proxy.heads, [])

    def test_a_proxy_that_is_not_there_is_named_as_such(self):
        self.proxy.close()
        self.machine.environment["https_proxy"] = f"http://{self.proxy.address}"
        ended = self.machine.upload()
        self.assertEqual(ended.code, 3)
        self.assertIn("Failed to connect", ended.json["message"])
        self.assertEqual(self.front.requests, [])


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main(verbosity=0, warnings="ignore")  # sockets that daemon threads still hold
