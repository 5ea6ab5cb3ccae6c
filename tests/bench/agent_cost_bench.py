#!/usr/bin/env python3
"""What the agent costs a desktop: CPU next to a pynput listener, the X server's own, at rest, memory, a URL message.

On an X server of its own a full-screen window receives the motion, as a browser's would (without one the listener
looks four times cheaper than it is), and XTEST moves the pointer 1,000 times a second. The window's log is the truth
that slots and distances are held against. All CPU from schedstat of all threads. The listener is a python3-pynput
mouse and keyboard listener, what aw-watcher-afk is made of. ActivityWatch itself is not in Debian: its heartbeat is
the recorded 1.9-2.2 ms.
"""
import argparse
import collections
import json
import math
import os
import pathlib
import signal
import struct
import subprocess
import sys
import time

PERIOD = 0.001
SLOT_MS, LEAST_PX = 50, 3
HEARTBEAT_US = 1897
SCREEN = 1200, 850


def watch_window(display, log):
    """A window over everything that selects PointerMotion: time and place of each, until SIGTERM."""
    import Xlib.display
    import Xlib.X
    connection = Xlib.display.Display(display)
    screen = connection.screen()
    window = screen.root.create_window(0, 0, *SCREEN, 0, screen.root_depth, background_pixel=screen.white_pixel,
                                       override_redirect=True,
                                       event_mask=Xlib.X.PointerMotionMask | Xlib.X.StructureNotifyMask)
    window.map()
    going = True

    def end(*_):
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, end)
    import select
    with open(log, "w", encoding="utf-8") as file:
        while going:
            select.select([connection.display.socket], [], [], 0.2)
            while connection.pending_events():
                event = connection.next_event()
                if event.type == Xlib.X.MapNotify:
                    print("ready", flush=True)
                elif event.type == Xlib.X.MotionNotify:
                    print(event.time, event.root_x, event.root_y, file=file)
            file.flush()


def move(display, seconds):
    """1,000 XTEST motions a second, round in a circle, and a key each second."""
    import Xlib.display
    import Xlib.ext.xtest as xtest
    import Xlib.X
    connection = Xlib.display.Display(display)
    key = connection.keysym_to_keycode(ord("a"))
    count = round(seconds / PERIOD)
    begin = time.monotonic()
    for i in range(count):
        angle = i / 200
        xtest.fake_input(connection, Xlib.X.MotionNotify, x=600 + round(300 * math.cos(angle)),
                         y=425 + round(300 * math.sin(angle)))
        if i % 1000 == 500:
            xtest.fake_input(connection, Xlib.X.KeyPress, key)
            xtest.fake_input(connection, Xlib.X.KeyRelease, key)
        connection.flush()
        time.sleep(max(0, begin + i * PERIOD - time.monotonic()))
    connection.sync()
    print(count, flush=True)


def listen(display):
    os.environ["DISPLAY"] = display
    from pynput import keyboard, mouse
    nothing = lambda *_: None
    listeners = [mouse.Listener(on_move=nothing, on_click=nothing, on_scroll=nothing),
                 keyboard.Listener(on_press=nothing, on_release=nothing)]
    for each in listeners:
        each.start()
        each.wait()
    print("ready", flush=True)
    for each in listeners:
        each.join()


