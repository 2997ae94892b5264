"""A sample of the mutants is always the same one, and is judged by what it can say of all."""

from __future__ import annotations

import pytest

from tests.mutation.mutant import of_shipped
from tests.mutation.rules import FileRule
from tests.mutation.score import KillCount, Score
from tests.mutation.tested import rules


def test_a_sample_is_the_same_places_every_time() -> None:
    """By what a mutant is, so that a rule more or less elsewhere leaves it as it was."""
    mutants = of_shipped(rules(), "rendered/prod")
    of_two, of_eight = ([one for one in mutants if one.is_one_in(several)] for several in (2, 8))

    assert len(of_eight) == pytest.approx(len(mutants) / 8, rel=0.2)
    assert {id(one) for one in of_eight} < {id(one) for one in of_two}
    assert [one for one in of_shipped(rules()[:40], "rendered/prod") if one.is_one_in(8)]
    assert all(one.is_one_in(1) for one in mutants)
    assert {sum(one.is_one_in(3, part) for part in range(3)) for one in mutants} == {1}, "the parts are the whole"


def test_places_of_the_same_texts_are_not_sampled_together() -> None:
    """A number that stands at many places of a rule is mutated at some of them, and not at all or none."""
    expr = " + ".join(f"x{n} * 0.3" for n in range(40))
    rule = FileRule("g", {"record": "r", "expr": expr})
    up = [one for one in of_shipped((rule,), "rendered/prod") if one.operator == "number_up"]

    assert len({one.texts for one in up}) == 1
    assert 0 < sum(one.is_one_in(4) for one in up) < len(up) == 40


@pytest.mark.parametrize(
    ("killed", "total", "said"),
    [
        (930, 1000, ["all: 91.2% to 94.4%, below 95%"]),
        (940, 1000, []),
        (93, 100, []),
        (80, 100, ["all: 71.1% to 86.7%, below 95%"]),
        (0, 0, []),
    ],
)
def test_a_sample_is_too_low_where_chance_does_not_explain_it(killed: int, total: int, said: list[str]) -> None:
    """The upper end of the interval counts, so that a small sample is not red by bad luck."""
    assert Score(KillCount(total, killed), {}, {}, ()).too_low_in_sample() == said
