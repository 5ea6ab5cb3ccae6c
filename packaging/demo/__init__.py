"""The demo: a scripted person uses a real Chromium, and what Dwell measured is held against what was done.

screen (display, window manager, another program) · site (the pages) · browser over cdp (Chromium, watched through its
debugging pipe) · person (XTEST) · script (the story) write into the log; truth computes from it what a perfect
measurement says; compare holds a measurement against that; run does all of it with Dwell's programs.

Python 3.11's standard library and Debian's python3-xlib.
"""
