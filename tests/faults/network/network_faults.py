#!/usr/bin/env python3
"""The network half of the fault matrix: dwell-upload and dwell-collector as they are, and a network between them that
fails in one way a class. After each fault: the report waits, the outcome and its reason are kept, nothing has leaked;
when the network is well again, every visit is at the collector exactly once. Prints a line a class; exits 1 if any
promise was broken.

network_faults.py FOLDER_OF_THE_PROGRAMS [--quick]
"""

import argparse
import gzip
import pathlib
import resource
import socket
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))

from tests.faults.network import nonsense  # noqa: E402
from tests.support.lab import certificates  # noqa: E402
from tests.support.lab.front import (Front, answer_of, answers, is_silent, passes_on, reset)  # noqa: E402
from tests.support.lab.machine import Collector, Machine  # noqa: E402

CONFIG = "[upload]\nconnect_timeout_s = 2\nstall_timeout_s = 1\ntotal_timeout_s = 3\n"
LATER = 3  # dwell-upload's exit code
PEAK_KB = 48 * 1024  # the larger of dwell-upload (20 MB, mostly libraries) and of this program before its exec
GROWTH_KB = 4 * 1024  # of the peak, over the runs of a class


class Broken(Exception):
    """A promise that was not kept."""


class Site:
    """A machine with visits that are to be reported, a front, a collector."""

    def __init__(self, bin_dir, folder, authority):
        self.folder = pathlib.Path(folder)
        self.collector = Collector(bin_dir, self.folder / "collector").start()
        context = certificates.context(authority.leaf("front.pem")) if authority else None
        self.front = Front(context=context)
        self.front.onward = self.collector.port
        self.elsewhere = Front(answers(nonsense.http()))
        self.machine = Machine(bin_dir, self.folder / "machine")
        self.machine.configure(CONFIG)
        self.machine.enrol(self.front.origin, self.collector.create(),
                           *(["--ca", str(authority.pem)] if authority else []))
        self.visits = 0
        self.runs = 0
        self.peaks = []
        self.words = ""
        self.visit()

    def visit(self, count=3, url="https://shop.example/{id}"):
        self.machine.visit(self.visits + 1, self.visits + count, url)
        self.visits += count

    def expect(self, holds, words):
        if not holds:
            raise Broken(words)

    def fails(self, net_errors=None, status=None, words="", name=""):
        """One upload that does not succeed: later, kept, noted with its reason."""
        ended = self.machine.upload()
        self.runs += 1
        self.peaks.append(ended.peak_kb)
        self.expect(ended.code == LATER, f"{name}: exit {ended.code}: {ended.output[:300]}")
        self.expect(ended.seconds < 15, f"{name}: took {ended.seconds:.0f} s")
        self.expect(ended.json["next_attempt_ms"] > time.time() * 1000, f"{name}: no next attempt")
        last = self.machine.attempts()[-1]
        self.words = last["detail"]
        self.expect(last["outcome"] == "retry", f"{name}: noted as {last['outcome']}")
        self.expect(last["detail"] and words in last["detail"], f"{name}: says {last['detail']!r}")
        self.expect(len(last["detail"]) < 600 and last["detail"].isprintable(), f"{name}: says {last['detail']!r}")
        if net_errors:
            self.expect(last["net_error"] in net_errors, f"{name}: libcurl {last['net_error']}: {last['detail']}")
        if status:
            self.expect(last["status"] == status, f"{name}: status {last['status']}")
        self.expect("waiting" in self.machine.states(), f"{name}: no report waits")
        self.expect(self.elsewhere.requests == [] and self.elsewhere.raw == [], f"{name}: something went elsewhere")

    def heals(self, behave=passes_on):
        self.front.behave = behave
        for _ in range(2):
            ended = self.machine.upload()
            self.expect(ended.code == 0, f"healed, yet exit {ended.code}: {ended.output}")
        self.expect(set(self.machine.states()) == {"delivered"}, f"healed, yet {self.machine.states()}")
        counts = self.collector.visits()
        self.expect(counts == {number: 1 for number in range(1, self.visits + 1)}, f"at the collector: {counts}")
        kept = {row["sequence"] for row in self.collector.reports()}
        self.expect(kept == set(range(1, len(kept) + 1)), f"sequences: {kept}")

    def frugal(self):
        self.expect(max(self.peaks, default=0) < PEAK_KB, f"peak {max(self.peaks)} KiB")
        # The first runs of a class may differ in what they meet; later ones must not add to it.
        half = len(self.peaks) // 2
        if half >= 5:
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # what a peak cannot be below, see PEAK_KB
            growth = max(self.peaks[half:]) - max(own, *self.peaks[:half])
            self.expect(growth < GROWTH_KB, f"the peak grew by {growth} KiB")

    def close(self):
        self.front.close()
        self.elsewhere.close()
        self.collector.kill()


