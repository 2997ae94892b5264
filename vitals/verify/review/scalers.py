"""Scalers as checks look at them: KEDA's ScaledObject and the HorizontalPodAutoscaler of Kubernetes in one form.

https://keda.sh/docs/latest/reference/scaledobject-spec/
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import promql_parser as ast

from vitals.verify.review.defect import At
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.panels import elements, mapping, shown
from vitals.verify.review.promql import parsed

_KEDA_MOST = 100
"""KEDA's ``maxReplicaCount`` where none is given."""


@dataclass(frozen=True, slots=True)
class ReviewedTrigger:
    """One thing on which a workload is scaled.

    Attributes:
        at: Where it is.
        type: ``prometheus``, ``cpu``, ``memory``, ``external`` and so on.
        name: Its name, or the metric's.
        query: PromQL; empty where there is none.
        metric_type: ``AverageValue`` (per replica), ``Value`` (of the whole) or ``Utilization``; empty where a formula
            of the scaler makes one number of several triggers, so that this one is compared with nothing.
        metadata: Its settings, as the file has them.
    """

    at: At
    type: str
    name: str
    query: str
    metric_type: str
    metadata: Mapping[str, Any]

    @property
    def node(self) -> ast.Expr | None:
        """The syntax tree of its query; None where there is none, or it is not PromQL."""
        return parsed(self.query)[0] if self.query else None

    @property
    def ignores_nulls(self) -> bool:
        """Whether an answer without a value counts as zero."""
        return str(self.metadata.get("ignoreNullValues", "true")).lower() != "false"


@dataclass(frozen=True)
class ReviewedScaler:
    """One scaler."""

    document: Document

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The object."""
        return mapping(self.document.value)

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its ``spec``."""
        return mapping(self.content.get("spec"))

    @property
    def is_keda(self) -> bool:
        """Whether KEDA reads it, and not Kubernetes itself."""
        return self.document.kind is not DocumentKind.AUTOSCALER

    @property
    def name(self) -> str:
        """Its name."""
        return str(mapping(self.content.get("metadata")).get("name") or "")

    @property
    def at(self) -> At:
        """Where it is."""
        return At(self.document, ("spec",), f"{self.document.kind} {shown(self.name)}")

    @property
    def target(self) -> tuple[str, str, str]:
        """Namespace, kind and name of the workload that it scales."""
        target = mapping(self.spec.get("scaleTargetRef"))
        namespace = str(mapping(self.content.get("metadata")).get("namespace") or "")
        return (
            namespace,
            str(target.get("kind") or "Deployment"),
            str(target.get("name") or target.get("deploymentName") or ""),
        )

    @property
    def least(self) -> int | None:
        """The fewest replicas; None for what is not a number."""
        key, default = ("minReplicaCount", 0) if self.is_keda else ("minReplicas", 1)
        return _count(self.spec.get(key, default))

    @property
    def most(self) -> int | None:
        """The most replicas; None for what is not a number."""
        return _count(self.spec.get("maxReplicaCount", _KEDA_MOST) if self.is_keda else self.spec.get("maxReplicas"))

    @property
    def formula(self) -> str:
        """What makes one number of all its triggers (``scalingModifiers``); empty where each counts by itself."""
        return str(mapping(mapping(self.spec.get("advanced")).get("scalingModifiers")).get("formula") or "")

    @property
    def own_autoscaler(self) -> str:
        """Name of the HorizontalPodAutoscaler that KEDA makes of it, or takes over."""
        configured = mapping(mapping(self.spec.get("advanced")).get("horizontalPodAutoscalerConfig")).get("name")
        return str(configured or f"keda-hpa-{self.name}")

    @cached_property
    def triggers(self) -> list[ReviewedTrigger]:
        """What it scales on."""
        return self._of_keda() if self.is_keda else self._of_kubernetes()

    def _of_keda(self) -> list[ReviewedTrigger]:
        found = []
        for index, one in enumerate(elements(self.spec.get("triggers"))):
            trigger, metadata = mapping(one), mapping(mapping(one).get("metadata"))
            kind = str(trigger.get("type") or "")
            name = str(trigger.get("name") or metadata.get("metricName") or kind)
            usual = "Utilization" if kind in ("cpu", "memory") else "AverageValue"
            query = metadata.get("query") if kind == "prometheus" else None
            at = At(self.document, ("spec", "triggers", index), f"{self.document.kind} {self.name}, trigger {name}")
            measured = str(trigger.get("metricType") or metadata.get("type") or usual)
            if self.formula and usual == "AverageValue":
                measured = ""
            found.append(ReviewedTrigger(at, kind, name, str(query or ""), measured, metadata))
        return found

    def _of_kubernetes(self) -> list[ReviewedTrigger]:
        found = []
        for index, one in enumerate(elements(self.spec.get("metrics"))):
            metric = mapping(one)
            kind = str(metric.get("type") or "")
            source = mapping(metric.get(kind[:1].lower() + kind[1:]))
            target = mapping(source.get("target"))
            # Until autoscaling/v2beta1 the metric's name was a field of its source.
            name = str(
                source.get("name") or mapping(source.get("metric")).get("name") or source.get("metricName") or kind
            )
            at = At(self.document, ("spec", "metrics", index), f"{self.document.kind} {self.name}, metric {name}")
            kind = name if kind == "Resource" else kind.lower()
            found.append(ReviewedTrigger(at, kind, name, "", str(target.get("type") or ""), source))
        return found


def _count(value: Any) -> int | None:  # noqa: ANN401 - any YAML value
    return value if isinstance(value, int) and not isinstance(value, bool) else None
