"""The answer of the oracle: when alerts fire over the samples of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitals.verify.oracle.conditions import Firing, Statement, firing
from vitals.verify.oracle.observations import Observations, worlds

AlertKey = tuple[str, str]
"""An alert, by its id and service."""


def expected_firing(
    series: Mapping[str, Sequence[str]],
    statements: Mapping[AlertKey, Statement],
    *,
    step: int,
    pace: int,
    lasts: int,
) -> dict[AlertKey, Firing]:
    """When each alert fires.

    Args:
        series: Tokens of promtool's notation by series.
        statements: What is promised of each alert, each behind those that hold it back.
        step: Seconds between two tokens.
        pace: Seconds between two evaluations, from the first second on.
        lasts: Seconds to the last evaluation.
    """
    evaluations = range(0, lasts + 1, pace)
    found = worlds(series, step=step, evaluations=evaluations)
    return {
        (alert, service): firing(statement, found.setdefault(service, Observations({}, evaluations)))
        for (alert, service), statement in statements.items()
    }
