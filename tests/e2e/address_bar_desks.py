"""The two browsers of the address bar's cases: put before the person, watched, never typed into."""
import copy
import json
import os
import shutil
import subprocess
import time
import uuid

from demo.browser import SEARCH_ENGINE, Browser, BrowserError
from demo.log import Log
from demo.script import LINK_PLACE
from marionette import Firefox

WINDOW = (0, 0, 1200, 950)
BOOKMARK = ("Fernery", "http://ferns.test/tall")
FAMILIAR = "http://orchard.test/"
HOME = "http://home.test/"


class ChromiumDesk(Browser):
    """Places are on the screen, with the bookmark bar shown."""

    PREFERENCES = copy.deepcopy(Browser.PREFERENCES) | {
        "bookmark_bar": {"show_on_all_tabs": True}, "homepage": HOME, "homepage_is_newtabpage": False}
    EMPTY_PLACE = (900, 800)
    BAR = (600, 62)
    FIRST_ROW, ROW_HEIGHT = (400, 105), 40
    FIRST_BOOKMARK = (105, 100)

    def __init__(self, environment, scratch, logs, extension, site):
        self._profile, self._environment = os.path.join(scratch, "profile"), environment
        _write_bookmarks(self._profile)
        super().__init__(Log(), environment, self._profile, logs, extension, site, WINDOW)
        self.name = self.version
        self._shown = self.tabs[0]

    def reset(self, url):
        """The case's own page in the first tab, and no other tab."""
        for tab in self.tabs[1:]:
            if not tab.closed:
                self._pipe.call("Target.closeTarget", {"targetId": tab.target})
                self.wait(lambda tab=tab: tab.closed, "the end of a tab")
        self._shown = self.tabs[0]
        self._pipe.call("Page.navigate", {"url": url}, self._shown.session)
        self.wait(lambda: self._shown.commits and self._shown.commits[-1]["url"] == url
                  and self._shown.commits[-1]["loaded"], url)
        self.poll(self._shown, "document.visibilityState === 'visible'", "the first tab to the front")

    def arrives(self, url, since):
        try:
            self.wait(lambda: any(self._arrived(tab, url, since) for tab in self.tabs), url, 6)
        except BrowserError as failure:
            seen = [commit["url"] for tab in self.tabs for commit in tab.commits if commit["t"] >= since]
            raise BrowserError(f"{failure}; it went to {seen}") from None

    def _arrived(self, tab, url, since):
        return any(commit["url"] == url and commit["t"] >= since and commit["loaded"] for commit in tab.commits)

    def focus(self, wanted):
        self.poll(self._shown, f"document.hasFocus() === {json.dumps(wanted)}", f"hasFocus() {wanted}")

    def opens_tab(self, act):
        before = len(self.tabs)
        act()
        self.wait(lambda: len(self.tabs) > before, "a new tab")
        self._shown = self.tabs[-1]
        self.wait(lambda: self._shown.commits and self._shown.commits[-1]["loaded"], "the new tab's page")
        self.poll(self._shown, "document.visibilityState === 'visible'", "the new tab to the front")

    def place_of(self, name):
        return self.evaluate(self._shown, LINK_PLACE % name)

    def under_pointer(self, name):
        self.poll(self._shown, f"document.getElementById({name!r}).matches(':hover')", f"the pointer to {name}")

    def opened_by_another_program(self, url):
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        subprocess.run([shutil.which("chromium"), *options, f"--user-data-dir={self._profile}", url],
                       env=self._environment, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output,
                       timeout=30, check=True)


