"""ApiLatencyHigh beside the objective of the service, and its minute of patience.

With all requests between 0.25 s and 0.5 s the p95 lies below the bound, at 0.4875 s. (The promised 250 ms are broken,
which is another alert's business.)
"""

from __future__ import annotations

from tests.alert_rules.outage_cases import NOT_RECORDED
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.verify.project.traffic import Replica, forgetful, serving

CASES = (
    Scenario(
        "p95 just below the bound",
        [Replica("api-a", [serving(600, 20), serving(900, 20, slow=1.0, takes=0.4)])],
        lasts=1500,
        proves=[Proof.UNDER],
        fires=[Fires("slo.latency.fast", by=1140)],
        quiet=["api.latency.high"],
    ),
    Scenario(
        "slow for a moment: above the bound for less than a minute",
        [Replica("api-a", [serving(600, 20), serving(30, 20, slow=1.0), serving(60, 200), serving(600, 20)])],
        lasts=1200,
        quiet=["api.latency.high"],
    ),
    Scenario(
        "slow, and then the metrics vanish: the alert ends with them",
        [Replica("api-a", [serving(600, 20), serving(480, 20, slow=0.1), forgetful(700, 20)])],
        lasts=1680,
        proves=[Proof.MISSING],
        fires=[
            Fires("api.latency.high", by=1050, over_by=1080 + 300),
            *(Fires(alert, quiet_until=1080 + 300, by=1080 + 360) for alert in NOT_RECORDED),
        ],
    ),
)
