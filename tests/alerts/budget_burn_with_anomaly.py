"""BudgetBurnWithAnomaly: two witnesses, neither of whom pages alone at that rate."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle.of_api import API, TERMS
from tests.oracle.of_foresight import AnyActive, said
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.burn_rates import burns
from vitals.verify.oracle.conditions import Above, Statement, both, either, gap_of
from vitals.verify.oracle.objectives import slos
from vitals.verify.oracle.traffic import Replica, serving

HOUR, STEP = 3600, 5
"""As often as production is scraped: where scrapes are missing, a page does not end."""
WHAT = "api.latency.p95", "latency"
PAGE = "anomaly.active.burning"
SUMMARY = "wellness-api: error budget burning 9.5x faster than allowed beside an anomaly (> 7.2x over 1h)"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the foresight service says of the service: 0, then 1 from a moment on, then nothing."""

    since: float
    until: float

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:  # noqa: ARG002
        """A token for each step."""
        level = [0.0] * int(self.since // step) + [1.0] * int((self.until - self.since) // step)
        return dict(said("anomaly_active", service, *WHAT, lambda active: active)([*level, None], step))


def _burning(rate: float, seconds: float) -> Replica:
    failing = rate * 0.001
    return Replica("api-a", [serving(2 * HOUR, 20), serving(seconds, 20, failing=failing), serving(1200, 20)])


RATES = either(*(burns(of, 7.2, HOUR, 5, "BudgetBurnWithAnomaly") for of in slos(TERMS).values()))
"""An objective burns at half of what pages by itself, over an hour and five minutes."""
SPECS = {(PAGE, API): Statement("BudgetBurnWithAnomaly", "critical", both(RATES, Above(AnyActive(), 0)), gap=gap_of(5))}
SCENARIOS = (
    Scenario(
        "the budget burns at 9.5, which pages no one, and half an hour later a series is odd; then it is over",
        [_burning(9.5, 2 * HOUR), Judged(since=3.5 * HOUR, until=4 * HOUR + 1200)],
        lasts=4 * HOUR + 1200,
        step=STEP,
        evaluated=60,
        fires=[
            Fires(
                PAGE,
                quiet_until=3.5 * HOUR - 60,
                by=3.5 * HOUR + 180,
                over_by=4 * HOUR + 600,
                summary=SUMMARY,
            )
        ],
    ),
    Scenario(
        "the budget burns at 7.1 beside an anomaly",
        [_burning(7.1, 2 * HOUR), Judged(since=2 * HOUR, until=4 * HOUR + 1200)],
        lasts=4 * HOUR + 1200,
        proves=[Proof.UNDER],
        step=STEP,
        evaluated=60,
        quiet=[PAGE],
    ),
    Scenario(
        "the foresight service goes while it pages, and the page is over with its last word",
        [_burning(9.5, 2 * HOUR), Judged(since=3 * HOUR, until=3.6 * HOUR)],
        lasts=4 * HOUR,
        proves=[Proof.MISSING],
        step=STEP,
        evaluated=60,
        fires=[Fires(PAGE, by=3.2 * HOUR, over_by=3.6 * HOUR + 180)],
    ),
    Scenario(
        "one request of a hundred fails in an hour with hardly any traffic, beside an anomaly",
        [
            Replica("api-a", [serving(2 * HOUR, 0.008, failing=0.02), serving(600, 0.008)]),
            Judged(since=HOUR, until=2 * HOUR + 600),
        ],
        lasts=2 * HOUR + 600,
        proves=[Proof.FEW, Proof.START],
        step=STEP,
        evaluated=60,
        quiet=[PAGE],
    ),
)
