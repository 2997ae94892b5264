"""Alerts and long windows, held to the oracle by preset series, as rules would record them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.alert_rules import promtool_cases
from tests.alert_rules.arrival_past_days import past_day_cases
from tests.alert_rules.arrival_weeks import week_cases
from tests.alert_rules.boundary_fuzz import boundary_fuzz_cases
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.long_window_cases import long_window_cases
from tests.alert_rules.long_window_fuzz import long_window_fuzz_cases, one_by_one_cases
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.oracle.specs import SPECS
from vitals.render import Plan

pytestmark = pytest.mark.rules
OF_RAW_SAMPLES = {
    "meta.watchdog",
    "meta.target_down",
    "mixins.process.OpenFilesNearLimit",
    "handwritten.clock.MachineClockSkewed",
    "api.arrival.hanging_replica",
}
"""Alerts that read nothing that is recorded."""


KINDS: Mapping[str, Callable[[Plan], Iterable[PromtoolCase]]] = {
    "windows": long_window_cases,
    "jumps": boundary_fuzz_cases,
    "long jumps": long_window_fuzz_cases,
    "one by one": one_by_one_cases,
    "weeks": week_cases,
    "past days": past_day_cases,
}


@pytest.fixture(scope="module")
def preset(prod: ShippedEnvironment) -> Callable[[str], list[PromtoolCase]]:
    """Every case of preset series, of one kind."""
    return cache(lambda kind: list(KINDS[kind](prod.plan)))


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.nightly if kind == "one by one" else ()) for kind in KINDS]
)
def test_alerts_and_windows_follow_the_spec_on_preset_records(
    kind: str, prod: ShippedEnvironment, preset: Callable[[str], list[PromtoolCase]], promtool: Path, tmp_path: Path
) -> None:
    """Exactly at their bounds too, with queues and disks that go their own ways, beside a control service."""
    rule_files = {file.stem: file for file in prod.rules}
    cases = preset(kind)

    assert cases
    for batch in promtool_cases.together(cases):
        promtool_cases.run(batch, rule_files, promtool, tmp_path)


def test_every_alert_that_reads_records_is_covered(preset: Callable[[str], list[PromtoolCase]]) -> None:
    """An alert without such a case would never be tried at its very bound."""
    judged = {alert for kind in KINDS for case in preset(kind) for alert in case.alerts}

    assert judged == {alert for alert, _ in SPECS} - OF_RAW_SAMPLES
