"""The page about drills says what the code does: every drill with its times, every other alert with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.kit.alerts.alert import ELSEWHERE, TOO_SLOW, Alert
from vitals.local.stack.deadman import BEATS_MISSED, heartbeat_every
from vitals.local.stack.state import Heartbeat
from vitals.model.catalog import Catalogue
from vitals.paths import ROOT
from vitals.rendered import RenderedModel
from vitals.verify.drills.budget import AFTER_THE_WINDOW_S, LONGEST_TO_FIRE_S, LONGEST_TO_RESOLVE_S, budget_of
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.registry import DRILLS, side_by_side

from .pages import read

PAGE = ROOT / "docs" / "drills.md"
DRILLED = {drill.alert for drill in DRILLS if drill.alert is not None}


@pytest.fixture(scope="module")
def local(catalogue: Catalogue) -> Mapping[str, str]:
    """The rendered files that the stack runs."""
    return files_of(catalogue, catalogue.environments["local"])


@pytest.fixture(scope="module")
def model(local: Mapping[str, str]) -> RenderedModel:
    """What the stack reads of them."""
    return RenderedModel.model_validate_json(local["model.json"])


@pytest.fixture(scope="module")
def undrilled(alerts: list[Alert]) -> dict[str, str]:
    """The alerts that no drill makes fire, each with the one reason of all its rules."""
    reasons: dict[str, set[str]] = defaultdict(set)
    for alert in alerts:
        reasons[alert.name].add(alert.no_drill)
    assert all(len(said) == 1 for said in reasons.values())
    return {name: reason for name, (reason,) in reasons.items() if reason}


def test_every_kind_of_alert_has_a_drill_or_a_reason(alerts: list[Alert], undrilled: dict[str, str]) -> None:
    """In every environment; and none has both, or is gone."""
    assert {alert.name for alert in alerts} == DRILLED | set(undrilled)
    assert not DRILLED & set(undrilled)


def test_what_is_called_too_slow_is(model: RenderedModel, undrilled: dict[str, str]) -> None:
    """No drill of it could keep the longest times, whatever the fault."""
    too_slow = [entry for entry in model.alerts if undrilled.get(entry.name) == TOO_SLOW]
    assert too_slow
    for entry in too_slow:
        drill = Drill(
            name="x", family="x", service=entry.service, description="x", injection=DRILLS[0].injection, touches=(),
            expected="notify", alert=entry.name, rule=entry.id,
        )  # fmt: skip
        with pytest.raises(VitalsError, match="a drill may take"):
            budget_of(drill, model, None)


def test_what_is_called_elsewhere_is(model: RenderedModel, undrilled: dict[str, str]) -> None:
    """The environment that drills run in has no such alert."""
    elsewhere = {name for name, reason in undrilled.items() if reason == ELSEWHERE}

    assert elsewhere
    assert not elsewhere & {alert.name for alert in model.alerts}


def test_what_is_said_to_follow_a_drill_is_declared_there(undrilled: dict[str, str]) -> None:
    """The drill's own declaration names it, except of alertmanager-down, when no notification can leave."""
    by_name = {drill.name: drill for drill in DRILLS}
    said = {alert: reason.split()[2].rstrip(",") for alert, reason in undrilled.items() if "follows" in reason}

    assert said.pop("AlertsDropped") == "alertmanager-down"
    assert said
    assert all(alert in by_name[drill].follows for alert, drill in said.items())


def test_the_tables_are_those_of_the_code(
    local: Mapping[str, str], model: RenderedModel, undrilled: dict[str, str]
) -> None:
    """Each drill with its computed times and its turn; each other alert with its reason."""
    every_s = heartbeat_every(local["alertmanager.yml"])
    assert every_s is not None
    heartbeat = Heartbeat(every_s=every_s, patience_s=BEATS_MISSED * every_s)
    rows = []
    for turn, group in enumerate(side_by_side(DRILLS), 1):
        for drill in group:
            budget = budget_of(drill, model, heartbeat)
            awaited = "not awaited" if drill.once_a_day else f"{budget.resolved_within_s:.0f} s"
            over = awaited if drill.alert else ""
            time_to_notify = f"{budget.within_s:.0f} s" if drill.alert else f"watched for {budget.within_s:.0f} s"
            rows.append(
                f"| `{drill.name}` | {drill.description} | {drill.expected} | {drill.alert or ''} "
                f"| {time_to_notify} | {over} | {turn} |"
            )
    reasons = [f"| {alert} | {reason} |" for alert, reason in sorted(undrilled.items())]
    text = PAGE.read_text(encoding="utf-8")

    for row in (*rows, *reasons):
        assert f"{row}\n" in text, row
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == len(rows) + len(reasons) + 4


def test_the_longest_times_of_the_page_are_those_of_the_code() -> None:
    """No number of the page's sentences can go stale."""
    prose = read(PAGE).prose

    assert f"longer than {LONGEST_TO_FIRE_S:.0f} s to notify, or {LONGEST_TO_RESOLVE_S:.0f} s to be over" in prose
    assert f"at most {AFTER_THE_WINDOW_S:.0f} s after the shortest window" in prose
    assert BEATS_MISSED == 2
    assert "two calls in a row" in prose
