"""What the person does, one situation after the other; each has a page of its own, and a link leads to the next.

The hands, the waiting for events and the log are the demo's. Nothing is scaled: a pause of four minutes lasts four.
"""

import dataclasses
import time

from demo.script import FIRST_WINDOW, SECOND_WINDOW, Story

from .pages import HOST

# Partly over the browser's window, and partly beside it: where it is clicked.
NOTES = (600, 560, 560, 300)


@dataclasses.dataclass
class Plan:
    pauses_s: tuple
    away_s: float  # with another program, minimised, locked
    listening_s: float
    reading_s: float


WHOLE = Plan((6, 20, 40, 90, 240), 5, 22, 2)
QUICK = Plan((6,), 2, 3, 1)


def pages(plan):
    """The situations' pages in their order, and what else they link to: path -> [(id, label, address, is a route)]."""
    order = ["/reading", *(f"/pause-{seconds}" for seconds in plan.pauses_s), "/tabs", "/windows", "/other-program",
             "/minimised", "/locked", "/routes", "/cache", "/sound", "/worker-killed", "/after-the-worker",
             "/browser-killed"]
    extra = {
        "/tabs": [("aside", "Another page", "/tabs/aside", False)],
        "/tabs/aside": [],
        "/windows": [("aside", "Another page", "/windows/aside", False)],
        "/windows/aside": [],
        "/routes": [("orchard", "Orchard", "/routes/orchard", True), ("ladder", "Ladder", "/routes/ladder", True),
                    ("rain", "Rain", "/routes/rain", True)],
        "/cache": [("further", "Further", "/cache/further", False)],
        "/cache/further": [],
    }
    return order, extra


