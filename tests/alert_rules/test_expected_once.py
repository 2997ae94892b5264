"""An answer of the oracle that is kept is the answer, and is kept for the very same question alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules.expected_once import expected_once, sources
from tests.oracle.specs import SPECS, expected_firing
from vitals.verify.oracle.conditions import Firing, Statement

DOWN = ("meta.target_down", "node")
UP = 'up{service="node", job="node", instance="a"}'


class Asked:
    """The oracle, and how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(
        self,
        series: Mapping[str, Sequence[str]],
        alerts: Sequence[tuple[str, str]],
        *,
        step: int,
        pace: int,
        lasts: int,
        specs: Mapping[tuple[str, str], Statement],
    ) -> dict[tuple[str, str], Firing]:
        """Ask it."""
        self.times += 1
        return expected_firing(series, alerts, step=step, pace=pace, lasts=lasts, specs=specs)


def test_a_kept_answer_is_the_answer(tmp_path: Path) -> None:
    """The second time the oracle is not asked, in whichever order the series come, and the same comes back."""
    asked = Asked()
    series = {UP: ["1x20", "0x60", "1x20"], UP.replace('"a"', '"b"'): ["1x100"]}
    said = [
        expected_once(ordered, [DOWN], step=15, pace=15, lasts=1500, kept=tmp_path / "kept", ask_oracle=asked)
        for ordered in (series, dict(reversed(series.items())))
    ]

    assert asked.times == 1
    assert said[0] == said[1] == expected_firing(series, [DOWN], step=15, pace=15, lasts=1500)
    assert any(said[0][DOWN].values())


@pytest.mark.parametrize(
    ("tokens", "pace", "lasts"), [(["1x20", "0x61", "1x20"], 15, 1500), (["1x20", "0x60", "1x20"], 30, 1500)]
)
def test_another_question_is_asked_anew(tmp_path: Path, tokens: list[str], pace: int, lasts: int) -> None:
    """One sample more, or evaluations at another pace."""
    asked = Asked()
    kept = tmp_path / "kept"
    expected_once({UP: ["1x20", "0x60", "1x20"]}, [DOWN], step=15, pace=15, lasts=1500, kept=kept, ask_oracle=asked)

    said = expected_once({UP: tokens}, [DOWN], step=15, pace=pace, lasts=lasts, kept=kept, ask_oracle=asked)

    assert asked.times == 2
    assert said == expected_firing({UP: tokens}, [DOWN], step=15, pace=pace, lasts=lasts)


def test_another_promise_is_asked_anew(tmp_path: Path) -> None:
    """Something else that is said of the same alert, where a test brings what is said, has an answer of its own."""
    asked = Asked()
    series, kept = {UP: ["1x20", "0x60", "1x20"]}, tmp_path / "kept"
    later = replace(SPECS[DOWN], for_=SPECS[DOWN].for_ + 300)

    as_promised, late = (
        expected_once(series, [DOWN], step=15, pace=15, lasts=1500, said=said, kept=kept, ask_oracle=asked)
        for said in (SPECS, {DOWN: later})
    )

    assert asked.times == 2
    assert as_promised != late


def test_an_answer_is_kept_for_what_is_promised_now() -> None:
    """An alert of which something else is promised must not get the old answer; other alerts' files change nothing."""
    kept_for = sources([DOWN, ("api.outage.failing", "wellness-api")]).keys()

    assert {"target_down.py", "service_outage.py"} <= kept_for
    assert {"tests/oracle/specs.py", "verify/oracle/conditions.py"} <= kept_for
    assert "database_slow.py" not in kept_for