# -- The classes: each makes its fault, judges what came of it, and leaves the rest to heals(). ----------------------


def never_answers(site, _quick):
    site.front.behave = is_silent
    site.fails({28}, name="silent")


def reset_when_accepted(site, _quick):
    site.front.behave = lambda connection, front: reset(connection)
    site.fails({7, 35, 52, 55, 56}, name="reset at once")


def reset_within_the_request(site, _quick):
    def behave(connection, front):
        connection.recv(40)
        reset(connection)
    site.front.behave = behave
    site.fails({52, 55, 56}, name="reset within the request")


def reset_after_the_request(site, _quick):
    def behave(connection, front):
        front.take(connection)
        reset(connection)
    site.front.behave = behave
    site.fails({52, 56}, name="reset after the request")


def reset_within_the_answer(site, _quick):
    whole = nonsense.http(body=b"x" * 1000)
    for cut in [5, 30, len(whole) - 200]:
        def behave(connection, front, cut=cut):
            front.take(connection)
            connection.sendall(whole[:cut])
            reset(connection)
        site.front.behave = behave
        site.fails({1, 8, 18, 52, 56}, name=f"reset {cut} bytes into the answer")


def closed_without_an_answer(site, _quick):
    site.front.behave = lambda connection, front: front.take(connection)
    site.fails({52}, words="Empty reply", name="closed")


def hundred_kinds_of_nonsense(site, quick):
    elsewhere = site.elsewhere.origin.encode()
    count = 0
    for count, (name, data) in enumerate(nonsense.kinds(elsewhere), 1):
        if count % (3 if quick else 1):
            continue
        site.front.behave = answers(data)
        site.fails(name=name)
    site.expect(count >= 100, f"only {count} kinds")


def trickle(site, _quick):
    def behave(connection, front):
        front.take(connection)
        for byte in nonsense.http(body=b"x" * 10_000):
            connection.sendall(bytes([byte]))
            front.closing.wait(0.2)
    site.front.behave = behave
    site.fails({28}, words="timed out", name="trickle")


def endless_interim_answers(site, _quick):
    def behave(connection, front):
        front.take(connection)
        while not front.closing.wait(0.01):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
    site.front.behave = behave
    site.fails(name="100 Continue without end")


