"""Autoscalers that cannot follow the load: at their limit, unable to work, forgotten in a pause, or restless.

That a trigger cannot be read is ScalerBlind, with the rest of the monitoring in :mod:`alert_rules.meta`.
"""

from __future__ import annotations

from collections.abc import Mapping

from vitals.kit.alerts.alert import ELSEWHERE, Alert
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import Severity
from vitals.model.signals import scaling

scaler_at_limit = Threshold(
    id="scaling.limits.at_most",
    name="ScalerAtLimit",
    signal=scaling.USED,
    above="99%",
    for_="15m",
    severity=Severity.WARNING,
    impact="The service runs as many replicas as it may; more load now makes it slower instead of larger.",
    action="See whether load or the time per request rose, and what the objective says; then raise the limit.",
    because=Because(
        bound="all replicas that are allowed; a share below 100% is written, because 100% of them cannot be exceeded",
        duration=(
            "the time that kubernetes-mixin gives an autoscaler, too (KubeHpaMaxedOut); a peak of minutes is what the "
            "limit is for"
        ),
    ),
    no_drill=ELSEWHERE,
)

scaler_failing = Threshold(
    id="scaling.conditions.failing_long",
    name="ScalerFailing",
    signal=scaling.FAILING,
    above="0",
    for_="15m",
    severity=Severity.WARNING,
    impact="The autoscaler cannot read its metrics or cannot change replicas; they stay whatever load does.",
    action="Ask `vitals scale status` whether it is paused; if not, read the condition in `kubectl describe hpa`.",
    because=Because(
        bound="one condition that is false stops the autoscaler",
        duration=(
            "assumed: a start of KEDA or of the API server is over by then, and a pause that lasts longer is worth a "
            "reminder"
        ),
    ),
    no_drill=ELSEWHERE,
)

scaler_flapping = Threshold(
    id="scaling.replicas.flapping",
    name="ScalerFlapping",
    signal=scaling.WAVES,
    above="3",
    for_="10m",
    severity=Severity.WARNING,
    impact="Replicas are started only to be stopped again; each start costs requests, and none stays useful.",
    action="See which trigger swings with the replicas instead of with the users, and how near its threshold it is.",
    because=Because(
        bound=(
            "users make one wave in an hour, or two around a break; a scaler that waits 5m before it goes down could "
            "make ten"
        ),
        duration="assumed: a deploy or a load test that ends by then makes a fourth wave and no fifth",
    ),
    no_drill=ELSEWHERE,
)

scaler_paused = Threshold(
    id="scaling.paused.forgotten",
    name="ScalerPaused",
    signal=scaling.PAUSED,
    above="0",
    for_="1h",
    severity=Severity.WARNING,
    impact="An annotation of KEDA's holds the replicas of a service, and it has no end; nothing follows the load.",
    action="Ask who set it; remove it, and pause with `vitals scale pause`, which ends by itself.",
    because=Because(
        bound="one scaler that stands still is one service that does not grow",
        duration="assumed: who paused it for an incident has either finished after an hour or knows of the pause",
    ),
    no_drill=ELSEWHERE,
)

OF_EXPORTER: Mapping[str, tuple[Threshold, ...]] = {
    "kube-state-metrics": (scaler_at_limit, scaler_failing, scaler_flapping),
    "keda": (scaler_paused,),
}


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about autoscalers that one exporter of a cluster makes possible."""
    return [threshold.of(exporter, environment) for threshold in OF_EXPORTER.get(exporter.name, ())]
