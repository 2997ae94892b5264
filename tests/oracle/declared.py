"""Every case of ``tests/alerts``: what is promised of the alerts whose whole test is one file."""

from __future__ import annotations

from pathlib import Path

from vitals.verify.oracle.alert_case import AlertCase, cases_of

FOLDER = Path(__file__).parents[1] / "alerts"
CASES: tuple[AlertCase, ...] = tuple(case for file in sorted(FOLDER.glob("*.py")) for case in cases_of(file))
