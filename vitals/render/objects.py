"""The objects that the Prometheus operator and KEDA read, each with the labels by which it is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitals.render.compose import Plan, RuleGroup
from vitals.render.text import to_yaml
from vitals.scaling import scaled_object
from vitals.scrape import service_monitor

NAMESPACE = "monitoring"
"""Where the monitoring itself runs."""


def objects(plan: Plan) -> Iterator[tuple[str, str]]:
    """Monitors, rules and scalers as text, each under its relative path."""
    for job in plan.jobs:
        yield f"monitors/{job.name}.yaml", to_yaml(labelled(service_monitor(job, NAMESPACE), "scrape"))
    for group in plan.groups:
        yield f"prometheusrules/{group.name}.yaml", to_yaml(labelled(_prometheus_rule(group), "rules"))
    yield from scaled_objects(plan)


def scaled_objects(plan: Plan) -> Iterator[tuple[str, str]]:
    """The scalers as text, whatever stores the metrics that they ask for."""
    autoscaling = plan.environment.autoscaling
    for scaler in plan.scalers:
        if autoscaling:
            yield f"scalers/{scaler.service}.yaml", to_yaml(labelled(scaled_object(scaler, autoscaling), "scaler"))


def rule_group(group: RuleGroup) -> dict[str, object]:
    """A group as rule files and PrometheusRule objects both write it."""
    return {"name": group.name, "interval": group.interval, **group.fields, "rules": list(group.rules)}


def _prometheus_rule(group: RuleGroup) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": group.name, "namespace": NAMESPACE},
        "spec": {"groups": [rule_group(group)]},
    }


def labelled(manifest: dict[str, Any], component: str) -> dict[str, Any]:
    """An object with the recommended labels; by ``part-of`` our Prometheus selects our objects and no others.

    Reference: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/.
    """
    metadata = manifest["metadata"]
    metadata["labels"] = {
        "app.kubernetes.io/name": metadata["name"],
        "app.kubernetes.io/instance": "vitals",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/part-of": "vitals",
        "app.kubernetes.io/managed-by": "vitals",
    }
    return manifest
