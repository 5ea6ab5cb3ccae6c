"""The pages of the situations, each with the four peers in it, and the sink that these report to.

One host, meadow.test; everything that a page needs comes from it, and everything else resolves to nothing (demo.site).
"""

import gzip
import html
import io
import json
import math
import os
import struct
import threading
import time
import urllib.parse
import wave
from http.server import BaseHTTPRequestHandler

from demo.site import SENTENCES, STYLE

from .peers import PEERS

HOST = "http://meadow.test"
HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.path.join(HERE, "node_modules")
# What the pages ask for, and where npm has put it.
SCRIPTS = {
    "/peers/start.js": os.path.join(HERE, "start_peers.js"),
    "/peers/snowplow.js": os.path.join(MODULES, "@snowplow/browser-tracker/dist/index.umd.min.js"),
    "/peers/timeme.js": os.path.join(MODULES, "timeme.js/timeme.min.js"),
    "/peers/plausible.js": os.path.join(MODULES, "@plausible-analytics/tracker/plausible.js"),
    "/peers/posthog.js": os.path.join(MODULES, "posthog-js/dist/module.no-external.js"),
}
HEAD = """<script>window.__plausible = true; window.peerSettings = %s</script>
<script src="/peers/snowplow.js"></script><script src="/peers/timeme.js"></script>
<script type="module" src="/peers/start.js"></script>"""


class Sink:
    """What the peers sent: (time of arrival, which peer's sink, path, body)."""

    def __init__(self):
        self._lock = threading.Lock()
        self._received = []

    def take(self, peer, path, body):
        with self._lock:
            self._received.append((time.monotonic(), peer, path, body))

    def write(self, path):
        with self._lock, open(path, "w", encoding="utf-8") as out:
            for at, peer, where, body in self._received:
                json.dump({"t": at, "peer": peer, "path": where, "body": body.decode(errors="replace")}, out)
                out.write("\n")

    def of(self, peer):
        with self._lock:
            return [body for _, name, _, body in self._received if name == peer]


def links(order, extra):
    """path -> [(id, label, address, is a route)]; order: the situations' pages, each leading to the next."""
    found = {path: list(extra.get(path, [])) for path in {*order, *extra}}
    for path, following in zip(order, order[1:]):
        found[path].append(("next", "Next page", following, False))
    return found


def render(path, boxes, settings):
    """A page's HTML: fixed boxes for the links, so that scrolling does not move them, and much to read."""
    text = "".join(f"<p>{' '.join(SENTENCES[i % 5:] + SENTENCES[:i % 5])}</p>" for i in range(40))
    nav = "".join(
        f'<a id="{name}" style="top:{40 + 90 * place}px" href="{html.escape(address)}"{" data-route" if route else ""}>'
        f"{html.escape(label)}</a>" for place, (name, label, address, route) in enumerate(boxes))
    sound = ('<a id="play" style="top:400px" href="#" onclick="document.querySelector(\'audio\').play();'
             'return false">Play</a><audio loop src="/sound.wav"></audio>' if path == "/sound" else "")
    return (f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(path)}</title>'
            f'<link rel="icon" href="data:,"><style>{STYLE}</style>{HEAD % json.dumps(settings)}</head>'
            f"<body><nav>{nav}{sound}</nav><h1>{html.escape(path)}</h1>{text}</body></html>")


def tone(seconds=2, rate=22050):
    """A quiet tone, as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", round(9000 * math.sin(2 * math.pi * 440 * i / rate)))
                                   for i in range(seconds * rate)))
    return out.getvalue()


def handler(pages, sink):
    """A request handler class for these pages (as `links` gives them) and this sink."""
    settings = {peer.name: peer.settings for peer in PEERS}
    sound = tone()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = urllib.parse.urlsplit(self.path).path
            if path in pages:
                self._answer(200, "text/html; charset=utf-8", render(path, pages[path], settings).encode())
            elif path in SCRIPTS:
                with open(SCRIPTS[path], "rb") as script:
                    self._answer(200, "text/javascript; charset=utf-8", script.read())
            elif path == "/sound.wav":
                self._answer(200, "audio/wav", sound)
            elif path.startswith("/sink/"):
                self._answer(200, "application/json", b"{}")
            else:
                self._answer(404, "text/plain", b"not here")

        def do_POST(self):
            address = urllib.parse.urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Encoding") == "gzip" or body[:2] == b"\x1f\x8b":
                body = gzip.decompress(body)
            peer = "snowplow" if "snowplow" in address.path else address.path.split("/")[2]
            sink.take(peer, address.path, body)
            self._answer(200, "application/json", b"{}")

        def log_message(self, *_):
            """The person's log says what was visited."""

        def _answer(self, status, kind, body):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
