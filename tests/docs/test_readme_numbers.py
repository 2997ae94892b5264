"""The README's times to notify are what the shipped intervals and routes give."""

from __future__ import annotations

import re

from vitals.kit.alerts.latency_budget import first_burst, hang, outage, vanished
from vitals.model.catalog import Catalogue
from vitals.paths import ROOT

ROW = re.compile(r"^\| ([^|]+) \| [^|]* \| ([\d.]+) s \| ([\d.]+) s \| ([^|]+) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str, str]]:
    """Computed mean, computed worst and what is said of the measurement, by fault."""
    return {row[0]: row[1:] for row in ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))}


def test_computed_times_are_computed(catalogue: Catalogue) -> None:
    """Changing an interval or a group_wait without changing the README fails here."""
    (paged,) = [service for service in catalogue.services if service.availability]
    local = catalogue.environments["local"]
    budgets = {
        "every request fails": outage(local, replicas=paged.replicas),
        "a first burst of failures, over at once": first_burst(local),
        "no request is answered": hang(local),
        "no request arrives": vanished(local),
    }

    computed = {fault: (mean, worst) for fault, (mean, worst, _) in rows().items()}
    assert computed == {fault: (f"{budget.mean:.1f}", f"{budget.worst:.1f}") for fault, budget in budgets.items()}


def test_measured_times_keep_the_promise() -> None:
    """The published measurement of an outage is within what the product promises: mean 15 s, worst 20 s at most."""
    measured = re.fullmatch(r"([\d.]+) s mean, ([\d.]+) s worst of 10", rows()["every request fails"][2])

    assert measured is not None
    assert float(measured[1]) <= 15
    assert float(measured[2]) <= 20
