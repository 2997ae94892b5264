"""Each dialect is paged within a minute of total failure, on the series that its real library exposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.alert_rules import promtool_cases
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.dialects.outage_cases import nothing_recorded_cases, outage_cases, restart_cases, unit_cases
from tests.dialects.recorded import RECORDED
from vitals.local.tools import find
from vitals.model.catalog import Service

pytestmark = pytest.mark.rules


def _run(cases: Sequence[PromtoolCase], rules: Mapping[str, Path], folder: Path) -> None:
    for case in cases:
        promtool_cases.run([case], rules, find("promtool"), folder)


def test_total_failure_pages_within_a_minute(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """Nothing pages while nothing fails; a minute after every request began to fail, the outage is firing."""
    cases = outage_cases()
    assert len(cases) == len(RECORDED)

    _run(cases, rules, tmp_path)


def test_a_restart_that_forgets_its_failures_is_no_outage(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """A hundred failures of the past are gone with the process, and the new one answers a request every ten seconds."""
    _run(restart_cases(), rules, tmp_path)


def test_response_times_are_seconds_in_every_unit(rules: Mapping[str, Path], tmp_path: Path) -> None:
    """Milliseconds become seconds, and seconds stay: the recorded requests took milliseconds, no microseconds."""
    cases = unit_cases()
    assert len(cases) == len(RECORDED) - 3

    _run(cases, rules, tmp_path)


def test_a_service_whose_metrics_have_other_names_is_reported(
    rules: Mapping[str, Path], services: Mapping[str, Service], tmp_path: Path
) -> None:
    """Its targets are up and none of its events is recorded: that is reported within a quarter of an hour."""
    cases = nothing_recorded_cases(services.values())
    assert len(cases) == len(services)

    _run(cases, rules, tmp_path)
