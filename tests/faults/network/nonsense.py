"""Answers that are none: a hundred and more kinds, the same in every run. None of them is a receipt for a report."""

import json
import random
import zlib

HTML = b"<!DOCTYPE html><html><title>Welcome</title><form action=/login>Sign in to the hotel's network</form></html>"


def http(status=b"200 OK", body=b"", headers=()):
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(data, headers=()):
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", b"Connection: close", *headers]) + \
        b"\r\n\r\n" + data


def receipt(**changes):
    made = {"id": "00000000-0000-4000-8000-000000000000", "sha256": "0" * 64, "received_ms": 1_800_000_000_000}
    made.update(changes)
    return http(body=json.dumps(made).encode())


def kinds(elsewhere):
    """Pairs of a name and the bytes. `elsewhere`: an origin that must not hear of anything."""
    chance = random.Random(5)
    yield from status_lines(chance)
    yield from lengths()
    yield from chunks()
    yield from receipts()
    yield from statuses()
    yield from headers(chance)
    yield from packed(chance)
    for status in [b"301 Moved Permanently", b"302 Found", b"303 See Other", b"307 Temporary Redirect",
                   b"308 Permanent Redirect"]:
        for target in [elsewhere + b"/v1/reports", b"//" + elsewhere.partition(b"//")[2], b"file:///etc/passwd"]:
            yield "redirect " + status.decode() + " to " + target.decode(), http(status, headers=[b"Location: " + target])
    for status in [b"200 OK", b"201 Created", b"511 Network Authentication Required", b"200"]:
        yield "captive portal " + status.decode(), http(status, HTML, [b"Content-Type: text/html"])


def status_lines(chance):
    for line in [b"", b"\r\n", b"HTTP", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 abc OK", b"HTTP/1.1 20 OK", b"HTTP/9.9 200 OK",
                 b"HTTP/1.1 -200 OK", b"HTTP/1.1 2000 OK", b"ICY 200 OK", b"200 OK", b"SSH-2.0-OpenSSH_9.2",
                 b"220 mail.example ESMTP", b"* OK IMAP4rev1", b"POST /v1/reports HTTP/1.1", b"http/1.1 200 ok",
                 b"HTTP/1.1\t200\tOK", b"\x16\x03\x01\x02\x00\x01\x00", b"\x00" * 500, b"\xff\xfe\x00\x00"]:
        yield f"status line {line[:20]!r}", line + b"\r\n\r\n"
    for number in range(8):
        yield f"random bytes {number}", bytes(chance.randrange(256) for _ in range(chance.randrange(1, 3000)))


def lengths():
    body = b'{"id":"x"}'
    for value in [b"-1", b"99999", b"99999999999999999999999999", b"ten", b"", b"0x10", b"5, 10", b"1e3"]:
        yield f"length {value!r}", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + value + b"\r\n\r\n" + body
    yield "two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 10\r\n\r\n" + body
    yield "no length and no end", b"HTTP/1.1 200 OK\r\n\r\n" + body
    yield "head cut short", b"HTTP/1.1 200 OK\r\nContent-Le"


def chunks():
    for data in [b"", b"zz\r\nabc\r\n0\r\n\r\n", b"5\r\nabc", b"-5\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nabc",
                 b"3\r\nabcdef\r\n0\r\n\r\n", b"3;" + b"e" * 20000 + b"\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n",
                 b"3\nabc\n0\n\n", b"7fffffffffffffff\r\nabc", b"\x00\x00\r\n"]:
        yield f"chunks {data[:20]!r}", chunked(data)
    yield "chunks and a length", chunked(b"3\r\nabc\r\n0\r\n\r\n", [b"Content-Length: 99"])


def receipts():
    yield "receipt of another id and digest", receipt()
    for key in ["id", "sha256", "received_ms"]:
        for value in [None, 5, "", [], {}, "x" * 2000]:
            yield f"receipt with {key} {str(value)[:10]!r}", receipt(**{key: value})
    for body in [b"", b"null", b"true", b"17", b"[]", b"{}", b'"id"', b'{"id":', b"{" * 20000, b"[" * 20000,
                 b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"id":"\xff\xfe"}', b'{"id":"x"}' + b"\x00" * 50,
                 b'{"received_ms":1e999}', b'{"received_ms":99999999999999999999999}', b"\xef\xbb\xbf{}",
                 b'{"id":"x","id":"y"}']:
        yield f"body {body[:20]!r}", http(body=body)


def statuses():
    for code in [100, 101, 102, 199, 202, 203, 204, 205, 206, 226, 299, 300, 304, 305, 402, 404, 405, 406, 407, 408,
                 409, 410, 411, 412, 414, 415, 416, 417, 418, 421, 423, 425, 426, 428, 429, 431, 451, 499, 500, 501,
                 502, 503, 504, 505, 507, 508, 520, 599, 600, 999]:
        yield f"status {code}", http(b"%d What" % code, b"" if code < 200 else b"what?")


def headers(chance):
    yield "a header of 1 MB", http(headers=[b"X: " + b"h" * (1 << 20)])
    yield "30,000 headers", http(headers=[b"X-%d: y" % number for number in range(30_000)])
    yield "a header without a colon", http(headers=[b"nothing here"])
    yield "a header with NUL", http(headers=[b"X: a\x00b"])
    yield "a folded header", http(headers=[b"X: a", b" b", b"\tc"])
    yield "cookies", http(headers=[b"Set-Cookie: a=b; Domain=.example"] * 200)
    for value in [b"", b"never", b"-5", b"99999999999999999999", b"Mon, 99 Foo 2026 99:99:99 GMT", b"\xff"]:
        yield f"Retry-After {value!r}", http(b"503 Busy", headers=[b"Retry-After: " + value])
    yield "random headers", http(headers=[bytes(chance.randrange(33, 256) for _ in range(40)) for _ in range(40)])


def packed(chance):
    noise = bytes(chance.randrange(256) for _ in range(2000))
    bomb = zeros_packed(64)
    for name in [b"gzip", b"deflate", b"br", b"zstd", b"x", b"gzip, gzip, gzip, gzip, gzip, gzip, gzip"]:
        yield f"encoding {name.decode()[:10]} of noise", http(body=noise, headers=[b"Content-Encoding: " + name])
    yield "a gzip bomb", http(body=bomb, headers=[b"Content-Encoding: gzip"])
    yield "a gzip bomb as transfer encoding", \
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n" + bomb
    yield "gzip cut short", http(body=bomb[:500], headers=[b"Content-Encoding: gzip"])


def zeros_packed(mebibytes):
    """Gzip, made without holding what it holds: the test's own memory is the floor of what it measures."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()
