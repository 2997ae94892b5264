"""Who collects, who evaluates rules and who answers queries: a Prometheus of ours, or Google's managed one.

The rest of the stack only needs to know whom it hears and whom it asks. Google's programs run in a namespace that is
called otherwise on Autopilot; only Google can put a pod into either.
Reference: prometheus-engine, ``charts/operator/templates``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vitals.rendered import Rendered

from ..workloads import QUERY_FRONTEND_ACCOUNT
from .labels import selector
from .places import Pods
from .programs import PROMETHEUS

QUERY_FRONTEND = selector(QUERY_FRONTEND_ACCOUNT)
OF_GOOGLE = ("gmp-system", "gke-gmp-system")
"""Where managed collection runs, on a Standard cluster and on Autopilot."""
COLLECTOR = {"app.kubernetes.io/name": "collector"}
RULE_EVALUATOR = {"app.kubernetes.io/name": "rule-evaluator"}
"""The labels of its pods there."""


@dataclass(frozen=True, slots=True)
class BackEnd:
    """The back end as seen from the rest of the stack.

    Attributes:
        scrapers: Who asks exporters for metrics.
        evaluators: Who sends alerts to Alertmanager.
        answering: The pods that answer queries.
    """

    scrapers: Sequence[Pods]
    evaluators: Sequence[Pods]
    answering: Pods


def back_end(rendered: Rendered) -> BackEnd:
    """The back end of an environment."""
    namespace = rendered.operator.namespace
    if rendered.managed:
        scrapers = [Pods("managed collection", COLLECTOR, place) for place in OF_GOOGLE]
        evaluators = [Pods("managed rule evaluator", RULE_EVALUATOR, place) for place in OF_GOOGLE]
        return BackEnd(scrapers, evaluators, Pods(QUERY_FRONTEND_ACCOUNT, QUERY_FRONTEND, namespace))
    ours = Pods("prometheus", PROMETHEUS, namespace)
    return BackEnd([ours], [ours], ours)
