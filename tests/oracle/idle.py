"""A share of nothing is not a number: nothing was tried, nothing is limited, and no alert may stand on it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED


def share_of_nothing(alert: str, service: str, values: Mapping[str, str]) -> Scenario:
    """Half an hour in which each series stays at a value.

    Args:
        alert: The alert that is quiet.
        service: Whose it is.
        values: Value by series, without the label ``service``.
    """
    named = ((*series.split("{", 1), value) for series, value in values.items())
    return Scenario(
        f"a share of nothing is not a number: {alert}",
        [ScrapedSeries({f'{name}{{service="{service}", {rest}': [value] * 120 for name, rest, value in named})],
        lasts=1780,
        quiet=[alert],
        proves=[Proof.FEW],
        step=EVALUATED,
        service=service,
    )
