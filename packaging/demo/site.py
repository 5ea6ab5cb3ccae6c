"""The local test site: a few hosts under .test served from one port of 127.0.0.1.

Chromium's --host-resolver-rules send port 80 of these hosts to that port, so that the address bar shows, and the
person types, plain host names. Everything else resolves to nothing: the demo talks to no other machine.
"""

import contextlib
import html
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SEARCH_URL = "http://search.test/search?q={searchTerms}"

# Links are fixed boxes, so that neither scrolling nor the browser's information bars move them.
STYLE = """
body { font: 17px/1.6 sans-serif; margin: 0 0 0 260px; padding: 24px; color: #222; background: #fbfaf7; }
nav a { position: fixed; left: 20px; width: 200px; height: 64px; padding: 8px; box-sizing: border-box;
        background: #234; color: #fff; text-decoration: none; border-radius: 6px; overflow: hidden; }
"""
SENTENCES = [
    "The orchard behind the house had been left to itself for nine years.",
    "Nobody could say which of the trees still bore fruit and which only pretended to.",
    "In the first week the ladder stood against the oldest of them, and nothing happened.",
    "Then the rain stopped, the grass was cut, and the wasps gave the answer.",
    "A pear tree does not hurry, and those who wait beside it learn to do the same.",
]

# host and path: title, paragraphs, links as (id, label, address)
PAGES = {
    ("meadow.test", "/"): ("Meadow", 3, [
        ("pears", "Nine years of pears", "/pears"),
        ("walk", "A walk in March", "/walk"),
        ("moved", "The old almanac", "/almanac"),
    ]),
    ("meadow.test", "/pears"): ("Nine years of pears", 40, [
        ("grafting", "On grafting", "/grafting"),
        ("home", "Meadow", "/"),
    ]),
    ("meadow.test", "/grafting"): ("On grafting", 25, [("home", "Meadow", "/")]),
    ("meadow.test", "/walk"): ("A walk in March", 25, [("home", "Meadow", "/")]),
    ("meadow.test", "/almanac-new"): ("The almanac has moved here", 12, [("home", "Meadow", "/")]),
    ("tools.test", "/ladders"): ("Ladders and saws", 12, [("saw", "A pruning saw", "/saw")]),
    ("tools.test", "/saw"): ("A pruning saw", 12, [("back", "Ladders and saws", "/ladders")]),
    ("garden.test", "/notes/frost"): ("Notes on frost", 12, []),
}
REDIRECTS = {("meadow.test", "/almanac"): "/almanac-new"}


def _render(title, paragraphs, links):
    text = "".join(f"<p>{' '.join(SENTENCES[i % 5:] + SENTENCES[:i % 5])}</p>" for i in range(paragraphs))
    boxes = "".join(
        f'<a id="{name}" style="top:{40 + 90 * place}px" href="{html.escape(address)}">{html.escape(label)}</a>'
        for place, (name, label, address) in enumerate(links))
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f'<link rel="icon" href="data:,"><style>{STYLE}</style></head>'
            f"<body><nav>{boxes}</nav><h1>{html.escape(title)}</h1>{text}</body></html>")


def _results(query):
    return _render(f"Results for {query}", 6, [
        ("first", "Ladders and saws", "http://tools.test/ladders"),
        ("second", "Nine years of pears", "http://meadow.test/pears"),
    ])


class PageHandler(BaseHTTPRequestHandler):
    """Answers with pages; do_GET says with which."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """The driver's log says what was visited; the server need not."""

    def answer(self, status, text, headers=()):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the person went elsewhere
            self.wfile.write(body)

    def redirect(self, location):
        self.answer(302, "", {"Location": location})


class _Handler(PageHandler):
    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0]
        address = urllib.parse.urlsplit(self.path)
        place = (host, address.path)
        if place in REDIRECTS:
            self.redirect(REDIRECTS[place])
        elif place == ("search.test", "/search"):
            self.answer(200, _results(urllib.parse.parse_qs(address.query).get("q", [""])[0]))
        elif place in PAGES:
            self.answer(200, _render(*PAGES[place]))
        else:
            self.answer(404, _render("Not here", 1, []))


class Site:
    """Serves from construction until `close`, on threads of its own; `handler` answers the requests."""

    def __init__(self, handler=_Handler):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def resolver_rules(self):
        """The value of Chromium's --host-resolver-rules."""
        return f"MAP *.test:80 127.0.0.1:{self.port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
