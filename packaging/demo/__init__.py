"""The demo: a scripted person uses a real Chromium, and what Dwell measured is held against what was done."""
