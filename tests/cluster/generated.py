"""What the real operator makes of our objects, read where Prometheus and Alertmanager would read it.

The objects of the two servers are the smallest that select everything of ours.
"""

from __future__ import annotations

import base64
import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml

from tests.cluster.shipped import namespace, objects
from vitals.cluster.api import ApiServer
from vitals.paths import RENDERED

WITHIN_S = 60.0
OPERATOR_API = "monitoring.coreos.com/v1"
NAMESPACE = "monitoring"
T = TypeVar("T")


@dataclass(frozen=True)
class Generated:
    """What the operator wrote.

    Attributes:
        prometheus: The configuration of Prometheus.
        rule_files: Text of each rule file by name.
        alertmanager: The configuration of Alertmanager.
    """

    prometheus: str
    rule_files: dict[str, str]
    alertmanager: str

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """The scrape jobs by name."""
        return {job["job_name"]: job for job in yaml.safe_load(self.prometheus)["scrape_configs"]}

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The rule groups of all files by name."""
        return {group["name"]: group for text in self.rule_files.values() for group in yaml.safe_load(text)["groups"]}


def servers(environment: str) -> list[dict[str, Any]]:
    """A Prometheus and an Alertmanager that take whatever there is of ours in the namespace."""
    meta = {"name": environment, "namespace": NAMESPACE}
    config = (RENDERED / environment / "alertmanager.yml").read_text(encoding="utf-8")
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {**meta, "name": "alertmanager-config"},
            "stringData": {"alertmanager.yaml": config},
        },
        {
            "apiVersion": OPERATOR_API,
            "kind": "Prometheus",
            "metadata": meta,
            "spec": {"serviceMonitorSelector": {}, "ruleSelector": {}, "replicas": 2},
        },
        {
            "apiVersion": OPERATOR_API,
            "kind": "Alertmanager",
            "metadata": meta,
            "spec": {"configSecret": "alertmanager-config", "replicas": 3},
        },
    ]


def generate(api: ApiServer, environment: str) -> Generated:
    """Apply an environment and its two servers, and read what the operator makes of them once it is done.

    It is done when it says of both servers that it has reconciled them as they are now.
    """
    api.apply(namespace(NAMESPACE))
    for manifest in objects(environment):
        api.apply(namespace(manifest["metadata"]["namespace"]))
        api.apply(manifest)
    for manifest in servers(environment):
        api.apply(manifest)
    for kind in ("Prometheus", "Alertmanager"):
        eventually(lambda kind=kind: _reconciled(api, kind, environment))  # type: ignore[misc]
    return Generated(
        prometheus=unpacked(api, f"prometheus-{environment}", "prometheus.yaml.gz"),
        rule_files=_rule_files(api, environment),
        alertmanager=unpacked(api, f"alertmanager-{environment}-generated", "alertmanager.yaml.gz"),
    )


def eventually(ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer that counts; fail when there is none in time."""
    deadline = time.monotonic() + WITHIN_S
    while not (answer := ask()):
        assert time.monotonic() < deadline, "the operator has not done it"
        time.sleep(0.2)
    return answer


def unpacked(api: ApiServer, secret: str, key: str) -> str:
    """The text that a Secret of the operator holds, compressed, under a key."""
    data = eventually(lambda: (api.get("v1", "Secret", secret, NAMESPACE) or {}).get("data", {}).get(key))
    return gzip.decompress(base64.b64decode(data)).decode()


def _rule_files(api: ApiServer, environment: str) -> dict[str, str]:
    """The rule files, which are spread over as many ConfigMaps as their size asks for."""
    found: dict[str, str] = {}
    number = 0
    while part := api.get("v1", "ConfigMap", f"prometheus-{environment}-rulefiles-{number}", NAMESPACE):
        found |= part["data"]
        number += 1
    return found


def _reconciled(api: ApiServer, kind: str, name: str) -> bool:
    server = api.get(OPERATOR_API, kind, name, NAMESPACE) or {}
    conditions = {entry["type"]: entry for entry in server.get("status", {}).get("conditions", ())}
    reconciled = conditions.get("Reconciled", {})
    current = reconciled.get("observedGeneration") == server.get("metadata", {}).get("generation")
    assert reconciled.get("reason") != "InvalidConfiguration", reconciled
    return bool(current and reconciled.get("status") == "True")
