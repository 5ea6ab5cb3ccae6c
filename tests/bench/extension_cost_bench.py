#!/usr/bin/env python3
"""What the extension costs the pages: CPU time of its content scripts on the page's main thread, per second.

A person scrolls and types on a long page with 300 links, a form and results that change while typing, in a headless
Chromium; tracing tells the time in functions of the extension. Told beside it: the whole main thread with and without
the extension, and the one-off costs at the start of a page and of its census of links. Then the same while the page tells
the inputs, as it does for an agent without a hook.
"""
import argparse
import pathlib
import subprocess
import sys

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--quick", action="store_true", help="two seconds of each; nothing is judged")
parser.add_argument("--bin", help="not used")
parser.add_argument("--scratch", help="not used")
arguments = parser.parse_args()
script = pathlib.Path(__file__).resolve().parent / "extension_cost.mjs"
sys.exit(subprocess.run(["node", str(script), "2" if arguments.quick else "10"], check=False).returncode)
