"""Everything that is recorded has, series by series, the value that the raw samples give when counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules import promtool_cases
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.recorded_value_cases import RECORDS, recorded_value_cases


@pytest.mark.rules
def test_records_have_the_values_that_the_samples_give(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """Beside a control service that shows the same metrics, on two targets, and where some never has an event."""
    rule_files = {file.stem: file for file in prod.rules}
    for case in recorded_value_cases(prod.plan):
        promtool_cases.run([case], rule_files, promtool, tmp_path)


def test_every_record_without_an_alert_is_covered(prod: ShippedEnvironment) -> None:
    """A record that no alert reads has no other case, so it must have one here."""
    known = {(service, name.partition("|")[0]) for service, records in RECORDS.items() for name in records}
    recorded = {
        (str(rule["labels"]["service"]), str(rule["record"]))  # type: ignore[index]
        for group in prod.plan.groups
        for rule in group.rules
        if "record" in rule
    }
    read = " ".join(alert.expr.text for alert in prod.plan.alerts)
    read += " ".join(str(rule["expr"]) for group in prod.plan.groups for rule in group.rules if "record" in rule)

    assert {one for one in recorded if one[1] not in read} <= known
    assert known <= recorded
