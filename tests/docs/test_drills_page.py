"""The page about drills says what the code does: every drill with its times, every other alert with its reason."""

from __future__ import annotations

import pytest

from alert_rules import Alert
from tests.alert_rules.asked_of import without_proof
from vitals.errors import VitalsError
from vitals.local.stack.deadman import BEATS_MISSED, heartbeat_every
from vitals.local.stack.rendered_model import RenderedModel
from vitals.local.stack.state import Heartbeat
from vitals.model.catalog import Catalogue
from vitals.paths import ROOT
from vitals.render import render
from vitals.verify.drills.budget import AFTER_THE_WINDOW_S, LONGEST_TO_FIRE_S, LONGEST_TO_RESOLVE_S, budget_of
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.registry import DRILLS, side_by_side
from vitals.verify.drills.undrilled import ELSEWHERE, TOO_SLOW, UNDRILLED

from .pages import read

PAGE = ROOT / "docs" / "drills.md"
DRILLED = {drill.alert for drill in DRILLS if drill.alert is not None}


@pytest.fixture(scope="module")
def local(catalogue: Catalogue) -> dict[str, str]:
    """The rendered files that the stack runs."""
    return render(catalogue, catalogue.environments["local"])


@pytest.fixture(scope="module")
def model(local: dict[str, str]) -> RenderedModel:
    """What the stack reads of them."""
    return RenderedModel.model_validate_json(local["model.json"])


def test_every_kind_of_alert_has_a_drill_or_a_reason(alerts: list[Alert]) -> None:
    """In every environment; and none has both, or is gone."""
    names = {alert.name for alert in alerts}
    assert names >= DRILLED | set(UNDRILLED)
    assert names - DRILLED - set(UNDRILLED) <= without_proof(alerts)
    assert not DRILLED & set(UNDRILLED)


@pytest.mark.parametrize("alert", [name for name, reason in UNDRILLED.items() if reason == TOO_SLOW])
def test_what_is_called_too_slow_is(alert: str, model: RenderedModel) -> None:
    """No drill of it could keep the longest times, whatever the fault."""
    for entry in (one for one in model.alerts if one.name == alert):
        drill = Drill(
            name="x", family="x", service=entry.service, means="x", injection=DRILLS[0].injection, touches=(),
            expected="notify", alert=alert, rule=entry.id,
        )  # fmt: skip
        with pytest.raises(VitalsError, match="a drill may take"):
            budget_of(drill, model, None)


def test_what_is_called_elsewhere_is(model: RenderedModel) -> None:
    """The local environment has no such alert; every other kind it has."""
    here = {alert.name for alert in model.alerts}

    assert {name for name, reason in UNDRILLED.items() if reason == ELSEWHERE} == set(UNDRILLED) - here


def test_what_is_said_to_follow_a_drill_is_declared_there() -> None:
    """The drill's own declaration names it, except of alertmanager-down, when nothing can be told."""
    by_name = {drill.name: drill for drill in DRILLS}
    said = {alert: reason.split()[2].rstrip(",") for alert, reason in UNDRILLED.items() if "follows" in reason}

    assert said.pop("AlertsDropped") == "alertmanager-down"
    assert all(alert in by_name[drill].follows for alert, drill in said.items())


def test_the_tables_are_those_of_the_code(local: dict[str, str], model: RenderedModel) -> None:
    """Each drill with its computed times and its turn; each other alert with its reason."""
    every_s = heartbeat_every(local["alertmanager.yml"])
    assert every_s is not None
    heartbeat = Heartbeat(every_s=every_s, patience_s=BEATS_MISSED * every_s)
    rows = []
    for turn, group in enumerate(side_by_side(DRILLS), 1):
        for drill in group:
            budget = budget_of(drill, model, heartbeat)
            over = f"{budget.resolved_within_s:.0f} s" if drill.alert else ""
            told = f"{budget.within_s:.0f} s" if drill.alert else f"watched for {budget.within_s:.0f} s"
            rows.append(
                f"| `{drill.name}` | {drill.means} | {drill.expected} | {drill.alert or ''} "
                f"| {told} | {over} | {turn} |"
            )
    reasons = [f"| {alert} | {reason} |" for alert, reason in UNDRILLED.items()]
    text = PAGE.read_text(encoding="utf-8")

    for row in (*rows, *reasons):
        assert f"{row}\n" in text, row
    assert len([line for line in text.splitlines() if line.startswith("| ")]) == len(rows) + len(reasons) + 4


def test_the_longest_times_of_the_page_are_those_of_the_code() -> None:
    """No number of the page's sentences can go stale."""
    prose = read(PAGE).prose

    assert f"longer than {LONGEST_TO_FIRE_S:.0f} s to be told, or {LONGEST_TO_RESOLVE_S:.0f} s to be over" in prose
    assert f"at most {AFTER_THE_WINDOW_S:.0f} s after the shortest window" in prose
    assert BEATS_MISSED == 2
    assert "two calls in a row" in prose
