"""A maximum that the nodes cannot hold is a promise: the pods beyond it stay pending during the peak."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.capacity import quantity
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.panels import elements, mapping
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    requests = dict(_requests(scope))
    for scaler in scope.scalers:
        cores, memory = requests.get(scaler.target[1:], (0.0, 0.0))
        if scope.node_capacity is None or scaler.most is None or not cores + memory:
            continue
        for what, one, all_of_them in (
            ("cores", cores, scope.node_capacity[0]),
            ("bytes of memory", memory, scope.node_capacity[1]),
        ):
            if one * scaler.most > all_of_them:
                yield Found(
                    scaler.at,
                    f"{scaler.most} replicas request {one * scaler.most:,.4g} {what}, and the nodes have "
                    f"{all_of_them:,.4g}: beyond {int(all_of_them / one)} replicas pods stay pending.",
                    "Raise the nodes, lower the maximum, or lower what a replica requests.",
                )


def _requests(scope: Scope) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """Cores and bytes that one replica of a workload requests, by its kind and name."""
    for document in scope.workloads:
        content = mapping(document.value)
        spec = mapping(mapping(mapping(content.get("spec")).get("template")).get("spec"))
        cores = memory = 0.0
        for container in map(mapping, elements(spec.get("containers"))):
            resources = mapping(container.get("resources"))
            # Kubernetes requests what the limit is where no request stands.
            asked = {**mapping(resources.get("limits")), **mapping(resources.get("requests"))}
            cores += quantity(asked.get("cpu"))
            memory += quantity(asked.get("memory"))
        yield (str(content.get("kind")), str(mapping(content.get("metadata")).get("name"))), (cores, memory)


SCALER_CAPACITY = ReviewCheck("scaler-capacity", "maxima that the nodes cannot hold", Gravity.ERROR, _find)