class Situations(Story):
    """Tells them all, with one person in one browser."""

    def __init__(self, browser, person, screen, other, log, say, logind, locker):
        super().__init__(browser, person, screen, other, log, say)
        self._logind, self._locker = logind, locker

    def tell(self, plan):
        self._plan = plan
        tab = self._first_window()
        self._scene("reads and scrolls")
        self._address(tab, "meadow.test/reading", f"{HOST}/reading", "typed_full")
        self._read(4 * plan.reading_s, wheel=12)
        for seconds in plan.pauses_s:
            self._next(tab, f"/pause-{seconds}", f"reads, pauses for {seconds} s, reads on")
            self._stay()
            self._person.pause(seconds)
            self._stay()
        self._tabs(tab)
        self._two_browser_windows(tab)
        self._next(tab, "/other-program", "turns to another program, on top of the page, and comes back")
        self._stay()
        self._click_other()
        self._person.type("pears")
        self._person.pause(plan.away_s)
        self._turn_to(tab, FIRST_WINDOW)
        self._stay()
        self._minimises(tab)
        self._locks(tab)
        self._routes(tab)
        self._comes_back(tab)
        self._next(tab, "/sound", "starts a sound and listens without touching anything")
        self._point_at(tab, "play")
        self._person.click()
        self._person.pause(plan.listening_s)
        self._read(1.5, wheel=0)
        self._kills_the_worker(tab)
        self._next(tab, "/browser-killed", "reads until the browser dies")
        self._read(4, wheel=3)
        self._log.add("kill", self._browser.kill())
        self._log.add("end", time.monotonic())

    def _first_window(self):
        screen, browser = self._screen, self._browser
        window = screen.wait(lambda: screen.windows_of(browser.process.pid), "the browser's window", 10)[0]
        screen.place(window, *FIRST_WINDOW)
        self._windows = {FIRST_WINDOW: window}
        self._turn_to(browser.tabs[0], FIRST_WINDOW)
        return browser.tabs[0]

    def _turn_to(self, tab, window):
        """By a click on the window's title; then the hand goes to the page, which sees what it does there."""
        self._click_title(tab, window)
        x, y, width, height = window
        self._person.move_to(x + width // 2, y + height // 2)

    def _stay(self):
        self._read(self._plan.reading_s, wheel=2)

    def _next(self, tab, page, what):
        self._scene(what)
        self._follow(tab, "next", HOST + page)

    def _tabs(self, tab):
        self._next(tab, "/tabs", "opens a page in another tab, and switches between the two")
        self._read(1, wheel=0)
        aside = self._follow_behind(tab, "aside", f"{HOST}/tabs/aside")
        self._stay()
        for turned_to, key, seconds in ((aside, "2", 2.5), (tab, "1", 1.5), (aside, "2", 2), (tab, "1", 1)):
            self._switch(turned_to, "Control_L", key)
            self._read(seconds, wheel=2)
        self._switch(aside, "Control_L", "2")
        self._close_tab(aside, shown_then=tab)
        self._read(1, wheel=0)

    def _two_browser_windows(self, tab):
        self._next(tab, "/windows", "opens a page in another window, and switches between the two")
        self._read(1, wheel=0)
        screen, browser = self._screen, self._browser
        self._point_at(tab, "aside")
        pid, tabs = browser.process.pid, len(browser.tabs)
        pressed = self._person.click(holding=["Shift_L"])
        browser.wait(lambda: len(browser.tabs) > tabs, "a new window's tab")
        aside = browser.tabs[-1]
        self._attend(aside, pressed)
        self._committed(aside, pressed, f"{HOST}/windows/aside", "link")
        window = screen.wait(lambda: screen.windows_of(pid)[1:], "the second window", 10)[0]
        self._windows[SECOND_WINDOW] = window
        screen.place(window, *SECOND_WINDOW)
        self._focused(window)
        self._stay()
        self._turn_to(tab, FIRST_WINDOW)
        self._stay()
        self._turn_to(aside, SECOND_WINDOW)
        self._stay()
        self._close_tab_and_window(aside, tab)
        self._read(1, wheel=0)

    def _close_tab_and_window(self, tab, shown_then):
        pressed = self._person.press("Control_L", "w")
        self._log.add("close", pressed, tab=tab.target)
        self._attend(shown_then, pressed)
        self._browser.wait(lambda: tab.closed, "the end of a tab")
        self._focused(self._windows[FIRST_WINDOW])
        self._has_keyboard(shown_then)

    def _click_other(self):
        x, y, width, height = NOTES
        self._person.move_to(x + width - 60, y + height // 2)
        self._attend(None, self._person.click())
        self._focused(self._other.id)

    def _minimises(self, tab):
        self._next(tab, "/minimised", "minimises the window, and brings it back")
        self._stay()
        window = self._windows[FIRST_WINDOW]
        self._attend(None, time.monotonic())
        self._screen.minimise(window)
        self._screen.wait(lambda: self._screen.active_window() != window, "the end of a window's focus", 5)
        self._person.pause(self._plan.away_s)
        self._attend(tab, time.monotonic())
        self._screen.activate(window)
        self._focused(window)
        self._has_keyboard(tab)
        self._stay()

    def _locks(self, tab):
        self._next(tab, "/locked", "locks the session, and unlocks it")
        self._stay()
        self._log.add("lock", time.monotonic())
        self._logind.set_locked(True)
        self._locker.show()
        self._person.pause(self._plan.away_s)
        self._person.type("pears")
        self._log.add("unlock", time.monotonic())
        self._locker.hide()
        self._logind.set_locked(False)
        self._stay()

    def _routes(self, tab):
        self._next(tab, "/routes", "walks through the routes of a single-page application")
        self._stay()
        for route in ("orchard", "ladder", "rain"):
            self._follow(tab, route, f"{HOST}/routes/{route}")
            self._stay()

    def _comes_back(self, tab):
        self._next(tab, "/cache", "goes further, and back to a page that the browser kept")
        self._stay()
        self._follow(tab, "further", f"{HOST}/cache/further")
        self._stay()
        self._navigate(tab, self._person.press("Alt_L", "Left"), f"{HOST}/cache", "back_forward")
        self._stay()

    def _kills_the_worker(self, tab):
        self._next(tab, "/worker-killed", "reads while the browser ends the extension's worker, twice")
        for seconds in (3, 2):
            self._browser.stop_workers(tab)
            self._read(seconds, wheel=2)
        self._browser.stop_workers(tab)
        self._next(tab, "/after-the-worker", "follows a link with the worker gone")
        self._stay()
