"""The spec of every alert of production, by its id and its service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.oracle.declared import STATEMENTS, Alert
from tests.oracle.perturbed import asks
from vitals.verify.oracle import expected
from vitals.verify.oracle.conditions import Firing, HeldBack, Statement

SPECS: Mapping[Alert, Statement] = dict(sorted(STATEMENTS.items(), key=lambda one: asks(one[1].condition, (HeldBack,))))
"""Specs by id and service, each behind those that hold it back."""


def expected_firing(
    series: Mapping[str, Sequence[str]],
    alerts: Sequence[Alert],
    *,
    step: int,
    pace: int,
    lasts: int,
    specs: Mapping[Alert, Statement] = SPECS,
) -> dict[Alert, Firing]:
    """When each alert fires over the samples of a run.

    Args:
        series: Tokens of promtool's notation by series.
        alerts: Ids and services of the alerts.
        step: Seconds between two tokens.
        pace: Seconds between two evaluations, from the first second on.
        lasts: Seconds to the last evaluation.
        specs: What is said of them.
    """
    asked = {key: statement for key, statement in specs.items() if key in alerts}
    return expected.expected_firing(series, asked, step=step, pace=pace, lasts=lasts)
