"""A mutated generator is imported in a process of its own, and judged by its rules; the tree is never touched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.mutant import generators
from tests.mutation.of_sources import MutatedSource, mutated
from tests.mutation.renderings import Renderings, module
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import Rules, difference
from tests.mutation.tested import rules, rules_of_dialects
from vitals.errors import VitalsError
from vitals.paths import ROOT

LATENCY = ROOT / "alert_rules" / "latency.py"
NATIVE = ROOT / "vitals" / "model" / "signals" / "native.py"
SIGNAL = ROOT / "vitals" / "model" / "signals" / "signal.py"


def _rendered(made: Sequence[MutatedSource], folder: Path) -> list[Rules | None]:
    with ResultCache(folder / "found") as cache:
        renderings = Renderings(cache)
        asyncio.run(renderings.render(made, 1, lambda _: None))
        return [renderings.rules(one) for one in made]


def test_one_mutant_changes_one_rule_and_the_next_starts_anew(tmp_path: Path) -> None:
    """Only the mutated bound differs from what is shipped, and the original module gives just the shipped rules.

    So it does for services of every dialect, each of which has the alert if its library has buckets.
    """
    text = LATENCY.read_text()
    (higher,) = (one for one in mutated(LATENCY) if (one.before, one.operator) == ("'500ms'", "quantity_up"))
    original = replace(higher, text=text)
    shipped = (*rules(), *rules_of_dialects())
    changed, same = _rendered([higher, original], tmp_path)

    assert changed is not None
    assert same is not None
    assert same == shipped
    gone, new = difference(shipped, changed)
    assert {(rule.name, rule.expr[-6:]) for rule in gone} == {("ApiLatencyHigh", " > 0.5")}
    assert {(rule.name, rule.expr[-6:]) for rule in new} == {("ApiLatencyHigh", " > 0.6")}
    assert {"wellness-api.api", "go-shop.api", "otel-native.api"} <= {rule.group for rule in new}
    assert LATENCY.read_text() == text


def test_what_only_other_dialects_reach_changes_their_rules_alone(tmp_path: Path) -> None:
    """Milliseconds that are not divided are wrong for the services whose library counts in them, and for no other."""
    times = ("expr / self.source.per_unit", "expr * self.source.per_unit")
    (wrong,) = (one for one in mutated(NATIVE) if (one.before, one.after) == times)
    shipped = (*rules(), *rules_of_dialects())
    (changed,) = _rendered([wrong], tmp_path)
    assert changed is not None

    gone, new = difference(shipped, changed)
    services = {"otel-checkout", "otel-old", "otel-old-native", "edge", "mesh-cart"}
    assert {rule.group.partition(".")[0] for rule in gone + new} == services


def test_a_group_that_is_evaluated_at_another_pace_is_another_one(tmp_path: Path) -> None:
    """No rule differs, and yet the mutant is not the shipped rules: it counts as a survivor."""
    (any_one, *_) = mutated(SIGNAL)
    slower = replace(any_one, text=SIGNAL.read_text().replace("Group.OUTAGE: scrape.page", "Group.OUTAGE: scrape.slow"))
    shipped = (*rules(), *rules_of_dialects())
    (changed,) = _rendered([slower], tmp_path)
    assert changed is not None

    assert difference(shipped, changed) == ([], [])
    assert changed != shipped


def test_what_the_generators_refuse_gives_no_rules(tmp_path: Path) -> None:
    """A bound on the wrong side, a module that cannot be run and one that ends the process are all refused."""
    (any_one, *_) = mutated(LATENCY)
    wrong = [
        replace(any_one, text=LATENCY.read_text().replace("above=", "below=")),
        replace(any_one, text="1 / 0"),
        replace(any_one, text="import os\nos._exit(3)"),
    ]

    assert _rendered(wrong, tmp_path) == [None, None, None]


def test_what_was_rendered_is_not_rendered_again(tmp_path: Path) -> None:
    """A second run takes it from the cache, and says how many are done with the first that it renders."""
    first, second, *_ = mutated(LATENCY)
    counted: list[int] = []
    with ResultCache(tmp_path / "found") as cache:
        for made in ([first], [first, second], [first, second]):
            asyncio.run(Renderings(cache).render(made, 1, counted.append))

    assert counted == [1, 2]


def test_a_worker_that_ends_leaves_nothing_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with a reason, and the next one renders what this one did not."""
    first, *_ = mutated(LATENCY)
    with ResultCache(tmp_path / "found") as cache:
        with monkeypatch.context() as patched:
            patched.setattr("tests.mutation.renderings.WORKER", "token")  # a module that does nothing
            with pytest.raises(VitalsError, match=r"ended before it had rendered alert_rules/latency\.py"):
                asyncio.run(Renderings(cache).render([first], 1, lambda _: None))
        asyncio.run(Renderings(cache).render([first], 1, lambda _: None))

        assert Renderings(cache).rules(first)


def test_generators_are_the_modules_that_make_rules() -> None:
    """They are named as they are imported, and each can be mutated."""
    names = {module(file) for file in generators()}

    assert {"vitals.kit.alerts.threshold", "vitals.model.signals.slo"} <= names
    assert "alert_rules.routing" not in names
