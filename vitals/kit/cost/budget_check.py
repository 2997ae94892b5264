"""Check an estimate against the environment's budget, and say what to do when it does not fit."""

from __future__ import annotations

from vitals.errors import VitalsError
from vitals.kit.cost.estimate import CostItem, Estimate
from vitals.model.catalog import Budget

_NAMED = 3
"""How many contributors an error names: the third biggest is rarely worth an hour's work."""


def within_budget(environment: str, estimate: Estimate, budget: Budget) -> None:
    """Refuse an estimate that exceeds a budget.

    Args:
        environment: Its name.
        estimate: What the environment would store.
        budget: What it may store.

    Raises:
        VitalsError: By how much it is exceeded, the biggest contributors, and the ways out.
    """
    over = [
        f"{have:,} {what} where {most:,} are allowed"
        for what, have, most in (
            ("active series", estimate.series, budget.series),
            ("samples per month", estimate.samples_per_month, budget.samples_per_month),
        )
        if have > most
    ]
    if not over:
        return
    biggest = sorted(estimate.parts, key=lambda part: (-part.samples_per_month, part.name))[:_NAMED]
    guesses = [line for part in estimate.parts for line in part.lines if line.guess]
    guessed = list(dict.fromkeys(line.what for line in sorted(guesses, key=lambda line: (-line.series, line.what))))
    advice = [
        f"Environment {environment!r} is over its budget: {' and '.join(over)}. Nothing was rendered.",
        *(f"- {_described(part)}" for part in biggest),
    ]
    if guessed:
        advice.append(
            f"No count of {', '.join(guessed[:_NAMED])}{' and others' if len(guessed) > _NAMED else ''}, so the "
            "bound of each label was taken: count its values on what runs and write them in Service.expects, or in the "
            "contract's Label.expected."
        )
    advice.append(
        "Drop a label or buckets that no rule reads, scrape less often (Environment.scrape), run fewer replicas, or "
        "raise Environment.budget on purpose."
    )
    raise VitalsError("\n".join(advice))


def _described(part: CostItem) -> str:
    what = "job" if part.kind == "job" else "rule group"
    size = f"{part.series:,} series every {part.interval_s:g} s are {part.samples_per_month:,} samples per month"
    lines = ", ".join(f"{line.what} {line.series:,}" for line in part.largest(_NAMED))
    return f"{what} {part.name}: {size}; most of them {lines}"