def _write_bookmarks(profile):
    def folder(number, name, *children):
        return {"id": str(number), "guid": str(uuid.uuid4()), "name": name, "type": "folder", "date_added": "0",
                "children": list(children)}
    name, url = BOOKMARK
    fern = {"id": "9", "guid": str(uuid.uuid4()), "name": name, "type": "url", "url": url, "date_added": "0"}
    os.makedirs(os.path.join(profile, "Default"), exist_ok=True)
    with open(os.path.join(profile, "Default", "Bookmarks"), "w", encoding="utf-8") as out:
        json.dump({"version": 1, "roots": {
            "bookmark_bar": folder(1, "Bookmarks bar", fern), "other": folder(2, "Other bookmarks"),
            "synced": folder(3, "Mobile bookmarks")}}, out)


class FirefoxDesk(Firefox):
    """All hosts are reached through the site as a proxy."""

    EMPTY_PLACE = (900, 800)

    def __init__(self, environment, scratch, logs, addon, site):
        super().__init__(environment, os.path.join(scratch, "profile"), logs, {
            "network.proxy.http_port": site.port,
            "browser.fixup.domainsuffixwhitelist.test": True,
            "dom.security.https_first": False,
            "dom.security.https_first_schemeless": False,
            "browser.urlbar.suggest.quicksuggest.all": False,
            "browser.urlbar.suggest.topsites": False,
        }, ["--remote-allow-system-access"])
        self.name = f"Firefox {self.version}"
        self.install(addon)
        self.call("WebDriver:SetWindowRect", dict(zip(("x", "y", "width", "height"), WINDOW)))
        self._settle_in()

    def reset(self, url):
        self.navigate(url)

    def arrives(self, url, since):
        self._until(f"location.href === {json.dumps(url)} && document.readyState === 'complete' && "
                    f"performance.timeOrigin > {(time.time() - time.monotonic() + since) * 1000:.0f} - "
                    f"(performance.getEntriesByType('navigation')[0].type === 'back_forward' ? 1e12 : 0)", url)

    def focus(self, wanted):
        self._until(f"document.hasFocus() === {json.dumps(wanted)}", f"hasFocus() {wanted}")

    def place_of(self, name):
        return self.evaluate(f"""const box = document.getElementById({name!r}).getBoundingClientRect();
            return [Math.round(window.mozInnerScreenX + box.x + box.width / 2),
                    Math.round(window.mozInnerScreenY + box.y + box.height / 2)]""")

    def under_pointer(self, name):
        self._until(f"document.getElementById({name!r}).matches(':hover')", f"the pointer to {name}")

    def _until(self, condition, what, seconds=8):
        deadline = time.monotonic() + seconds
        while not self.evaluate(f"return {condition}"):
            if time.monotonic() > deadline:
                raise BrowserError(f"the browser did not bring {what} within {seconds} s; it shows "
                                   + self.evaluate("return location.href"))
            time.sleep(0.02)

    def _settle_in(self):
        """The test site's search page is the search engine; a bookmark, since Firefox completes no address at once that
        was only visited."""
        self.call("Marionette:SetContext", {"value": "chrome"})
        url = SEARCH_ENGINE["url"]
        self.call("WebDriver:ExecuteAsyncScript", {"args": [], "script": f"""
            const done = arguments[arguments.length - 1];
            (async () => {{
              const {{ PlacesUtils }} = ChromeUtils.importESModule('resource://gre/modules/PlacesUtils.sys.mjs');
              const service = globalThis.SearchService ?? Services.search ??
                  ChromeUtils.importESModule('moz-src:///toolkit/components/search/SearchService.sys.mjs')
                      .SearchService;
              await service.init();
              const engine = await service.addUserEngine({{name: 'Here', url: {json.dumps(url)}}});
              const reason = service.CHANGE_REASON?.USER ?? Ci.nsISearchService.CHANGE_REASON_USER;
              await PlacesUtils.bookmarks.insert(
                  {{parentGuid: PlacesUtils.bookmarks.toolbarGuid, url: {json.dumps(FAMILIAR)}}});
              await service.setDefault(engine ?? service.getEngineByName('Here'), reason);
            }})().then(() => done(''), (error) => done(String(error)));"""})
        self.call("Marionette:SetContext", {"value": "content"})
