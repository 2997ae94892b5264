"""The smallest whole ``model.json`` that there can be, for tests that care about one part of it."""

from __future__ import annotations

from typing import Any

from vitals.rendered import RenderedModel

COST: dict[str, Any] = {
    "series": 0,
    "samples_per_month": 0,
    "budget": {"series": 1, "samples_per_month": 1},
    "jobs": [],
    "groups": [],
    "price": {
        "as_of": "2026-11-24",
        "managed": {"name": "managed", "usd_per_month": 0.0, "source": "a list", "verified": False},
        "self_hosted": {"disk_bytes_per_month": 0, "memory_bytes": 0, "source": "measured"},
        "cluster": {
            "source": "a list",
            "verified": False,
            "control_plane_hour": 0.0,
            "disk_gib_month": 0.0,
            "machines": {},
        },
    },
}
SERVER: dict[str, Any] = {"replicas": 1, "cpu": "1", "memory": "1Gi", "disk": "1Gi"}
OPERATOR: dict[str, Any] = {
    "namespace": "monitoring",
    "platform_namespace": None,
    "dashboards_url": "https://grafana.example",
    "secrets_dir": "/etc/alertmanager/secrets",
    "retention": "30d",
    "prometheus": SERVER,
    "alertmanager": SERVER,
    "headroom": None,
}
TIMING: dict[str, Any] = {
    "window_s": 0, "short_s": 0, "least_share": 1, "settles_s": 0, "scrape_s": 5, "takes_s": 2, "evaluation_s": 5,
    "for_s": 0, "group_wait_s": 0, "group_interval_s": 30,
}  # fmt: skip
ALERT: dict[str, Any] = {
    "id": "api.outage.failing",
    "name": "ServiceOutage",
    "severity": "critical",
    "service": "wellness-api",
    "owner": "platform",
    "group": "wellness-api.outage",
    "for": "0s",
    "labels": {},
    "channels": ["slack", "email", "pagerduty"],
    "timing": TIMING,
    "signal": None,
}
_EMPTY = (
    "placeholders", "secrets", "services", "jobs", "groups", "records", "alerts", "routes", "scalers", "dashboards",
    "panels",
)  # fmt: skip


def content(**parts: object) -> dict[str, Any]:
    """What stands in such a file, with some of its parts replaced."""
    environment = {"name": "lab", "description": "For tests.", "delivery": "files"}
    empty: dict[str, Any] = {part: [] for part in _EMPTY}
    return {"environment": environment, "operator": None, "cost": COST, **empty, **parts}


def model(**parts: object) -> RenderedModel:
    """Such a model, with some of its parts replaced."""
    return RenderedModel.model_validate(content(**parts))