def endless_answer(site, _quick):
    def behave(connection, front):
        front.take(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not front.closing.is_set():
            connection.sendall(b"y" * 65536)
    site.front.behave = behave
    site.fails(status=200, words="no receipt", name="an answer without end")


def dies_after_storing(site, quick):
    """The collector's own process, killed between its commit and its answer."""
    for _ in range(2 if quick else 10):
        def behave(connection, front):
            answer_of(front.onward, front.take(connection))
            site.collector.kill()
        site.front.behave = behave
        site.fails({52}, name="dies after storing")
        site.collector.start()
        site.front.behave = passes_on
        ended = site.machine.upload()
        site.expect(ended.code == 0, ended.output)
        site.expect(site.machine.attempts()[-1]["status"] == 200, "the repeat did not get the first receipt")
        site.visit()


def answer_lost_and_sent_again(site, quick):
    for number in range(2 if quick else 10):
        def behave(connection, front, cut=17 * number):
            answer = answer_of(front.onward, front.take(connection))
            connection.sendall(answer[:cut % len(answer)])
        site.front.behave = behave
        site.fails(name="an answer cut short")


def collector_down(site, _quick):
    site.collector.kill()
    site.fails({52}, name="front without a collector")
    site.collector.start()


def refused(site, _quick):
    port = site.front.port
    site.front.close()
    site.fails({7}, words="look at the network, and whether the collector runs", name="refused")
    site.front = reopened(port, site)


def hangs_in_connect(site, _quick):
    port = site.front.port
    site.front.close()
    with full_listener(port):
        site.fails({28}, words="Timeout", name="connect")
    site.front = reopened(port, site)


def mangled_on_the_way(site, _quick):
    """A proxy that unpacks and packs again: other bytes of the same content."""
    def behave(connection, front):
        head, body = front.take(connection).split(b"\r\n\r\n", 1)
        body = gzip.compress(gzip.decompress(body), 1)
        lines = [b"Content-Length: %d" % len(body) if line.lower().startswith(b"content-length:") else line
                 for line in head.split(b"\r\n")]
        connection.sendall(answer_of(front.onward, b"\r\n".join(lines) + b"\r\n\r\n" + body))
    site.front.behave = behave
    site.fails(status=409, words="changed on its way", name="packed again")
    site.expect(site.collector.reports() == [], "changed bytes were stored")


def unpacked_on_the_way(site, _quick):
    def behave(connection, front):
        head, body = front.take(connection).split(b"\r\n\r\n", 1)
        body = gzip.decompress(body)
        lines = [b"Content-Length: %d" % len(body) if line.lower().startswith(b"content-length:") else line
                 for line in head.split(b"\r\n") if not line.lower().startswith(b"content-encoding:")]
        connection.sendall(answer_of(front.onward, b"\r\n".join(lines) + b"\r\n\r\n" + body))
    site.front.behave = behave
    site.fails(status=415, name="unpacked")
    site.expect(site.collector.reports() == [], "changed bytes were stored")


def proxy_answers_itself(site, _quick):
    for status in [b"200 OK", b"201 Created"]:
        site.front.behave = answers(nonsense.http(status, nonsense.HTML))
        site.fails(status=int(status[:3]), words="no receipt for this report in answer", name="captive portal")


def redirected(site, _quick):
    for status in [301, 302, 303, 307, 308]:
        site.front.behave = answers(nonsense.http(b"%d Elsewhere" % status, headers=[
            b"Location: " + site.elsewhere.origin.encode() + b"/v1/reports"]))
        site.fails(status=status, name="redirect")


def busy(site, _quick):
    site.front.behave = answers(nonsense.http(b"503 Busy", headers=[b"Retry-After: 900"]))
    site.fails(status=503, name="busy")
    waits = site.machine.rows("SELECT next_attempt_ms FROM upload_state")[0]["next_attempt_ms"] / 1000 - time.time()
    site.expect(870 < waits <= 900, f"Retry-After: 900 gave {waits:.0f} s")
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 1800)).encode()
    site.front.behave = answers(nonsense.http(b"503 Busy", headers=[b"Retry-After: " + date]))
    site.fails(status=503, name="busy until a date")
    waits = site.machine.rows("SELECT next_attempt_ms FROM upload_state")[0]["next_attempt_ms"] / 1000 - time.time()
    site.expect(1760 < waits <= 1800, f"Retry-After as a date gave {waits:.0f} s")


def no_name_server(site, _quick):
    origin = site.front.origin
    nowhere = "https://collector.invalid"
    move(site.machine, origin, nowhere)
    site.fails({6}, words="look at the network, and whether the collector's address is right", name="DNS")
    move(site.machine, nowhere, origin)


def tls_never_greets(site, _quick):
    context, site.front.context = site.front.context, None
    site.front.behave = lambda connection, front: front.closing.wait(20)
    site.fails({28}, name="no ServerHello")
    site.front.context = context


