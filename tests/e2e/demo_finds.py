#!/usr/bin/env python3
"""Runs the demo with an agent that is wrong on purpose and passes only if the demo says what is wrong.

    demo_finds.py SABOTAGE BIN_DIR EXTENSION_DIR OUT_DIR

SABOTAGE: attention (each tab switch shows the tab before) or keystroke (the first character of each run counts twice).
"""
import os
import pathlib
import re
import subprocess
import sys


def names_attention(sentence):
    """Seconds on the wrong page; what a loaded machine is off by, some 100 ms, is no finding."""
    found = re.search(r"attention_ms is ([+-]\d+) ms off", sentence)
    return found is not None and abs(int(found[1])) >= 1000


def names_keystroke(sentence):
    """One character more than was typed."""
    found = re.search(r"(\d+) characters were typed, measured (\d+)", sentence)
    return found is not None and int(found[2]) == int(found[1]) + 1


NAMES = {"attention": names_attention, "keystroke": names_keystroke}


def main():
    sabotage, bin_dir, extension, out = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
    # The same programs, but the agent is the sabotaged one.
    programs = out / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    for name in ("dwell", "dwell-agent", "dwell-bridge", "dwell-collector", "dwell-upload", "dwellctl"):
        link = programs / name
        link.unlink(missing_ok=True)
        link.symlink_to(bin_dir / ("dwell-agent-sabotaged" if name == "dwell-agent" else name))

    packaging = pathlib.Path(__file__).resolve().parents[2] / "packaging"
    environment = dict(os.environ, DWELL_SABOTAGE=sabotage, PYTHONPATH=str(packaging))
    done = subprocess.run(["/usr/bin/python3", "-m", "demo.run", "--bin", programs, "--extension", extension,
                           "--out", out], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    wrong = re.findall(r"^WRONG: (.*)$", done.stdout, re.MULTILINE)
    if done.returncode != 1 or not any(map(NAMES[sabotage], wrong)):
        print(f"the demo ended with {done.returncode} and did not find the {sabotage} sabotage")
        return 1
    print(f"the demo found the {sabotage} sabotage")
    return 0


if __name__ == "__main__":
    sys.exit(main())
