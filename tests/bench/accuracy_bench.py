#!/usr/bin/env python3
"""The accuracy benchmark (accuracy/README.md) as one of the benches: its errors as figures, Dwell's judged.

accuracy_bench.py --bin DIR --scratch DIR [--quick]     --quick judges nothing: accuracy needs minutes, and the machine
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RUN = HERE / "accuracy" / "run"


def figure(name, value, bound="-", verdict="ok"):
    print(f"figure\t{name}\t{value}\t{bound}\t{verdict}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        figure("accuracy", f"see {RUN.relative_to(HERE.parent.parent)}", "-", "not judged")
        return 0
    result_file = options.scratch / "accuracy.json"
    done = subprocess.run([str(RUN), "--bin", str(options.bin), "--json", str(result_file)], check=False)
    if done.returncode not in (0, 1):
        return done.returncode
    result = json.loads(result_file.read_text(encoding="utf-8"))
    active = result["active"]
    for name, bound in (("median_ms", 50), ("worst_ms", 250)):
        kept = active is not None and active[name] <= bound
        figure(f"accuracy: Dwell's active time, {name.removesuffix('_ms')} error", f"{active and active[name]} ms",
               f"<= {bound} ms", "ok" if kept else "target missed")
    wrong = len(result["lost"]) + len(result["doubled"])
    figure("accuracy: visits lost or doubled", wrong, "0", "MISSED" if wrong else "ok")
    for name, tool in result["tools"].items():
        if name != "dwell":
            figure(f"accuracy: {name}, median error", f"{tool['median_ms']:.0f} ms",
                   f"{tool['lost']} lost, {tool['without_time']} pages without a time")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
