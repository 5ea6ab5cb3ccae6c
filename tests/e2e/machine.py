"""A test machine for a run with a real browser: a display, a home, Dwell's programs, and consent."""
import contextlib
import os
import shutil
import tempfile

from demo.run import Programs, configure
from demo.screen import Screen


class Machine:
    """Everything is given back when `closing` (an ExitStack) is closed; `out` is made anew."""

    def __init__(self, bin_dir, out, closing, **environment):
        shutil.rmtree(out, ignore_errors=True)  # nothing of an earlier run may pass for this one's
        self.logs = str(out / "logs")
        os.makedirs(self.logs)
        self.scratch = tempfile.mkdtemp(prefix="dwell-e2e-")
        closing.callback(shutil.rmtree, self.scratch, ignore_errors=True)
        self.screen = closing.enter_context(contextlib.closing(Screen(self.scratch, self.logs)))
        self.environment = dict(self.screen.environment(), HOME=self.scratch, **environment)
        self.programs = closing.enter_context(contextlib.closing(Programs(str(bin_dir), self.logs, self.environment)))
        configure(self.environment)
        self.programs.control("consent", "accept", "--yes")

    def start_agent(self, *browsers):
        """Each browser in the words of `dwellctl browser register`."""
        for browser in browsers:
            self.programs.control("browser", "register", *browser)
        self.programs.start("dwell-agent", *self.programs.places, until="ready")
