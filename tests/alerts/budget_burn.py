"""Burn-rate alerts: just above and just below each bound, in the computed time, and over with the short window.

At an objective of 99.9 % a share of failures of 1 % is a burn rate of 10; at 99 % of fast requests a share of slow ones
of 10 % is.
"""

from __future__ import annotations

from tests.oracle.of_api import API, NOT_RECORDED, TERMS
from tests.oracle.scenario import Fires, Proof, Scenario, specs_of
from vitals.verify.oracle.objectives import budgets
from vitals.verify.oracle.traffic import Replica, forgetful, serving

SPECS = specs_of(API, budgets(TERMS))
HOUR, DAY = 3600, 86400
STEP = 30
"""Long scenarios are sampled every 30 s: the fewest samples that a rate over one minute can have."""
TOTAL_BUDGET, SLOW_BUDGET = 0.001, 0.01
PAGES_ABOVE, WARNS_ABOVE = "(> 14.4x over 1h or > 6x over 6h)", "(> 3x over 1d or > 1x over 3d)"


def _failing(burn: float) -> float:
    return burn * TOTAL_BUDGET


def _slow(burn: float) -> float:
    return burn * SLOW_BUDGET


FAST = (
    Scenario(
        "a tenth of all requests fails: 14.4 * 0.001 * 3600 s / 0.1 = 518 s, then recovery",
        [Replica("api-a", [serving(6 * HOUR, 20), serving(660, 20, failing=0.1), serving(600, 20)])],
        lasts=6 * HOUR + 1200,
        step=STEP,
        evaluated=60,
        fires=[
            Fires(
                "slo.availability.fast",
                quiet_until=6 * HOUR + 518,
                by=6 * HOUR + 518 + 75,
                over_by=6 * HOUR + 660 + 360,
                summary=f"wellness-api: availability error budget burning 15x faster than allowed {PAGES_ABOVE}",
            )
        ],
        quiet=["api.latency.high"],
    ),
    Scenario(
        "six of ten requests are slow: 14.4 * 0.01 * 3600 s / 0.6 = 864 s, then recovery",
        [Replica("api-a", [serving(6 * HOUR, 20), serving(1000, 20, slow=0.6), serving(600, 20)])],
        lasts=6 * HOUR + 1500,
        step=STEP,
        evaluated=60,
        fires=[
            Fires(
                "slo.latency.fast",
                quiet_until=6 * HOUR + 864,
                by=6 * HOUR + 864 + 75,
                over_by=6 * HOUR + 1000 + 360,
                summary=f"wellness-api: latency error budget burning 15x faster than allowed {PAGES_ABOVE}",
            ),
        ],
    ),
    Scenario(
        "just under both bounds: 14.2 for an hour, and less than 6 over six hours",
        [Replica("api-a", [serving(5 * HOUR, 20), serving(1.3 * HOUR, 20, failing=_failing(14.2), slow=_slow(14.2))])],
        lasts=6.3 * HOUR,
        proves=[Proof.UNDER],
        step=STEP,
        evaluated=60,
        quiet=["slo.availability.fast", "slo.latency.fast"],
    ),
    Scenario(
        "just over the first bound: 14.6 for an hour",
        [Replica("api-a", [serving(5 * HOUR, 20), serving(1.3 * HOUR, 20, failing=_failing(14.6), slow=_slow(14.6))])],
        lasts=6.3 * HOUR,
        step=STEP,
        evaluated=60,
        fires=[
            Fires("slo.availability.fast", quiet_until=5.9 * HOUR, by=6.1 * HOUR),
            Fires("slo.latency.fast", quiet_until=5.9 * HOUR, by=6.1 * HOUR),
        ],
    ),
    Scenario(
        "just under the second bound: 5.9 for seven hours",
        [Replica("api-a", [serving(7 * HOUR, 20, failing=_failing(5.9), slow=_slow(5.9))])],
        lasts=7 * HOUR,
        proves=[Proof.UNDER],
        step=STEP,
        evaluated=60,
        quiet=["slo.availability.fast", "slo.latency.fast"],
    ),
    Scenario(
        "just over the second bound: 6.1 after six clean hours",
        [Replica("api-a", [serving(6 * HOUR, 20), serving(6.5 * HOUR, 20, failing=_failing(6.1), slow=_slow(6.1))])],
        lasts=12.4 * HOUR,
        step=STEP,
        evaluated=60,
        fires=[
            Fires("slo.availability.fast", quiet_until=11.8 * HOUR, by=12.1 * HOUR),
            Fires("slo.latency.fast", quiet_until=11.8 * HOUR, by=12.1 * HOUR),
        ],
    ),
    Scenario(
        "three of 90 requests an hour fail: more than one, so it counts",
        [
            Replica(
                "api-a",
                [
                    *[serving(1, 1), serving(39, 0)] * 90,
                    *[serving(1, 1, failing=1), serving(39, 0)] * 3,
                    *[serving(1, 1), serving(39, 0)] * 5,
                ],
                failed_before=57,
            )
        ],
        lasts=HOUR + 310,
        fires=[Fires("slo.availability.fast", quiet_until=HOUR, by=HOUR + 120)],
    ),
)

