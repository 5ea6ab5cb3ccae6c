"""What the agent measured, once it has written all of it."""
import json
import time

from demo.run import DemoError


def closed_visits(programs, seconds=25):
    """The visits once the agent has written the last of them, at most 10 s after its end."""
    deadline = time.monotonic() + seconds
    while True:
        visits = json.loads(programs.control("visits", "--json"))
        if visits and all(visit["exit"] for visit in visits):
            return visits
        if time.monotonic() > deadline:
            raise DemoError(f"some visits were still open {seconds} s after the browser's end")
        time.sleep(0.5)
