"""Who collects, who evaluates rules and who answers queries: a Prometheus of ours, or Google's managed one.

The rest of the stack only needs to know whom it hears and whom it asks. Google's programs run in a namespace that is
called otherwise on Autopilot; nobody but Google can put a pod into either.
Reference: prometheus-engine, ``charts/operator/templates``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.monitoring.labels import selector
from infra.monitoring.network_policies import Peer, pods
from infra.rendered import Rendered
from infra.workloads import QUERY_FRONTEND_ACCOUNT

PROMETHEUS = {"app.kubernetes.io/name": "prometheus"}
"""The label that the operator puts on pods of a Prometheus."""
QUERY_FRONTEND = selector(QUERY_FRONTEND_ACCOUNT)
OF_GOOGLE = ("gmp-system", "gke-gmp-system")
"""Where managed collection runs, on a Standard cluster and on Autopilot."""
COLLECTOR = {"app.kubernetes.io/name": "collector"}
RULE_EVALUATOR = {"app.kubernetes.io/name": "rule-evaluator"}
"""The labels of its pods there."""
QUERIES = 9090
"""Where either answers queries."""


@dataclass(frozen=True, slots=True)
class BackEnd:
    """The back end as seen from the rest of the stack.

    Attributes:
        scrapers: Who asks exporters for metrics.
        evaluators: Who tells Alertmanager of alerts.
        answering: Labels of the pods that answer queries.
    """

    scrapers: Sequence[Peer]
    evaluators: Sequence[Peer]
    answering: Mapping[str, str]


def back_end(rendered: Rendered) -> BackEnd:
    """The back end of an environment."""
    if rendered.managed:
        scrapers, evaluators = ([pods(one, place) for place in OF_GOOGLE] for one in (COLLECTOR, RULE_EVALUATOR))
        return BackEnd(scrapers, evaluators, QUERY_FRONTEND)
    ours = [pods(PROMETHEUS, rendered.operator.namespace)]
    return BackEnd(ours, ours, PROMETHEUS)
