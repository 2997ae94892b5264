"""Alerts and long windows, held to the oracle by numbers that are given as they would be recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.alert_rules import stories
from tests.alert_rules.arrival_weeks import week_stories
from tests.alert_rules.conftest import Rendered
from tests.alert_rules.jumping_story import jumping_stories
from tests.alert_rules.long_jumps import long_jumps
from tests.alert_rules.stories import Story
from tests.alert_rules.window_story import window_stories
from tests.oracle.published import PUBLISHED
from vitals.render import Plan

pytestmark = pytest.mark.rules
OF_RAW_SAMPLES = {
    "meta.watchdog",
    "meta.target_down",
    "mixins.process.OpenFilesNearLimit",
    "handwritten.clock.MachineClockSkewed",
}
"""Alerts that read nothing that is recorded."""


KINDS: Mapping[str, Callable[[Plan], Iterable[Story]]] = {
    "windows": window_stories,
    "jumps": jumping_stories,
    "long jumps": long_jumps,
    "weeks": week_stories,
}


@pytest.fixture(scope="module")
def given(prod: Rendered) -> Callable[[str], list[Story]]:
    """Every story of numbers that are given, of one kind."""
    return cache(lambda kind: list(KINDS[kind](prod.plan)))


@pytest.mark.parametrize("kind", KINDS)
def test_alerts_and_windows_do_what_is_published_of_what_is_recorded(
    kind: str, prod: Rendered, given: Callable[[str], list[Story]], promtool: Path, tmp_path: Path
) -> None:
    """Exactly at their bounds too, with queues and disks that go their own ways, beside a stranger."""
    rule_files = {file.stem: file for file in prod.rules}
    told = given(kind)

    assert told
    for batch in stories.together(told):
        stories.run(batch, rule_files, promtool, tmp_path)


def test_every_alert_that_reads_records_is_judged(given: Callable[[str], list[Story]]) -> None:
    """An alert without such a story would never be tried at its very bound."""
    judged = {alert for kind in KINDS for story in given(kind) for alert in story.alerts}

    assert judged == {alert for alert, _ in PUBLISHED} - OF_RAW_SAMPLES
