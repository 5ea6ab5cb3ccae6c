"""The accuracy benchmark: one scripted person, a real Chromium, Dwell, and the trackers that a researcher would use
instead, in the same pages at the same time.

The screen, the browser, the person and their log are the demo's (packaging/demo). Here: pages (the site, and the sink
that the peers report to) · start_peers.js (starts them in a page) · peers (their settings, their definitions, what
they reported) · logind (locks the session) · situations (what the person does) · truth (what is right, by each
definition) · verdict (errors, losses, bounds) · report (table, JSON, Markdown) · run (all of it).
"""
