"""The objects that the Prometheus operator and KEDA read, each with the labels by which it is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitals.kit.scaling import pause_binding, pause_policy, scaled_object
from vitals.kit.scrape import service_monitor
from vitals.render.compose import Plan, RuleGroup
from vitals.render.text import nested, to_yaml
from vitals.rendered import names

NAMESPACE = "monitoring"
"""Where the monitoring itself runs."""


def objects(plan: Plan, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Monitors, rules and scalers as text, each under its relative path.

    Args:
        plan: The composed environment.
        rules: Each group's rule file, by the group's name: what the object of the group holds.
    """
    for job in plan.jobs:
        yield names.yaml_file(names.MONITORS, job.name), to_yaml(labelled(service_monitor(job, NAMESPACE), "scrape"))
    for name, text in rules.items():
        path = names.yaml_file(names.RULES, name)
        yield path, to_yaml(labelled(_prometheus_rule(name), "rules")) + nested("spec", text)
    yield from scaled_objects(plan)


def scaled_objects(plan: Plan) -> Iterator[tuple[str, str]]:
    """The scalers as text, whatever stores the metrics that they ask for, and what lets them be paused."""
    autoscaling = plan.environment.autoscaling
    if autoscaling is None:
        return
    for scaler in plan.scalers:
        path = names.yaml_file(names.SCALERS, scaler.service)
        yield path, to_yaml(labelled(scaled_object(scaler, autoscaling), "scaler"))
    for name, manifest in (("policy", pause_policy()), ("binding", pause_binding())):
        yield names.yaml_file(names.SCALING_PAUSE, name), to_yaml(labelled(manifest, "scaler"))


def rule_file(group: RuleGroup) -> dict[str, object]:
    """A group as a rule file writes it, and under ``spec`` the object that carries it to a cluster."""
    content = {"name": group.name, "interval": group.interval, **group.fields, "rules": list(group.rules)}
    return {"groups": [content]}


def rule_files(plan: Plan) -> dict[str, str]:
    """The rule file of each group as text, by the group's name; written once, whatever else carries it."""
    return {group.name: to_yaml(rule_file(group)) for group in plan.groups}


def _prometheus_rule(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "namespace": NAMESPACE},
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
