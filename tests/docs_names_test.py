#!/usr/bin/env python3
"""What the pages name is there: every file of this tree in backticks, every link between pages, and every command of dwellctl.

docs_names_test.py DWELLCTL. Prints every fault and exits 1 if there is one. That it finds faults is proved each time.
"""
import functools
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ["README.md", *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")),
         "extension/PERMISSIONS.md", "extension/README.md", "tests/bench/README.md", "tests/golden/README.md"]
ROOMS = ("analysis", "app", "base", "cmake", "collector", "docs", "extension", "monitor", "packaging", "schemas",
         "tests", "uploader")


def is_there(name):
    """A file or folder, a source named without its ending, or a pattern that something fits."""
    return any(ROOT.glob(name)) or any(ROOT.glob(name + ".*"))


def file_faults(text):
    for name in sorted(set(re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./*-]+)", text))):
        if not is_there(name.rstrip("/.")):
            yield f"there is no {name}"


def link_faults(text, folder):
    for target in sorted(set(re.findall(r"\]\(([^)#:]+)[^)]*\)", text))):
        if not (folder / target).exists():
            yield f"a link leads to {target}, which is not there"


def command_faults(text, knows):
    """`dwellctl VERB [VERB]` in backticks; what comes behind are arguments."""
    for words in sorted(set(re.findall(r"`dwellctl ((?:[a-z]+ ?)+)", re.sub(r"\s+", " ", text)))):
        verbs = words.split()
        if not knows(verbs[0]):
            yield f"dwellctl has no {verbs[0]}"
        elif len(verbs) > 1 and "SUBCOMMAND" in knows(verbs[0]) and not knows(*verbs[:2]):
            yield f"dwellctl {verbs[0]} has no {verbs[1]}"


def help_of(dwellctl):
    @functools.lru_cache(maxsize=None)
    def knows(*verbs):
        """The help of a command; empty where there is none (of an unknown one the help is its parent's)."""
        done = subprocess.run([dwellctl, *verbs, "--help"], capture_output=True, text=True, timeout=30, check=False)
        return done.stdout if f"Usage: dwellctl {' '.join(verbs)} " in done.stdout else ""
    return knows


def faults(text, folder, knows):
    return [*file_faults(text), *link_faults(text, folder), *command_faults(text, knows)]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    knows = help_of(sys.argv[1])
    for wrong in ("`tests/nowhere_test.cpp`", "[a page](no_page.md)", "`dwellctl fly`", "`dwellctl report list`"):
        assert len(faults(wrong, ROOT, knows)) == 1, f"self-test: {wrong} is not found"
    assert not faults("`tests/docs_names_test.py`, [a page](README.md), `dwellctl outbox show ID`", ROOT, knows)
    found = 0
    for page in PAGES:
        file = ROOT / page
        for fault in faults(file.read_text(encoding="utf-8"), file.parent, knows):
            print(f"{page}: {fault}")
            found += 1
    print(f"{len(PAGES)} pages, {found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
