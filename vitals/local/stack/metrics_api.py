"""The few questions that this room asks Prometheus and Alertmanager over HTTP.

A wrong query is an error with Prometheus' own words; a server that does not answer raises httpx' error, because only
the caller knows whether that is expected.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from vitals.http_client import BoundedClient
from vitals.local.portal.prometheus import QueryError
from vitals.model.conventions import ALERTNAME, INSTANCE, JOB, SEVERITY

_GROUPS = re.compile(r"^alertmanager_dispatcher_aggregation_groups(?:\{[^}]*\})? (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """One element of an instant vector: its labels and its value (may be NaN or infinite)."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class RuleState:
    """One rule as Prometheus sees it; ``kind`` is ``recording`` or ``alerting``, ``error`` its last error or empty."""

    group: str
    name: str
    kind: str
    healthy: bool
    error: str


@dataclass(frozen=True)
class FiringAlert:
    """One alert that fires now, annotations filled in."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class MetricsApi:
    """Prometheus' HTTP API.

    Args:
        url: Base URL without a slash at the end.
        client: Used for every request; not closed here.
    """

    def __init__(self, url: str, client: BoundedClient) -> None:
        self.url = url
        self.client = client

    async def get(self, path: str, **parameters: str) -> Any:  # noqa: ANN401  JSON of many shapes
        """Ask for ``/api/v1/<path>`` and return the answer's ``data``.

        Raises:
            QueryError: Prometheus answered with an error.
            httpx.HTTPError: It did not answer properly.
        """
        answer = await self.client.get(f"{self.url}/api/v1/{path}", params=parameters)
        if answer.headers.get("content-type", "").startswith("application/json"):
            body = answer.json()
            if body["status"] == "success":
                return body["data"]
            raise QueryError(body.get("error", "no reason given"))
        answer.raise_for_status()
        raise QueryError(f"no JSON from {path}")

    async def query(self, expression: str) -> list[Sample]:
        """Evaluate an expression now; a scalar becomes one sample without labels."""
        data = await self.get("query", query=expression)
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(element["metric"], float(element["value"][1])) for element in data["result"]]

    async def has_finite_sample(self, expression: str) -> bool:
        """Whether the expression yields at least one finite number now."""
        return any(math.isfinite(sample.value) for sample in await self.query(expression))

    async def targets(self) -> dict[str, str]:
        """Every active target (``job instance``) -> why it is not up; empty for one that is."""
        data = await self.get("targets", state="active")
        return {
            f"{target['labels'][JOB]} {target['labels'][INSTANCE]}": ""
            if target["health"] == "up"
            else target["lastError"] or target["health"]
            for target in data["activeTargets"]
        }

    async def rules(self) -> list[RuleState]:
        """Every rule of every group."""
        data = await self.get("rules")
        return [
            RuleState(
                group=group["name"],
                name=rule["name"],
                kind=rule["type"],
                healthy=rule["health"] == "ok",
                error=rule.get("lastError", ""),
            )
            for group in data["groups"]
            for rule in group["rules"]
        ]

    async def last_evaluations(self) -> dict[tuple[str, str], str]:
        """When each rule group was last evaluated: (file, group) -> RFC 3339 time."""
        data = await self.get("rules")
        return {(group["file"], group["name"]): group["lastEvaluation"] for group in data["groups"]}

    async def firing(self, alert: str, severity: str) -> list[FiringAlert]:
        """The firing alerts of that name and severity."""
        data = await self.get("alerts")
        return [
            FiringAlert(entry["labels"], entry["annotations"])
            for entry in data["alerts"]
            if entry["state"] == "firing"
            and (entry["labels"][ALERTNAME], entry["labels"].get(SEVERITY)) == (alert, severity)
        ]


async def alertmanager_knows(
    url: str, client: httpx.AsyncClient, is_meant: Callable[[Mapping[str, str]], bool]
) -> bool:
    """Whether Alertmanager still has a group of some alerts, so that the next firing of one is not new to it.

    An empty group lives on until Alertmanager's next sweep and is not listed; it shows in the number of groups.

    Args:
        url: Alertmanager's base URL.
        client: Used for the requests.
        is_meant: Whether it is one of those alerts, by its labels.

    Raises:
        httpx.HTTPError: It does not answer properly.
    """
    listed = await client.get(f"{url}/api/v2/alerts/groups")
    metrics = await client.get(f"{url}/metrics")
    groups = listed.raise_for_status().json()
    count = _GROUPS.search(metrics.raise_for_status().text)
    if any(is_meant(entry["labels"]) for group in groups for entry in group["alerts"]):
        return True
    return count is None or float(count[1]) > len(groups)
