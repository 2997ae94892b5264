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
        yield f"monitors/{job.name}.yaml", _text(service_monitor(job, NAMESPACE), "scrape")
    for group in plan.groups:
        yield f"prometheusrules/{group.name}.yaml", _text(_prometheus_rule(group), "rules")
    autoscaling = plan.environment.autoscaling
    for scaler in plan.scalers:
        if autoscaling:
            yield f"scalers/{scaler.service}.yaml", _text(scaled_object(scaler, autoscaling), "scaler")


def rule_group(group: RuleGroup) -> dict[str, object]:
    """A group as rule files and PrometheusRule objects both write it."""
    return {"name": group.name, "interval": group.interval, "rules": list(group.rules)}


def _prometheus_rule(group: RuleGroup) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": group.name, "namespace": NAMESPACE},
        "spec": {"groups": [rule_group(group)]},
    }


def _text(manifest: dict[str, Any], component: str) -> str:
    """YAML with the recommended labels; by ``part-of`` our Prometheus selects our objects and no others.

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
    return to_yaml(manifest)
