"""A generator is mutated where it decides a rule, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.of_sources import OPERATORS, mutated

IMPORTED = "from p import increase_of, rate_of\n"
CASES = [
    ("constant_up", "x = 10", {"x = 12"}),
    ("constant_up", "x = 0", {"x = 1"}),
    ("constant_down", "x = 0.5", {"x = 0.4"}),
    ("constant_down", "x = 3", {"x = 2"}),
    ("constant_down", "x = 0.0", set()),
    ("quantity_up", "x = f(above='85%')", {"x = f(above='102%')"}),
    ("quantity_up", "x = '0'", {"x = '1'"}),
    ("quantity_down", "x = '500ms'", {"x = '400ms'"}),
    ("quantity_down", "x = '0'", set()),
    ("duration_doubled", "x = '5m'", {"x = '10m'"}),
    ("duration_halved", "x = '5m'", {"x = '150s'"}),
    ("duration_halved", "x = '0s'", set()),
    ("compare_loosened", "x = a > b", {"x = a >= b"}),
    ("compare_flipped", "x = a in b", {"x = a not in b"}),
    ("operation_swapped", "x = a & b", {"x = a | b"}),
    ("operation_swapped", "x: A | B = a / b", {"x: A | B = a * b"}),
    ("condition_negated", "x = a if b else c", {"x = a if not b else c"}),
    ("condition_negated", "x = [a for a in b if c]", {"x = [a for a in b if not c]"}),
    ("logic_swapped", "x = a and b", {"x = a or b"}),
    ("urgency_changed", "x = Severity.CRITICAL", {"x = Severity.WARNING"}),
    ("label_dropped", "x = ('service', 'cache')", {"x = ('cache',)", "x = ('service',)"}),
    ("label_dropped", "x = (SERVICE, 'cache')", {"x = ('cache',)", "x = (SERVICE,)"}),
    ("label_dropped", "x = (CALLS, ERRORS)", set()),
    ("builder_swapped", "x = call('rate', y)", {"x = call('increase', y)"}),
    ("builder_swapped", "x = over_time_of('max', y)", {"x = over_time_of('min', y)"}),
    ("builder_swapped", "x = y.sum_by(l)", {"x = y.max_by(l)"}),
    ("builder_swapped", f"{IMPORTED}x = rate_of(y)", {f"{IMPORTED}x = increase_of(y)"}),
    (
        "builder_swapped",
        "from p import max_by, sum_by\nx = sum_by(l, y)",
        {"from p import max_by, sum_by\nx = max_by(l, y)"},
    ),
    ("builder_swapped", "from p import sum_by\nx = sum_by(l, y)", set()),
]


@pytest.mark.parametrize(("operator", "before", "wanted"), CASES, ids=[f"{name}: {text}" for name, text, _ in CASES])
def test_an_operator_makes_its_mutation_of_python(operator: str, before: str, wanted: set[str], tmp_path: Path) -> None:
    """At each place where it fits there is one mutated module, equal to the module but for that place."""
    assert {text for name, text in _mutated(before, tmp_path) if name == operator} == wanted


def test_every_operator_on_sources_is_tried() -> None:
    """No operator is without an example of what it does."""
    assert {operator for operator, *_ in CASES} == {operator.__name__ for operator in OPERATORS}


@pytest.mark.parametrize("text", ['"""Waits 5m, at most 3."""', "x: Literal['5m', 3] = y", "__all__ = ['a', 'b']"])
def test_texts_and_annotations_are_left_alone(text: str, tmp_path: Path) -> None:
    """They decide no rule, so a mutant of them would prove nothing."""
    assert _mutated(text, tmp_path) == []


def _mutated(text: str, folder: Path) -> list[tuple[str, str]]:
    file = folder / "module.py"
    file.write_text(text)
    return [(one.operator, one.text) for one in mutated(file)]
