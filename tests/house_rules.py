#!/usr/bin/env python3
"""The house's rules that a compiler does not check: which folder may include which, and where a library may be used.

Prints every violation as file:line and exits 1 if there is one. `--self-test` proves that violations are found.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# design section 3, "may include". The longest folder that fits a file counts; a folder may always include itself.
ALLOWED = {
    "base": set(),
    "schemas": {"base"},
    "monitor/source": {"base", "schemas"},
    "monitor/tracker": {"base", "schemas"},
    "monitor/record": {"base", "schemas", "monitor/tracker"},
    "monitor/store": {"base", "schemas", "monitor/record"},
    "uploader": {"base", "schemas", "monitor/store"},
    "collector": {"base", "schemas"},
    "analysis": {"base", "schemas"},
    "app/agent": {"base", "schemas", "monitor/source", "monitor/tracker", "monitor/record", "monitor/store",
                  "uploader/upload_schedule.h"},
    "app/bridge": {"base/paths.h", "base/frames.h", "base/error.h"},
    "app/upload": {"base", "schemas", "monitor/store", "uploader"},
    "app/ctl": {"base", "schemas", "monitor/source", "monitor/tracker", "monitor/record", "monitor/store", "uploader"},
    "app/window": {"base", "schemas", "monitor/record", "monitor/store", "uploader"},
}

# A library from outside, and the only places that may include it.
ONLY_IN = {
    r"Q[A-Z]\w*|Qt\w*/.*": ("app/window/", "tests/app/window/"),
    r"boost/beast.*": ("collector/http", "collector/tls"),
    r"curl/.*": ("uploader/curl_", "uploader/enrolment", "tests/"),
    r"xcb/.*|X11/.*": ("monitor/source/x11_", "tests/"),
    r"openssl/.*": ("collector/tls", "collector/secret", "tests/"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def room_of(path):
    rooms = [r for r in ALLOWED if path.startswith(r + "/")]
    return max(rooms, key=len) if rooms else None


def violations(path, text):
    """path: from the root; text: the file. Yields (line number, what is wrong)."""
    room = room_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        ours, outside = found.groups()
        if ours and room:
            target = room_of(ours)
            if target and target != room and target not in ALLOWED[room] and ours not in ALLOWED[room]:
                yield number, f"{room} may not include {ours}"
        for pattern, places in ONLY_IN.items():
            if outside and re.fullmatch(pattern, outside) and not path.startswith(places):
                yield number, f"<{outside}> belongs in {' or '.join(places)} only"


def self_test():
    assert list(violations("base/a.h", '#include "schemas/event.h"\n'))
    assert list(violations("monitor/tracker/a.cpp", '#include "monitor/store/store.h"\n'))
    assert list(violations("app/agent/a.cpp", '#include "uploader/curl_transport.h"\n'))
    assert list(violations("app/bridge/main.cpp", '#include "monitor/store/store.h"\n'))
    assert list(violations("monitor/record/a.cpp", "#include <QString>\n"))
    assert list(violations("collector/routes.cpp", "#include <boost/beast/http.hpp>\n"))
    assert not list(violations("app/agent/a.cpp", '#include "uploader/upload_schedule.h"\n#include <vector>\n'))
    assert not list(violations("tests/x_test.cpp", '#include "monitor/store/store.h"\n'))


def main():
    self_test()
    if "--self-test" in sys.argv:
        return 0
    count = 0
    files = [p for r in ("base", "schemas", "monitor", "uploader", "collector", "analysis", "app", "tests")
             for p in sorted((ROOT / r).rglob("*")) if p.suffix in (".h", ".cpp")]
    if not files:
        print("house_rules: no source files found", file=sys.stderr)
        return 1
    for file in files:
        path = file.relative_to(ROOT).as_posix()
        for number, problem in violations(path, file.read_text(encoding="utf-8")):
            print(f"{path}:{number}: {problem}")
            count += 1
    print(f"{len(files)} files, {count} violations")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
