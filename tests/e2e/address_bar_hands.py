"""The steps of the address bar's cases, done with a person's hands (XTEST) before a browser that is only watched."""
import subprocess
import time

from Xlib import X, XK, display as xdisplay

from demo.log import Log
from demo.person import Person

XK.load_keysym_group("xkb")  # dead keys and AltGr

# Between the keyboard's arrival in the address bar and the first character that is taken as it comes.
BREATH_S = 0.15
# What a program needs to hear of another keyboard layout.
LAYOUT_S = 0.6


class Hands:
    """`desk`: the browser, watched (chromium_desk.py, firefox_desk.py). Not for several threads."""

    def __init__(self, desk, screen, clipboard, port):
        self._desk, self._screen, self._clipboard, self._port = desk, screen, clipboard, port
        self._person = Person(screen.name, Log())
        # A busy machine may be late with a release; the person is not.
        display = xdisplay.Display(screen.name)
        display.change_keyboard_control(auto_repeat_mode=X.AutoRepeatModeOff)
        display.close()
        self._layout = False
        self._number = 0

    def close(self):
        self._person.close()

    def do(self, number, case):
        """From the case's own page to the page that the case goes for; raises when the browser goes elsewhere."""
        self._number = number
        self._desk.reset(f"http://start.test/{number}")
        self._step_click_page()
        self._since = time.monotonic()
        try:
            for name, *arguments in case.steps:
                getattr(self, "_step_" + name)(*arguments)
            self._desk.arrives(self.filled(case.url), self._since)
        finally:
            if self._layout:
                self._step_layout("us")
                self._layout = False

    def filled(self, text, number=None):
        """A case's text with the site's port, and with the case's number (the one being done)."""
        return text.replace("{port}", str(self._port)).replace("{n}", str(number or self._number))

    def _step_type(self, text):
        self._person.type(self.filled(text))

    def _step_press(self, *names):
        self._person.press(*names)
        self._person.pause(0.05)

    def _step_pause(self, seconds):
        self._person.pause(seconds)

    def _step_bar(self):
        """The page has lost the keyboard."""
        self._desk.focus(False)
        self._person.pause(BREATH_S)

    def _step_page(self):
        self._desk.focus(True)

    def _step_arrives(self, url):
        self._desk.arrives(self.filled(url), self._since)
        self._desk.focus(True)
        self._person.pause(BREATH_S)
        self._since = time.monotonic()

    def _step_new_tab(self, *names):
        self._desk.opens_tab(lambda: self._person.press(*names))
        self._person.pause(2 * BREATH_S)

    def _step_copy(self, text):
        self._clipboard.copy(self.filled(text))

    def _step_select(self, text):
        self._clipboard.select(self.filled(text))

    def _step_layout(self, layout, variant="", option=""):
        subprocess.run(["setxkbmap", "-display", self._screen.name, "-layout", layout, "-variant", variant,
                        "-option", "", *(["-option", option] if option else [])], check=True)
        self._layout = True
        self._person.close()
        self._person = Person(self._screen.name, Log())
        self._person.pause(LAYOUT_S)

    def _step_click_page(self):
        self._click(self._desk.EMPTY_PLACE)
        self._desk.focus(True)

    def _step_click_bar(self, button=1):
        self._click(self._desk.BAR, button)

    def _step_click_row(self, row):
        """The row of the list below the address bar, from 1."""
        x, y = self._desk.FIRST_ROW
        self._click((x, y + (row - 1) * self._desk.ROW_HEIGHT))

    def _step_click_bookmark(self):
        self._click(self._desk.FIRST_BOOKMARK)

    def _step_link(self, name, button=1, *holding):
        self._person.move_to(*self._desk.place_of(name))
        self._desk.under_pointer(name)
        self._person.click(button, holding)

    def _step_external(self, url):
        self._desk.opened_by_another_program(url)

    def _click(self, place, button=1):
        self._person.move_to(*place)
        self._person.pause(0.05)
        self._person.click(button)
