"""The story: what the scripted person does, in the order of doing it.

Waiting is for events (a page lost the keyboard, a page committed and loaded, a window has the focus). The sleeps are
the person's own: reading, thinking, being away, and the breath that people take between calling the address bar and
typing into it.
"""

import time

from .browser import BrowserError

# After the page has lost the keyboard the address bar needs a moment before it takes characters as they come.
ADDRESS_BAR_BREATH_S = 0.15
# How long the address bar gets to offer its completion before Enter is pressed.
COMPLETION_S = 0.4
AWAY_S = 18.5

FIRST_WINDOW = (0, 0, 860, 950)
SECOND_WINDOW = (870, 0, 520, 620)
OTHER_WINDOW = (870, 700, 500, 250)

# A page's own coordinates to the screen's: the browser's bars are above the page, whatever they are at the moment.
LINK_PLACE = """(() => {
  const box = document.getElementById(%r).getBoundingClientRect();
  return [Math.round(window.screenX + (window.outerWidth - window.innerWidth) / 2 + box.x + box.width / 2),
          Math.round(window.screenY + window.outerHeight - window.innerHeight + box.y + box.height / 2)];
})()"""


class Story:
    """Tells one story with one person in one browser; `say` is called with each step as it begins."""

    def __init__(self, browser, person, screen, other, log, say):
        self._browser, self._person, self._screen = browser, person, screen
        self._other, self._log, self._say = other, log, say

    def tell(self):
        """The whole story; raises when the browser did not do what the person's input means."""
        first, second = self._two_windows()
        person = self._person

        self._scene("types the address of the meadow in full")
        self._address(first, "meadow.test", "http://meadow.test/", "typed_full")
        self._read(1.5, wheel=0)
        self._scene("follows a link, reads and scrolls")
        self._follow(first, "pears", "http://meadow.test/pears")
        self._read(6, wheel=12)
        self._scene("follows a link from there")
        self._follow(first, "grafting", "http://meadow.test/grafting")
        self._read(3, wheel=5)
        self._scene("goes back with Alt+Left")
        self._navigate(first, person.press("Alt_L", "Left"), "http://meadow.test/pears", "back_forward")
        self._read(2.5, wheel=3)
        self._scene("goes to the home page by a link")
        self._follow(first, "home", "http://meadow.test/")
        self._read(1.5, wheel=0)

        self._scene("opens a walk in March in a new tab, behind this one")
        walk = self._follow_behind(first, "walk", "http://meadow.test/walk")
        self._read(1.5, wheel=0)
        self._scene("switches to the new tab and reads")
        self._switch(walk, "Control_L", "Tab")
        self._read(4, wheel=6)
        self._scene(f"is away from the desk for {AWAY_S:g} s")
        person.pause(AWAY_S)
        self._scene("comes back and reads on")
        self._read(3, wheel=5)
        self._scene("switches back to the first tab")
        self._switch(first, "Control_L", "1")
        self._read(1.5, wheel=0)
        self._scene("follows a link that the server redirects")
        self._follow(first, "moved", "http://meadow.test/almanac-new")
        self._read(2.5, wheel=3)

        self._scene("copies an address in another program")
        self._click_other()
        self._other.copy("tools.test/ladders")
        person.pause(3)
        self._scene("goes to the second browser window")
        self._click_title(second, SECOND_WINDOW)
        self._scene("pastes the address")
        self._paste(second, "http://tools.test/ladders")
        self._read(2.5, wheel=2)
        self._scene("searches from the address bar")
        self._address(second, "pruning saw", "http://search.test/search?q=pruning+saw", "search")
        self._read(2, wheel=2)
        self._scene("follows the first result")
        self._follow(second, "first", "http://tools.test/ladders")
        self._read(1.5, wheel=2)
        self._scene("reloads the page")
        self._navigate(second, person.press("F5"), "http://tools.test/ladders", "reload")
        self._read(2.5, wheel=3)
        self._scene("types another address in full, over this page")
        self._address(second, "garden.test/notes/frost", "http://garden.test/notes/frost", "typed_full")
        self._read(2, wheel=2)

        self._scene("returns to the first window with Alt+Tab")
        self._alt_tab(first, steps=2)  # past the other program, which was used in between
        self._read(2, wheel=2)
        self._scene("types three letters and lets the browser complete the address")
        self._address(first, "mea", "http://meadow.test/", "typed_completed")
        self._read(2.5, wheel=0)
        self._scene("opens a new tab and types an address in full")
        saw = self._new_tab()
        self._address_in_new_tab(saw, "tools.test/saw", "http://tools.test/saw", "typed_full")
        self._read(3, wheel=3)
        self._scene("closes that tab")
        self._close_tab(saw, shown_then=first)
        self._read(2, wheel=2)
        self._scene("turns to another program for good")
        self._click_other()
        person.pause(1)
        self._log.add("end", time.monotonic())

    # --- windows -----------------------------------------------------------------------------------------------

    def _two_windows(self):
        screen, browser, pid = self._screen, self._browser, self._browser.process.pid
        self._scene("opens a second browser window")
        window = screen.wait(lambda: screen.windows_of(pid), "the browser's window", 10)[0]
        screen.place(window, *FIRST_WINDOW)
        self._windows = {FIRST_WINDOW: window}
        self._person.move_to(FIRST_WINDOW[2] // 2, FIRST_WINDOW[3] // 2)
        self._person.click()
        self._focused(window)
        tabs = len(browser.tabs)
        self._person.press("Control_L", "n")
        other = screen.wait(lambda: screen.windows_of(pid)[1:], "the second window", 10)[0]
        browser.wait(lambda: len(browser.tabs) > tabs, "the second window's tab")
        screen.place(other, *SECOND_WINDOW)
        self._windows[SECOND_WINDOW] = other
        self._click_title(browser.tabs[0], FIRST_WINDOW)
        return browser.tabs[0], browser.tabs[-1]

    def _click_title(self, tab, window):
        """Gives a browser window the focus by a click on its empty tab strip, which no page sees."""
        x, y, width, _ = window
        self._person.move_to(x + width - 150, y + 12)
        self._attend(tab, self._person.click())
        self._focused(self._windows[window])

    def _alt_tab(self, tab, steps):
        """Back to a window used earlier; the window manager moves the focus when Alt is let go."""
        self._person.hold("Alt_L")
        for _ in range(steps):
            self._person.pause(0.15)
            self._person.press("Tab")
        self._person.pause(0.15)
        self._attend(tab, self._person.release("Alt_L"))
        self._focused(self._windows[FIRST_WINDOW])
        self._has_keyboard(tab)

    def _click_other(self):
        x, y, width, height = OTHER_WINDOW
        self._person.move_to(x + width // 2, y + height // 2)
        self._attend(None, self._person.click())
        self._focused(self._other.id)

    def _focused(self, window):
        self._screen.wait(lambda: self._screen.active_window() == window, "the focus of a window", 5)

    # --- tabs --------------------------------------------------------------------------------------------------

    def _switch(self, tab, *keys):
        self._attend(tab, self._person.press(*keys))
        self._shown(tab)
        self._has_keyboard(tab)

    def _new_tab(self):
        tabs = len(self._browser.tabs)
        pressed = self._person.press("Control_L", "t")
        self._browser.wait(lambda: len(self._browser.tabs) > tabs, "a new tab")
        tab = self._browser.tabs[-1]
        self._attend(tab, pressed)
        self._browser.wait(lambda: tab.commits and tab.commits[-1]["loaded"], "the new tab's page")
        self._shown(tab)
        return tab

    def _close_tab(self, tab, shown_then):
        pressed = self._person.press("Control_L", "w")
        self._log.add("close", pressed, tab=tab.target)
        self._attend(shown_then, pressed)
        self._browser.wait(lambda: tab.closed, "the end of a tab")
        self._shown(shown_then)

    def _attend(self, tab, t):
        self._log.add("attend", t, tab=tab.target if tab else None)

    def _shown(self, tab):
        self._browser.poll(tab, "document.visibilityState === 'visible'", "a tab to the front")

    def _has_keyboard(self, tab):
        self._browser.poll(tab, "document.hasFocus()", "the keyboard to the page")

    # --- navigation --------------------------------------------------------------------------------------------

    def _call_address_bar(self, tab):
        self._person.press("Control_L", "l")
        self._browser.poll(tab, "!document.hasFocus()", "the keyboard to the address bar")
        self._person.pause(ADDRESS_BAR_BREATH_S)

    def _address(self, tab, text, url, access):
        self._call_address_bar(tab)
        self._type_address(tab, text, url, access)

    def _address_in_new_tab(self, tab, text, url, access):
        """A new tab has the keyboard in the address bar already."""
        self._person.pause(ADDRESS_BAR_BREATH_S)
        self._type_address(tab, text, url, access)

    def _type_address(self, tab, text, url, access):
        self._person.type(text)
        self._person.pause(COMPLETION_S)
        self._navigate(tab, self._person.press("Return"), url, access, typed=len(text))

    def _paste(self, tab, url):
        self._call_address_bar(tab)
        self._person.press("Control_L", "v")
        self._person.pause(COMPLETION_S)
        self._navigate(tab, self._person.press("Return"), url, "pasted", typed=0)

    def _follow(self, tab, link, url):
        self._point_at(tab, link)
        self._navigate(tab, self._person.click(), url, "link")

    def _follow_behind(self, tab, link, url):
        self._point_at(tab, link)
        tabs = len(self._browser.tabs)
        pressed = self._person.click(holding=["Control_L"])
        self._browser.wait(lambda: len(self._browser.tabs) > tabs, "a new tab")
        opened = self._browser.tabs[-1]
        self._committed(opened, pressed, url, "link")
        return opened

    def _navigate(self, tab, t, url, access, typed=None):
        """The input at `t` starts a navigation of the attended tab: waits for its page, and the page's focus.

        typed: how many characters were typed into the address bar for it; None where it was not used.
        """
        self._committed(tab, t, url, access, typed)
        self._has_keyboard(tab)

    def _committed(self, tab, t, url, access, typed=None):
        self._log.add("intent", t, tab=tab.target, access=access, typed=typed)
        self._browser.wait(lambda: tab.commits and tab.commits[-1]["t"] >= t and tab.commits[-1]["loaded"], url)
        if tab.commits[-1]["url"] != url:
            raise BrowserError(f"the person went for {url}, the browser went to {tab.commits[-1]['url']}")

    def _point_at(self, tab, link):
        """Moves the pointer onto a link, and makes sure that the browser sees it there."""
        self._person.move_to(*self._browser.evaluate(tab, LINK_PLACE % link))
        self._browser.poll(tab, f"document.querySelector('a:hover')?.id === {link!r}", f"the pointer to {link}")

    # --- reading -----------------------------------------------------------------------------------------------

    def _read(self, seconds, wheel):
        """Looks at the page for so long: small motions of the pointer, some turns of the wheel, rests between."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._person.wander(4)
            turns = min(3, wheel)
            self._person.wheel(turns)
            wheel -= turns
            self._person.pause(min(0.6, max(0.0, until - time.monotonic())))

    def _scene(self, text):
        self._log.add("say", time.monotonic(), text=text)
        self._say(text)
