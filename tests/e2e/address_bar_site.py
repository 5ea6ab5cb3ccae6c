"""Every page of the address bar's cases: any host under .test, and 127.0.0.1 itself.

Chromium is sent here by its resolver's rules, Firefox by using this server as its proxy.
"""
import json
import time
import urllib.parse

from demo.site import PageHandler, Site

# Fixed boxes: neither scrolling nor the browser's information bars move them.
STYLE = """body { margin: 0; font: 16px sans-serif } h1 { margin: 300px 0 0 40px }
nav > * { position: fixed; left: 20px; width: 220px; height: 40px; box-sizing: border-box }"""
LINKS = (("link", "http://linked.test/page"), ("other", "http://linked.test/other"), ("slow", "http://slow.test/wait"))
SLOW_S = 1.5


def _page(title):
    boxes = [f'<a id={name} href="{address}">{name}</a>' for name, address in LINKS]
    boxes += ['<a id=blank target=_blank href="http://linked.test/blank">blank</a>',
              '<form action=http://formed.test/sent><input id=field name=q><button id=send>send</button></form>']
    placed = "".join(f'<div style="top:{40 + 60 * place}px">{box}</div>' for place, box in enumerate(boxes))
    return (f'<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><title>{title}</title>'
            f"<style>{STYLE} nav a, nav input {{ display: inline-block; width: 150px; height: 40px; background: #cde }}"
            f"</style><nav>{placed}</nav><h1>{title}</h1>")


class _Handler(PageHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)  # as a proxy is asked: with the host
        host = address.hostname or self.headers.get("Host", "").split(":")[0]
        if host == "moved.test":
            self.redirect(f"http://arrived.test{address.path}")
            return
        if address.path == "/moved":
            self.redirect("/arrived")
            return
        if host == "slow.test":
            time.sleep(SLOW_S)  # a slow server is what is tested
        if host == "hop.test":
            self.answer(200, _page("hop") + f"<script>location.replace({json.dumps('http://landed.test/')})</script>")
        elif host == "search.test":
            self.answer(200, _page("results"))
        else:
            self.answer(200, _page(f"{host.removesuffix('.test')} {address.path[1:]}".strip()))


def open_site():
    return Site(_Handler)
