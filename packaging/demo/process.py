"""Ending a program that this one started."""

import subprocess


def end(process, seconds=10):
    """Asks it to end if it still runs, and ends it when it has not within `seconds`."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
