"""The whole stack on one machine: real programs, started, watched and stopped; receivers; drills that prove the alerts.

This room reads ``rendered/<env>/`` and never the catalogue. It ships nothing: what it runs are the very files that are
committed, with their declared placeholders filled in. It never changes an interval, a window or a bound to be quicker.
"""
