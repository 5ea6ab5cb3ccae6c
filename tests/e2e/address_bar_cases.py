"""What a person does around the address bar, and what each is by design 5.4: name, steps, page, access type, typed.
Where the rules, which see classes of keys only, say something else than what was done, `really` is that.

Cases are done in order, each from a page of its own, http://start.test/NUMBER; completions live on the history that
the cases before them made. {port} is the site's port, {n} the case's number. `typed` is the text whose length
`typed_characters` must be (by the rules: keys, so a dead key counts), None where it must be null.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    steps: tuple
    url: str
    access: str
    typed: str | None = None
    firefox: bool = False
    really: str = ""  # what the person did, where `access`, the rules' answer, is another
    because: str = ""


BAR = ("press", "Control_L", "l"), ("bar",)
ENTER = (("press", "Return"),)
SEE = (("pause", 0.4),)  # the browser gets to offer its completion
DOWN = ("press", "Down"), ("pause", 0.2)


def text(*texts):
    return tuple(("type", one) for one in texts)


def keys(*names):
    return tuple(("press", *name.split("+")) for name in names)


def times(count, name):
    return keys(*[name] * count)


def enter(typed):
    return BAR + text(typed) + ENTER


START = "http://start.test/{n}"
CASES = (
    # --- typed in full
    Case("typed: host", enter("orchard.test"), "http://orchard.test/", "typed_full", "orchard.test", True),
    Case("typed: www", enter("www.wide.test"), "http://www.wide.test/", "typed_full", "www.wide.test"),
    Case("typed: scheme", enter("http://scheme.test"), "http://scheme.test/", "typed_full", "http://scheme.test"),
    Case("typed: trailing slash", enter("slash.test/"), "http://slash.test/", "typed_full", "slash.test/"),
    Case("typed: path", enter("plain.test/one/two"), "http://plain.test/one/two", "typed_full", "plain.test/one/two"),
    Case("typed: port and digits", enter("127.0.0.1:{port}/p"), "http://127.0.0.1:{port}/p", "typed_full",
         "127.0.0.1:{port}/p"),
    Case("typed: upper case", enter("UPPER.test/Path"), "http://upper.test/Path", "typed_full", "UPPER.test/Path"),
    Case("typed: query", enter("plain.test/find?a=b"), "http://plain.test/find?a=b", "typed_full",
         "plain.test/find?a=b"),
    Case("typed: digits and hyphens", enter("a-1-b-2.test/3-4"), "http://a-1-b-2.test/3-4", "typed_full",
         "a-1-b-2.test/3-4"),
    Case("typed: over its own completion", enter("orchard.test"), "http://orchard.test/", "typed_full",
         "orchard.test"),
    Case("typed: redirected by the server", enter("plain.test/moved"), "http://plain.test/arrived", "typed_full",
         "plain.test/moved", True),
    Case("typed: redirected to another site", enter("moved.test/old"), "http://arrived.test/old", "typed_full",
         "moved.test/old", True),
    Case("typed: redirected by the page", enter("hop.test"), "http://landed.test/", "typed_full", None),
    # --- the way into the bar
    Case("F6, typed", keys("F6") + (("bar",),) + text("f-six.test") + ENTER, "http://f-six.test/", "typed_full",
         "f-six.test"),
    Case("Alt+D, typed", keys("Alt_L+d") + (("bar",),) + text("alt-d.test") + ENTER, "http://alt-d.test/",
         "typed_full", "alt-d.test"),
    Case("clicked into the bar, typed", (("click_bar",), ("bar",)) + text("clicked.test") + ENTER,
         "http://clicked.test/", "typed_full", "clicked.test"),
    Case("clicked into the bar, completed", (("click_bar",), ("bar",)) + text("orc") + SEE + ENTER,
         "http://orchard.test/", "typed_completed", "orc"),
    Case("Ctrl+T, typed", (("new_tab", "Control_L", "t"),) + text("fresh.test") + ENTER, "http://fresh.test/",
         "typed_full", "fresh.test"),
    Case("Ctrl+T, completed", (("new_tab", "Control_L", "t"),) + text("orc") + SEE + ENTER, "http://orchard.test/",
         "typed_completed", "orc"),
    Case("Ctrl+N, typed", (("new_tab", "Control_L", "n"),) + text("window.test") + ENTER, "http://window.test/",
         "typed_full", "window.test"),
    # --- completed
    Case("completed: Enter after three letters", BAR + text("orc") + SEE + ENTER, "http://orchard.test/",
         "typed_completed", "orc", True),
    Case("completed: End, Enter", BAR + text("orc") + SEE + keys("End") + ENTER, "http://orchard.test/",
         "typed_completed", "orc"),
    Case("completed: Right, Enter", BAR + text("orch") + SEE + keys("Right") + ENTER, "http://orchard.test/",
         "typed_completed", "orch"),
    Case("completed: End, then a path", BAR + text("orc") + SEE + keys("End") + text("/late") + ENTER,
         "http://orchard.test/late", "typed_completed", "orc/late"),
    Case("completion removed by BackSpace, rest typed",
         BAR + text("orc") + SEE + keys("BackSpace") + text("hard.test") + ENTER, "http://orchard.test/",
         "typed_full", "orchard.tes"),
    Case("completion removed by Delete, rest typed",
         BAR + text("orc") + SEE + keys("Delete") + text("hard.test") + ENTER, "http://orchard.test/",
         "typed_full", "orchard.tes"),
    # --- several tries
    Case("typed, deleted, retyped", BAR + text("second.tsst") + times(3, "BackSpace") + text("est") + ENTER,
         "http://second.test/", "typed_full", "second.test"),
    Case("typed, all selected, retyped", BAR + text("wrong") + keys("Control_L+a") + text("right.test") + ENTER,
         "http://right.test/", "typed_full", "right.test"),
    Case("typed, Escape, Ctrl+L, typed", BAR + text("wrong") + keys("Escape", "Escape", "Control_L+l")
         + (("pause", 0.2),) + text("again.test") + ENTER, "http://again.test/", "typed_full", "again.test"),
    Case("typed, back to the page, typed", BAR + text("wro") + (("click_page",),) + enter("return.test"),
         "http://return.test/", "typed_full", "return.test"),
    Case("typed, Ctrl+L, completed", BAR + text("orchard.tes") + keys("Control_L+l") + text("orc") + SEE + ENTER,
         "http://orchard.test/", "typed_completed", "orc"),
    # --- picked
    Case("picked: Down", BAR + text("orchard ") + SEE + DOWN + ENTER, "http://orchard.test/", "suggestion",
         "orchard ", True),
    Case("picked: typed a little, Down", enter("larch.test/evening") + (("arrives", "http://larch.test/evening"),) + BAR
         + text("evening") + SEE + DOWN + ENTER, "http://larch.test/evening", "suggestion", "evening"),
    Case("picked: mouse", BAR + text("larch.test/e") + SEE + (("click_row", 1),), "http://larch.test/evening",
         "suggestion", "larch.test/e"),
    Case("picked: a bookmark by its title", BAR + text("Fernery") + SEE + DOWN + ENTER, "http://ferns.test/tall",
         "suggestion", "Fernery"),
    # --- pasted
    Case("pasted: Ctrl+V", (("copy", "pasted.test/a/long/path"),) + BAR + keys("Control_L+v") + SEE + ENTER,
         "http://pasted.test/a/long/path", "pasted", "", True),
    Case("pasted: Shift+Insert", (("copy", "pasted.test/by-insert"),) + BAR + keys("Shift_L+Insert") + SEE + ENTER,
         "http://pasted.test/by-insert", "pasted", ""),
    Case("pasted: middle button", (("new_tab", "Control_L", "t"), ("select", "pasted.test/by-middle"),
                                   ("click_bar", 2)) + SEE + ENTER, "http://pasted.test/by-middle", "pasted", ""),
    # Selected after Ctrl+L: a browser whose bar is selected makes that the machine's selection.
    Case("pasted: middle button, over a page", BAR + keys("BackSpace") + (("select", "pasted.test/over"),
                                                                          ("click_bar", 2)) + SEE + ENTER,
         "http://pasted.test/over", "pasted", ""),
    Case("middle click in the page, then typed", (("select", "no.test/address"), ("link", "field", 2), ("click_page",))
         + enter("aside.test"), "http://aside.test/", "typed_full", "aside.test"),
    Case("pasted, then edited", (("copy", "pasted.test/page"),) + BAR + keys("Control_L+v", "End") + text("-two")
         + ENTER, "http://pasted.test/page-two", "pasted", "-two"),
    Case("typed, then pasted", (("copy", "/from/a/mail"),) + BAR + text("mail.test") + keys("End", "Control_L+v")
         + ENTER, "http://mail.test/from/a/mail", "pasted", "mail.test"),
    Case("pasted, all selected, typed", (("copy", "pasted.test"),) + BAR + keys("Control_L+v", "Control_L+a")
         + text("instead.test") + ENTER, "http://instead.test/", "typed_full", "instead.test"),
    Case("pasted the same address", (("copy", "start.test/{n}"),) + BAR + keys("Control_L+v") + ENTER, START,
         "pasted", ""),
    # --- edited
    Case("edited: a path added", BAR + keys("End") + text("-more") + ENTER, START + "-more", "typed_completed",
         "-more"),
    Case("edited: the end deleted", enter("cut.test/abc") + (("arrives", "http://cut.test/abc"),) + BAR
         + keys("End") + times(3, "BackSpace") + ENTER, "http://cut.test/", "address_bar", ""),
    Case("edited: two letters replaced", enter("swap.test/aabb") + (("arrives", "http://swap.test/aabb"),) + BAR
         + keys("End") + times(2, "BackSpace") + text("cd") + ENTER, "http://swap.test/aacd", "typed_completed", "cd"),
    # --- the same page again
    Case("Enter on the same address", BAR + ENTER, START, "reload", ""),
    Case("F5", keys("F5"), START, "reload", None, True),
    Case("Ctrl+R", keys("Control_L+r"), START, "reload"),
    Case("Ctrl+Shift+R", keys("Control_L+Shift_L+r"), START, "reload"),
    # --- back and forward
    Case("Alt+Left", enter("gone.test") + (("arrives", "http://gone.test/"),) + keys("Alt_L+Left"), START,
         "back_forward", None, True),
    Case("Alt+Left to a typed page", enter("gone.test") + (("arrives", "http://gone.test/"),)
         + (("link", "link"), ("arrives", "http://linked.test/page")) + keys("Alt_L+Left"), "http://gone.test/",
         "back_forward"),
    Case("Alt+Right", (("link", "link"), ("arrives", "http://linked.test/page")) + keys("Alt_L+Left")
         + (("arrives", START),) + keys("Alt_L+Right"), "http://linked.test/page", "back_forward"),
    # --- links and forms
    Case("link", (("link", "link"),), "http://linked.test/page", "link", None, True),
    Case("link: middle click", (("link", "other", 2),), "http://linked.test/other", "link"),
    Case("link: Ctrl+click", (("link", "other", 1, "Control_L"),), "http://linked.test/other", "link"),
    Case("link: target=_blank", (("link", "blank"),), "http://linked.test/blank", "link"),
    Case("link: Tab, Enter", keys("Tab", "Return"), "http://linked.test/page", "link"),
    Case("form: button", (("link", "send"),), "http://formed.test/sent?q=", "form_submit"),
    Case("form: typed, Enter", (("link", "field"),) + text("pears") + ENTER, "http://formed.test/sent?q=pears",
         "form_submit"),
    # --- searches
    Case("search from the bar", enter("pruning saw"), "http://search.test/search?q=pruning+saw", "search",
         "pruning saw", True),
    Case("search with ?", enter("?plain.test"), "http://search.test/search?q=plain.test", "search", "?plain.test"),
    Case("keyword search with Tab", BAR + text("search.test") + SEE + keys("Tab") + text("frost") + ENTER,
         "http://search.test/search?q=frost", "search", "search.testfrost"),
    Case("keyword search with a space", BAR + text("search.test frost") + ENTER, "http://search.test/search?q=frost",
         "search", "search.test frost"),
    # --- not from the bar
    Case("bookmark bar", (("click_bookmark",),), "http://ferns.test/tall", "bookmark"),
    Case("home: Alt+Home", keys("Alt_L+Home"), "http://home.test/", "bookmark"),
    Case("opened by another program", (("external", "http://mailed.test/link"),), "http://mailed.test/link",
         "external"),
    # --- typing elsewhere
    Case("found in the page, then typed", keys("Control_L+f") + (("bar",),) + text("start") + keys("Escape")
         + (("page",),) + enter("found.test"), "http://found.test/", "typed_full", "found.test"),
    Case("found in the page, then completed", keys("Control_L+f") + (("bar",),) + text("start long") + keys("Escape")
         + (("page",),) + BAR + text("orc") + SEE + ENTER, "http://orchard.test/", "typed_completed", "orc"),
    Case("find bar open, Ctrl+L, completed", keys("Control_L+f") + (("bar",),) + text("start long")
         + keys("Control_L+l") + (("pause", 0.2),) + text("orc") + SEE + ENTER, "http://orchard.test/",
         "typed_completed", "orc"),
    Case("typed in the page, then completed", (("link", "field"),) + text("a long text") + BAR + text("orc") + SEE
         + ENTER, "http://orchard.test/", "typed_completed", "orc"),
    Case("typed while the page loads", (("link", "slow"), ("press", "Control_L", "l"), ("pause", 0.2))
         + text("patient.test") + ENTER, "http://patient.test/", "typed_full", "patient.test"),
    # --- not a key a character
    Case("umlaut's own key", (("layout", "de"),) + enter("plain.test/b") + (("arrives", "http://plain.test/b"),)
         + BAR + text("plain.test/") + keys("udiaeresis") + ENTER, "http://plain.test/%C3%BC", "typed_full",
         "plain.test/x"),
    Case("dead key", (("layout", "us", "intl"),) + BAR + text("plain.test/caf") + keys("dead_acute", "e") + ENTER,
         "http://plain.test/caf%C3%A9", "typed_full", "plain.test/cafxx"),
    Case("Compose", (("layout", "us", "", "compose:menu"),) + BAR + text("plain.test/ros")
         + keys("Multi_key", "apostrophe", "e") + ENTER, "http://plain.test/ros%C3%A9", "typed_full",
         "plain.test/rosxxx"),
    Case("AltGr", (("layout", "us", "intl"),) + BAR + text("plain.test/") + keys("ISO_Level3_Shift+e") + ENTER,
         "http://plain.test/%C3%A9", "typed_full", "plain.test/x"),
    Case("keypad", (("layout", "us"),) + BAR + text("plain.test/") + keys("KP_Divide", "KP_Add") + ENTER,
         "http://plain.test//+", "typed_full", "plain.test//+"),
    # --- what nobody can tell who sees only classes of keys and what the browser committed
    Case("Alt+Enter: typed, in a new tab", BAR + text("plain.test/alt") + keys("Alt_L+Return"), "http://plain.test/alt",
         "address_bar", "", really="typed_full", because="the keys belong to the tab that had them"),
    Case("typed in full, Down, Up", BAR + text("orchard.test") + SEE + DOWN + keys("Up") + SEE + ENTER,
         "http://orchard.test/", "suggestion", "orchard.test", really="typed_full",
         because="the list was used, and left again"),
    Case("typed while another page comes", (("link", "slow"), ("press", "Control_L", "l"), ("pause", 0.2))
         + text("patient") + (("pause", 2.0),) + text(".test") + ENTER, "http://patient.test/", "typed_completed",
         ".test", really="typed_full", because="a navigation empties the bar, unless somebody is typing there"),
    Case("Shift+Home, typed over", BAR + text("a wrong and long one") + keys("Shift_L+Home") + text("orc") + SEE
         + ENTER, "http://orchard.test/", "typed_full", "a wrong and long oneorc", really="typed_completed",
         because="what is selected is replaced by one key"),
    Case("Ctrl+BackSpace, typed on", BAR + text("plain.test/wrong") + keys("Control_L+BackSpace") + text("right")
         + ENTER, "http://plain.test/right", "typed_completed", "right", really="typed_full",
         because="a combination removes nobody knows how much"),
)