AROUND_OUTAGES = (
    Scenario(
        "an outage of five minutes pages once: the burn alert holds back while its windows remember",
        [Replica("api-a", [serving(900, 20), serving(300, 20, failing=1), serving(2400, 20)], errors_known=False)],
        lasts=900 + 2400,
        evaluated=5,
        fires=[Fires("api.outage.failing", quiet_until=900, by=915, over_by=1245)],
    ),
    Scenario(
        "a tenth of all requests fails from the end of an outage on: that pages as soon as it can be distinguished",
        [
            Replica(
                "api-a",
                [serving(900, 20), serving(120, 20, failing=1), serving(480, 20, failing=0.1)],
            )
        ],
        lasts=1440,
        evaluated=5,
        fires=[
            Fires("api.outage.failing", quiet_until=900, by=915, over_by=1035),
            Fires("slo.availability.fast", quiet_until=1020 + 345, by=1020 + 375),
        ],
    ),
)

SLOW = (
    Scenario(
        "the budget is spent exactly as fast as allowed, for a day",
        [Replica("api-a", [serving(DAY, 20, failing=_failing(0.99), slow=_slow(0.99))])],
        lasts=DAY - STEP,
        proves=[Proof.UNDER],
        step=STEP,
        evaluated=300,
        quiet=["slo.availability.slow", "slo.latency.slow", "api.latency.high"],
    ),
    Scenario(
        "a new Prometheus knows twenty bad minutes, and then the metrics vanish: its pages end with their hour",
        [Replica("api-a", [serving(1200, 20, failing=0.3, slow=0.6), forgetful(6.5 * HOUR, 20)])],
        lasts=6.7 * HOUR,
        proves=[Proof.MISSING],
        step=STEP,
        evaluated=60,
        fires=[
            Fires(f"slo.{slo}.{pace}", by=1200, over_by=over)
            for slo, pace, over in (
                ("availability", "fast", 1200 + HOUR + 360),
                ("latency", "fast", 1200 + HOUR + 360),
                ("availability", "slow", None),
            )
        ]
        + [Fires(alert, quiet_until=1200 + 240, by=1200 + 360) for alert in NOT_RECORDED],
        quiet=["slo.latency.slow"],
    ),
    Scenario(
        "about four times too fast after a clean day, then recovery",
        [
            Replica(
                "api-a",
                [
                    serving(DAY, 20),
                    serving(0.8 * DAY, 20, failing=_failing(4.1), slow=_slow(4.1)),
                    serving(0.3 * DAY, 20),
                ],
            )
        ],
        lasts=2.1 * DAY - STEP,
        step=STEP,
        evaluated=300,
        fires=[
            Fires(
                "slo.availability.slow",
                quiet_until=1.2 * DAY,
                by=1.78 * DAY,
                summary=f"wellness-api: availability error budget burning 3.189x faster than allowed {WARNS_ABOVE}",
            ),
            Fires(
                "slo.latency.slow",
                quiet_until=1.2 * DAY,
                by=1.78 * DAY,
                summary=f"wellness-api: latency error budget burning 3.189x faster than allowed {WARNS_ABOVE}",
            ),
        ],
        quiet=["api.latency.high"],
    ),
)

SCENARIOS = (*FAST, *AROUND_OUTAGES, *SLOW)
