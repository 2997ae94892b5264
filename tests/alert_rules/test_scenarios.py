"""Every shipped alert fires when the oracle says and at no other evaluation, by the real promtool on the real rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules import outage_cases, told
from tests.alert_rules.bounds import Foretold, contradictions
from tests.alert_rules.conftest import Rendered
from tests.alert_rules.scenario import Fires, Scenario, foretold
from tests.alert_rules.stories import Story, expectations, run, story, together


def _by_group(rendered: Rendered) -> dict[str, Path]:
    return {file.stem: file for file in rendered.rules}


def _tell(stories: list[Story], rendered: Rendered, promtool: Path, folder: Path) -> None:
    for batch in together(stories):
        run(batch, _by_group(rendered), promtool, folder)


@pytest.mark.rules
@pytest.mark.parametrize("family", told.FAMILIES)
def test_production_tells_the_stories(
    family: str, prod: Rendered, foretell: Callable[[Scenario], Foretold], promtool: Path, tmp_path: Path
) -> None:
    """The rules of production fire, stay silent and recover as told, evaluation by evaluation."""
    _tell([story(case, prod.plan, foretell(case)) for case in told.FAMILIES[family]], prod, promtool, tmp_path)


@pytest.mark.rules
def test_one_machine_tells_the_stories(local: Rendered, promtool: Path, tmp_path: Path) -> None:
    """So do the rules of the local stack; the long stories are not repeated, as the rules are the same text."""
    _tell([story(case, local.plan) for case in outage_cases.OUTAGES], local, promtool, tmp_path)


@pytest.mark.rules
def test_a_story_that_does_not_come_true_is_reported(prod: Rendered, promtool: Path, tmp_path: Path) -> None:
    """The check bites: samples that are given to the oracle and other samples to promtool are told apart."""
    spoken = outage_cases.OUTAGES[0]
    silent = replace(spoken, replicas=[outage_cases.healthy("a")], fires=())
    wrong = story(silent, prod.plan)
    checks = expectations(silent, prod.plan, foretold(silent, prod.plan))
    wrong = replace(wrong, document={**wrong.document, "tests": [spoken.told_to_promtool(prod.plan, checks)]})

    with pytest.raises(AssertionError, match="ServiceOutage"):
        run([wrong], _by_group(prod), promtool, tmp_path)


def test_what_a_story_says_itself_must_be_what_the_oracle_says(prod: Rendered) -> None:
    """A bound that a person wrote and the oracle breaks is refused, and so is a page that nobody expects."""
    spoken = outage_cases.OUTAGES[0]
    late = replace(spoken, fires=[Fires("api.outage.failing", quiet_until=660, by=690, over_by=700)])
    fires = foretold(spoken, prod.plan)

    assert contradictions(spoken, fires) == []
    assert [text.partition(": ")[2].split(" at ")[0] for text in contradictions(late, fires)] == ["fires", "fires"]
    assert any("fires unsaid" in text for text in contradictions(replace(spoken, fires=()), fires))
    with pytest.raises(AssertionError, match="fires unsaid"):
        story(replace(spoken, fires=()), prod.plan)


def test_stories_have_names_of_their_own() -> None:
    """A report names one story."""
    names = [case.name for case in told.CASES]

    assert sorted(set(names)) == sorted(names)