def tls_reset_in_the_handshake(site, _quick):
    context, site.front.context = site.front.context, None

    def behave(connection, front):
        connection.recv(100)
        reset(connection)
    site.front.behave = behave
    site.fails({35}, name="reset in the handshake")
    site.front.context = context


def tls_noise(site, _quick):
    context, site.front.context = site.front.context, None
    for data in [b"HTTP/1.1 200 OK\r\n\r\n", b"\x16\x03\x03\xff\xff" + b"\x02" * 200, b"\x15\x03\x03\x00\x02\x02\x28"]:
        def behave(connection, front, data=data):
            connection.recv(5000)
            connection.sendall(data)
        site.front.behave = behave
        site.fails({35, 56}, name="noise in the handshake")
    site.front.context = context


CLASSES = [never_answers, reset_when_accepted, reset_within_the_request, reset_after_the_request,
           reset_within_the_answer, closed_without_an_answer, hundred_kinds_of_nonsense, trickle,
           endless_interim_answers, endless_answer, dies_after_storing, answer_lost_and_sent_again, collector_down,
           refused, hangs_in_connect, mangled_on_the_way, unpacked_on_the_way, proxy_answers_itself, redirected, busy,
           no_name_server, tls_never_greets, tls_reset_in_the_handshake, tls_noise]


# -- What some of them need. -----------------------------------------------------------------------------------------


def reopened(port, site):
    """A front at the address of an earlier one."""
    front = Front(port=port)
    front.onward = site.collector.port
    return front


class full_listener:
    """A port that takes no more connections: its queue is full, and what knocks is not answered."""

    def __init__(self, port):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(0)
        self.waiting = []
        for _ in range(3):
            knock = socket.socket()
            knock.setblocking(False)
            knock.connect_ex(("127.0.0.1", port))
            self.waiting.append(knock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for knock in self.waiting:
            knock.close()
        self.listener.close()


def move(machine, origin, other):
    """The machine's enrolment and consent, as if they named another collector."""
    with machine.database() as database:
        database.execute("UPDATE enrolment SET collector = ?", (other,))
        database.execute("UPDATE consent SET collector = ?", (other,))
    database.close()
    token = machine.data / "token"
    token.write_text(token.read_text(encoding="utf-8").replace(origin, other), encoding="utf-8")


def run(bin_dir, kind, quick):
    """The line of a class, and whether its promises held."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        authority = certificates.Authority(folder) if kind.__name__.startswith("tls_") else None
        site = Site(bin_dir, folder, authority)
        try:
            kind(site, quick)
            site.visit()  # what happens meanwhile goes with it
            site.heals()
            site.frugal()
            fault = ""
        except (Broken, KeyError, ValueError, OSError) as error:
            fault = f"{error}" if isinstance(error, Broken) else traceback.format_exc()
        finally:
            site.close()
    words = site.words if len(site.words) <= 60 else site.words[:57] + "…"
    stored = f"{site.visits} of {site.visits}" if not fault else "?"
    print(f"{kind.__name__.replace('_', ' '):32} {site.runs:5} {stored:>12} {max(site.peaks, default=0) / 1024:7.1f} "
          f"{time.monotonic() - began:6.1f}  {words}", flush=True)
    if fault:
        print(f"    BROKEN: {fault}", flush=True)
    return site.runs, not fault


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin")
    parser.add_argument("--quick", action="store_true", help="a third of the nonsense, fewer repeats")
    parser.add_argument("--only", help="classes whose name has this in it")
    options = parser.parse_args()
    print(f"{'class':32} {'runs':>5} {'visits once':>12} {'peak MB':>7} {'s':>6}  last reason kept")
    runs, kept = 0, []
    for kind in CLASSES:
        if options.only and options.only not in kind.__name__:
            continue
        count, held = run(options.bin, kind, options.quick)
        runs += count
        kept.append(held)
    print(f"{len(kept)} classes, {runs} runs, {kept.count(False)} with a broken promise")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
