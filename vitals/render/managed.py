"""The objects that Google's managed Prometheus reads, and the refusal of whatever it cannot express.

Its rules know fewer fields, and its data plane is an older Prometheus. A rule that would be dropped or read otherwise
there is refused by its name, so that an environment never has a page that cannot fire.

Reference: prometheus-engine, ``pkg/operator/apis/monitoring/v1``; rule labels, Google Cloud documentation, Managed
rule evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vitals.errors import VitalsError
from vitals.kit.scrape import cluster_pod_monitoring
from vitals.model.catalog import Environment
from vitals.model.catalog.entry_error import EntryError
from vitals.model.promql import newer_than_two
from vitals.render.compose import Plan, RuleGroup
from vitals.render.managed_schema import accept
from vitals.render.objects import NAMESPACE, labelled, rule_file, scaled_objects
from vitals.render.text import nested, to_yaml
from vitals.rendered import names

NO_PROMETHEUS = "prometheus"
"""The exporter that does not exist where no Prometheus of ours runs."""
OVERWRITTEN = frozenset({"cluster", "location", "project_id"})
"""Labels of every series that say where its target runs, whatever the metric itself had under that name."""
TAKEN = OVERWRITTEN | {"namespace"}
"""Labels that managed evaluation sets itself; a rule must not."""
NEWER = frozenset(
    {
        "double_exponential_smoothing",
        "first_over_time",
        "histogram_quantiles",
        "info",
        "limit_ratio",
        "limitk",
        "mad_over_time",
        "sort_by_label",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_max_over_time",
        "ts_of_min_over_time",
    }
)
"""Functions and aggregations that the data plane, Prometheus 2.53 without its flags, does not know."""
_WORD = re.compile(r"\w+")
_CALLED = re.compile(r"\b([a-z][a-z0-9_]*)\s*(?:by\s*\([^)]*\)\s*|without\s*\([^)]*\)\s*)?\(")


def managed_objects(plan: Plan, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Monitorings, rules and the operator's configuration as text, each under its relative path.

    Args:
        plan: The composed environment.
        rules: Each group's rule file, by the group's name: what the object of the group holds.

    Raises:
        VitalsError: Something cannot be expressed there; the message names it and what to do.
    """
    if any(job.name == NO_PROMETHEUS for job in plan.jobs):
        raise EntryError(
            plan.environment,
            " watches the exporter 'prometheus', and with delivery 'managed' no "
            "Prometheus of ours runs there, so its absence would be reported for ever. Take it out of exporters.",
        )
    for job in plan.jobs:
        yield names.yaml_file(names.POD_MONITORINGS, job.name), _text(cluster_pod_monitoring(job), "scrape")
    for group in plan.groups:
        yield names.yaml_file(names.RULES, group.name), _cluster_rules(group, rules[group.name])
    yield from scaled_objects(plan)
    yield names.OPERATOR_CONFIG, to_yaml(_operator_config(plan.environment))


def _cluster_rules(group: RuleGroup, text: str) -> str:
    places = group.places or ("",) * len(group.rules)
    for unknown in group.fields:
        place, _, _ = places[0].partition(",")
        raise VitalsError(
            f"{_begun(place)}Google's managed Prometheus has no {unknown!r} for a group, and {group.name} has one. "
            "Take it out of the file, or run our own Prometheus in that environment."
        )
    for rule, place in zip(group.rules, places, strict=True):
        _expressible(rule, group, _begun(place))
    head = {
        "apiVersion": "monitoring.googleapis.com/v1",
        "kind": "ClusterRules",
        "metadata": {"name": group.name},
    }
    accept({**head, "spec": rule_file(group)})
    return to_yaml(labelled(head, "rules")) + nested("spec", text)


def _begun(place: str) -> str:
    """How a message begins about what people wrote there."""
    return f"{place}: " if place else ""


def _expressible(rule: Mapping[str, Any], group: RuleGroup, where: str) -> None:
    name = rule.get("alert") or rule.get("record")
    taken = sorted(TAKEN & set(rule.get("labels", {})))
    keeps = [name for name in ("keep_firing_for",) if name in rule]
    syntax = [found for found in (newer_than_two(rule["expr"]),) if found]
    newer = sorted(NEWER & set(_CALLED.findall(rule["expr"])))
    read = sorted(OVERWRITTEN & set(_WORD.findall(rule["expr"])))
    for found, why in (
        (taken, "is a label that it sets itself"),
        (read, "is a label that it overwrites in every series"),
        (newer, "is newer than its Prometheus"),
        (syntax, "is newer than its Prometheus"),
        (keeps, "is a field that it does not have"),
    ):
        if found:
            raise VitalsError(
                f"{where}Google's managed Prometheus cannot evaluate {name} ({group.name}): {found[0]} {why}. "
                "Write the rule without it, or run our own Prometheus in that environment."
            )


def _operator_config(environment: Environment) -> dict[str, Any]:
    """Our Alertmanager stays: it is named here, and the managed one gets nothing.

    The object is Google's, one for each cluster, so it has none of our labels: only these fields are ours.
    """
    ours = {"environment": environment.name}
    config = {
        "apiVersion": "monitoring.googleapis.com/v1",
        "kind": "OperatorConfig",
        "metadata": {"name": "config", "namespace": "gmp-public"},
        "rules": {
            "externalLabels": ours,
            "alerting": {
                "alertmanagers": [{"namespace": NAMESPACE, "name": "alertmanager", "port": "metrics"}],
            },
        },
        "collection": {"externalLabels": ours},
    }
    accept(config)
    return config


def _text(manifest: dict[str, Any], component: str) -> str:
    accept(manifest)
    return to_yaml(labelled(manifest, component))
