"""What a parsed document is, by its content: people name their files as they like, and wrap one form in another."""

from __future__ import annotations

from typing import Any, NamedTuple

from vitals.verify.review.document import DocumentKind, JsonPath
from vitals.verify.review.promql import is_logql

_RULE_KINDS = frozenset({"PrometheusRule", "Rules", "ClusterRules", "GlobalRules", "VMRule"})
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "Rollout", "DaemonSet"})
_SCALERS = {one.value: one for one in (DocumentKind.SCALED_OBJECT, DocumentKind.SCALED_JOB, DocumentKind.AUTOSCALER)}
_OLDEST_SCHEMA = 16
"""The first schema with a grid; Grafana 4 and earlier placed panels in rows."""

_IMPORT = "let `vitals import dashboard FILE` turn it into one that is"


class Recognized(NamedTuple):
    """What a document is, where that begins in it, and why it is left alone; empty where it is read."""

    kind: DocumentKind
    root: JsonPath = ()
    problem: str = ""


def recognize(content: Any) -> Recognized:  # noqa: ANN401, PLR0911 - whatever a file holds, one line for each form
    """Say what a document is."""
    if not isinstance(content, dict):
        return Recognized(DocumentKind.OTHER)
    kind, version = str(content.get("kind") or ""), str(content.get("apiVersion") or "")
    if kind in _RULE_KINDS:
        return _rules(content.get("spec"), ("spec",))
    if kind in _SCALERS:
        return Recognized(_SCALERS[kind])
    if kind == "Node" or (isinstance(content.get("config"), dict) and "vitals:google" in content["config"]):
        return Recognized(DocumentKind.NODES)
    if kind in _WORKLOADS:
        return Recognized(DocumentKind.WORKLOAD)
    if version.startswith("dashboard.grafana.app/"):
        return _of_grafana_api(content)
    if version and kind:
        return Recognized(DocumentKind.OTHER)
    if isinstance(content.get("dashboard"), dict):
        return _dashboard(content["dashboard"], ("dashboard",))
    if "groups" in content:
        return _rules(content, ())
    if isinstance(content.get("route"), dict) and "receivers" in content:
        return Recognized(DocumentKind.ROUTES)
    if isinstance(content.get("scrape_configs"), list):
        return Recognized(DocumentKind.SCRAPES)
    return _dashboard(content, ())


def _of_grafana_api(content: dict[str, Any]) -> Recognized:
    spec = content.get("spec")
    if not isinstance(spec, dict):
        return Recognized(DocumentKind.UNREADABLE, (), "it is a dashboard object without a spec")
    return _dashboard(spec, ("spec",))


def _dashboard(content: dict[str, Any], root: JsonPath) -> Recognized:
    if isinstance(content.get("elements"), dict) and "layout" in content:
        return Recognized(
            DocumentKind.UNREADABLE,
            root,
            "it is a dashboard in Grafana's v2 schema, which is not read. Export it as 'Classic' and check that, or "
            + _IMPORT,
        )
    if isinstance(content.get("rows"), list) and "panels" not in content:
        version = content.get("schemaVersion")
        return Recognized(
            DocumentKind.UNREADABLE,
            root,
            f"it is a dashboard of Grafana 4 or earlier (schema {version}, below {_OLDEST_SCHEMA}), whose panels stand "
            f"in rows and not on a grid. Export it from a newer Grafana, or {_IMPORT}",
        )
    if isinstance(content.get("panels"), list) and ("title" in content or "schemaVersion" in content):
        return Recognized(DocumentKind.DASHBOARD, root)
    return Recognized(DocumentKind.OTHER, root)


def _rules(content: Any, root: JsonPath) -> Recognized:  # noqa: ANN401 - whatever the file holds
    groups = content.get("groups") if isinstance(content, dict) else None
    if not isinstance(groups, list):
        return Recognized(DocumentKind.UNREADABLE, root, "it has no list of rule groups, so Prometheus loads no rule")
    listed = [group.get("rules") for group in groups if isinstance(group, dict)]
    rules = [rule for several in listed if isinstance(several, list) for rule in several if isinstance(rule, dict)]
    if any("data" in rule and "expr" not in rule for rule in rules):
        return Recognized(
            DocumentKind.UNREADABLE, root, "it holds alerts that Grafana itself evaluates, which are not read"
        )
    if rules and all(is_logql(str(rule.get("expr", ""))) for rule in rules):
        return Recognized(DocumentKind.UNREADABLE, root, "its expressions are LogQL, which is not read")
    return Recognized(DocumentKind.RULES, root)
