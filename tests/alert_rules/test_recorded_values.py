"""Everything that is recorded has, series by series, the value that the raw samples give when counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.alert_rules import stories
from tests.alert_rules.conftest import Rendered
from tests.alert_rules.value_story import RECORDS, value_stories


@pytest.mark.rules
def test_records_have_the_values_that_the_samples_give(prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """Beside a stranger that shows the same metrics, on two targets, and where some never has an event."""
    rule_files = {file.stem: file for file in prod.rules}
    for story in value_stories(prod.plan):
        stories.run([story], rule_files, promtool, tmp_path)


def test_what_is_drawn_and_stands_behind_no_alert_is_held(prod: Rendered) -> None:
    """A record that no alert reads has no other story, so it must have one here."""
    known = {(service, name.partition("|")[0]) for service, records in RECORDS.items() for name in records}
    drawn = {
        (str(rule["labels"]["service"]), str(rule["record"]))  # type: ignore[index]
        for group in prod.plan.groups
        for rule in group.rules
        if "record" in rule
    }
    read = " ".join(alert.expr.text for alert in prod.plan.alerts)
    read += " ".join(str(rule["expr"]) for group in prod.plan.groups for rule in group.rules if "record" in rule)

    assert {one for one in drawn if one[1] not in read} <= known
    assert known <= drawn
