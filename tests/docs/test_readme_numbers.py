"""The README's computed notification time is what the shipped intervals and routes give."""

from __future__ import annotations

import re

from alert_rules.latency_budget import outage
from vitals.catalog import Catalogue
from vitals.paths import ROOT


def test_computed_times_are_computed(catalogue: Catalogue) -> None:
    """Changing an interval or a group_wait without telling the README fails here."""
    row = re.search(r"\| computed \| ([\d.]+) s \| ([\d.]+) s \|", (ROOT / "README.md").read_text())
    (paged,) = [service for service in catalogue.services if service.availability]
    budget = outage(catalogue.environments["local"], replicas=paged.replicas)

    assert row is not None
    assert (row[1], row[2]) == (f"{budget.mean:.1f}", f"{budget.worst:.1f}")


def test_measured_times_keep_the_promise() -> None:
    """The published measurement is within what the product promises: mean at most 15 s, worst at most 20 s."""
    row = re.search(r"\| measured, 10 random phases \| ([\d.]+) s \| ([\d.]+) s \|", (ROOT / "README.md").read_text())

    assert row is not None
    assert float(row[1]) <= 15
    assert float(row[2]) <= 20