def cpu_ms(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


def switches(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if "voluntary_ctxt_switches" in line and not line.startswith("non"):
                total += int(line.split()[1])
    return total


def memory_mb(pid):
    """RSS; private memory; library pages that nobody else uses just now. None where the kernel does not tell this user.

    Private is what is there because this process runs: changed pages, and its program's own. A library's unchanged pages
    that no other process uses at the moment are told apart: on a desktop nearly all of them are shared.
    """
    program = os.readlink(f"/proc/{pid}/exe")
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines()
    except PermissionError:
        return None
    kb, mapped = collections.Counter(), ""
    for line in lines:
        words = line.split()
        if not words[0].endswith(":"):
            mapped = " ".join(words[5:])
        elif words[0] in ("Rss:", "Private_Dirty:"):
            kb[words[0]] += int(words[1])
        elif words[0] == "Private_Clean:":
            kb["program" if mapped == program else "libraries"] += int(words[1])
    return kb["Rss:"] / 1000, (kb["Private_Dirty:"] + kb["program"]) / 1000, kb["libraries"] / 1000


def written(pid):
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes"):
            return int(line.split()[1])
    return 0


def true_slots(log, skip):
    """Of a log's motions after the first `skip` lines: number of slots that count and the sum of their lengths.
    The position before the first one comes from the line before it."""
    lines = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
    before = lines[skip - 1] if skip else None
    paths = collections.Counter()
    for when, x, y in lines[skip:]:
        if before:
            paths[when // SLOT_MS] += math.hypot(x - before[1], y - before[2])
        before = when, x, y
    counted = [round(px) for px in paths.values() if px >= LEAST_PX]
    return len(counted), sum(counted)


class Desk:
    """X server, agent and window, all in `scratch`."""

    def __init__(self, programs, scratch):
        self._programs, self._scratch = programs, scratch
        self._children = []
        number, told = os.pipe()
        self.server = self.start(["Xvfb", "-displayfd", str(told), "-nolisten", "tcp", "-screen", "0",
                                  f"{SCREEN[0]}x{SCREEN[1]}x24"], pass_fds=(told,), stderr=subprocess.DEVNULL)
        os.close(told)
        with os.fdopen(number) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.log = scratch / "motion.log"
        self.window = self.own("--window", self.display, str(self.log))
        self._folders = ["--data-dir", str(scratch / "data"), "--runtime-dir", str(scratch / "run"), "--config",
                         str(scratch / "config.toml")]
        self.ctl("consent", "accept", "--yes")
        environment = dict(os.environ, DISPLAY=self.display)
        self.agent = self.start([str(programs / "dwell-agent"), *self._folders], stdout=subprocess.PIPE, env=environment,
                                stderr=subprocess.DEVNULL)
        assert self.agent.stdout.readline() == b"ready\n"
        self.bridge = None
        self._number = 0

    def start(self, command, **more):
        child = subprocess.Popen(command, **more)
        self._children.append(child)
        return child

    def own(self, *arguments):
        """A part of this file as a process of its own, once it is ready."""
        child = self.start([sys.executable, __file__, *arguments], stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        return child

    def ctl(self, *arguments):
        done = subprocess.run([str(self._programs / "dwellctl"), *self._folders, "--json", *arguments],
                              stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def move(self, seconds):
        done = subprocess.run([sys.executable, __file__, "--move", self.display, str(seconds)], stdout=subprocess.PIPE,
                              check=True)
        return int(done.stdout)

    def logged(self):
        return len(self.log.read_text().splitlines())

    def browse(self):
        self.bridge = self.start([str(self._programs / "dwell-bridge"), "--runtime-dir", str(self._scratch / "run"), "x"],
                                 stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        place = {"browser": "b", "tab": 1, "window": 1}
        self.tell({"type": "browser_connected", "browser": "b", "product": "Chromium", "version": "1"},
                  {"type": "tab_activated", **place}, {"type": "window_focus", "browser": "b", "window": 1},
                  self.page("http://bench.test/"))
        while not self.ctl("status")["browsers"]:
            pass

    @staticmethod
    def page(url):
        return {"type": "navigation", "browser": "b", "tab": 1, "window": 1, "transition": "link", "url": url}

    def tell(self, *events):
        now = int(time.time() * 1000)
        self._number += 1
        message = {"v": 1, "born": 1, "seq": self._number, "sent_ms": now,
                   "events": [{"time_ms": now, **event} for event in events]}
        payload = json.dumps(message).encode()
        self.bridge.stdin.write(struct.pack("=I", len(payload)) + payload)
        self.bridge.stdin.flush()

    def close(self):
        for child in reversed(self._children):
            child.terminate()
            child.wait()


def figure(name, text, bound, verdict):
    print("figure", name, text, bound, verdict, sep="\t", flush=True)


class Judge:
    def __init__(self, quick):
        self._quick = quick
        self.missed = False

    def ratio(self, name, text, bound, kept):
        self.missed |= not kept and not self._quick
        figure(name, text, bound, "not judged" if self._quick else "ok" if kept else "MISSED")

    def exact(self, name, text, bound, kept):
        """Does not depend on the load: judged in quick runs, too."""
        self.missed |= not kept
        figure(name, text, bound, "ok" if kept else "MISSED")

    def target(self, name, text, bound, kept):
        figure(name, text, bound, "ok" if kept else "target missed")


def measure_motion(desk, judge, seconds, rounds):
    """The X server with the agent's hook closed and open by turns, then the agent beside the listener."""
    server = {"pause": 0.0, "resume": 0.0}
    woken = 0
    for _ in range(rounds):
        for state in server:
            desk.ctl(state)
            before, sleeps = cpu_ms(desk.server.pid), switches(desk.agent.pid)
            desk.move(seconds)
            server[state] += cpu_ms(desk.server.pid) - before
            if state == "resume":
                woken += switches(desk.agent.pid) - sleeps
    added = 100 * (server["resume"] / server["pause"] - 1)
    per_second = woken / rounds / seconds
    judge.ratio("X server's CPU with the hook", f"{added:+.1f} %", "at most +5 %", added <= 5)
    # A drain blocks twice for its timer and its descriptor, and for each answer of the server.
    judge.exact("agent's wake-ups at 1,000 Hz", f"{per_second:.1f}/s", "at most 24/s: four drains", per_second <= 24)

    listener = desk.own("--listen", desk.display)
    before = {"agent": cpu_ms(desk.agent.pid), "pynput": cpu_ms(listener.pid), "Xvfb": cpu_ms(desk.server.pid)}
    desk.move(seconds * rounds)
    spent = {"agent": cpu_ms(desk.agent.pid), "pynput": cpu_ms(listener.pid), "Xvfb": cpu_ms(desk.server.pid)}
    share = {name: (spent[name] - before[name]) / (seconds * rounds * 10) for name in spent}
    print("CPU of one core: " + ", ".join(f"{name} {value:.3f} %" for name, value in share.items()))
    ratio = share["pynput"] / share["agent"]
    judge.ratio("agent / pynput at 1,000 Hz", f"1/{ratio:.0f}", "at most 1/30", ratio >= 30)
    listener.terminate()
    listener.wait()


def measure_exactness(desk, judge, seconds):
    desk.move(0.2)  # the pointer is where the circle begins
    time.sleep(0.5)
    desk.browse()
    time.sleep(0.5)
    begin = desk.logged()
    sent = desk.move(seconds)
    while desk.logged() == begin:
        time.sleep(0.1)
    time.sleep(0.5)
    desk.ctl("flush")
    slots, px = true_slots(desk.log, begin)
    counted = desk.ctl("visits")[-1]["input"]
    print(f"{sent} motions sent, {desk.logged() - begin} seen by the window: {slots} slots, {px} px")
    same = counted["mouse_moves"] == slots and counted["mouse_distance_px"] == px
    judge.exact("slots and distance", f"{counted['mouse_moves']}, {counted['mouse_distance_px']} px",
                f"{slots}, {px} px as sent", same)


def measure_messages(desk, judge, count):
    before = {name: cpu_ms(child.pid) for name, child in (("bridge", desk.bridge), ("agent", desk.agent))}
    known = len(desk.ctl("visits"))
    for i in range(count):
        desk.tell(desk.page(f"http://bench.test/page/{i}"))
        time.sleep(0.005)
    while len(desk.ctl("visits")) < known + count:
        time.sleep(0.2)
        desk.ctl("flush")
    spent = {name: (cpu_ms(child.pid) - before[name]) * 1000 / count
             for name, child in (("bridge", desk.bridge), ("agent", desk.agent))}
    total = sum(spent.values())
    print(f"a URL message, bridge {spent['bridge']:.0f} us, agent with its store {spent['agent']:.0f} us")
    judge.target("URL message / recorded aw-server heartbeat", f"1/{HEARTBEAT_US / total:.0f} ({total:.0f} us)",
                 "at most 1/30", total * 30 <= HEARTBEAT_US)


def measure_memory(desk, judge, when):
    sizes = {"agent": memory_mb(desk.agent.pid), "bridge": memory_mb(desk.bridge.pid)}
    if None in sizes.values():
        figure("memory", "-", "-", "not measured: the agent's memory is shown to root only")
        return False
    (rss, private, libraries), (bridge_rss, _, _) = sizes["agent"], sizes["bridge"]
    judge.target(f"agent's private memory, {when}", f"{private:.1f} MB", "at most 5 MB", private <= 5)
    figure(f"libraries that only the agent uses, {when}", f"{libraries:.1f} MB", "-", "-")
    judge.target(f"agent's RSS, {when}", f"{rss:.1f} MB", "at most 12 MB", rss <= 12)
    judge.target(f"bridge's RSS, {when}", f"{bridge_rss:.1f} MB", "at most 4 MB", bridge_rss <= 4)
    return True


def measure_pace(desk, judge, visits):
    """Memory at the pace of a person in a hurry."""
    for i in range(visits):
        desk.tell(desk.page(f"http://bench.test/pace/{i}"))
        time.sleep(1)
    measure_memory(desk, judge, "a page a second")


def measure_rest(desk, judge, seconds):
    told = measure_memory(desk, judge, "after 2,000 pages in 10 s")
    desk.bridge.stdin.close()
    desk.bridge.wait()
    desk.ctl("flush")
    time.sleep(12 if seconds > 5 else 1)  # the last batch is written 10 s after the last event
    before = cpu_ms(desk.agent.pid), switches(desk.agent.pid)
    bytes_before = written(desk.agent.pid) if told else 0
    time.sleep(seconds)
    cpu = (cpu_ms(desk.agent.pid) - before[0]) / (seconds * 10)
    woken = (switches(desk.agent.pid) - before[1]) / seconds
    judge.target("agent at rest, CPU", f"{cpu:.4f} %", "at most 0.01 %", cpu <= 0.01)
    judge.target("agent at rest, wake-ups", f"{woken:.2f}/s", "at most 0.3/s", woken <= 0.3)
    if told:
        wrote = written(desk.agent.pid) - bytes_before
        judge.target("agent at rest, written", f"{wrote} bytes", "none", wrote == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="seconds of each; only what is exact is judged")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the programs")
    parser.add_argument("--scratch", type=pathlib.Path, required=True, help="an empty folder")
    arguments = parser.parse_args()
    judge = Judge(arguments.quick)
    desk = Desk(arguments.bin.resolve(), arguments.scratch.resolve())
    try:
        measure_motion(desk, judge, 1 if arguments.quick else 10, 1 if arguments.quick else 3)
        measure_exactness(desk, judge, 1 if arguments.quick else 10)
        measure_pace(desk, judge, 2 if arguments.quick else 30)
        measure_messages(desk, judge, 100 if arguments.quick else 2000)
        measure_rest(desk, judge, 2 if arguments.quick else 60)
    finally:
        desk.close()
    return 1 if judge.missed else 0


PARTS = {"--window": watch_window, "--move": lambda display, seconds: move(display, float(seconds)), "--listen": listen}
if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main())
