"""What the real operator makes of our objects, read where Prometheus and Alertmanager would read it.

The objects of the two servers are the smallest that select everything of ours.
"""

from __future__ import annotations

import base64
import gzip
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml

from tests.verify.cluster.shipped import namespace, objects
from vitals.paths import RENDERED
from vitals.verify.cluster.api import ApiServer

WITHIN_S = 60.0
OPERATOR_API = "monitoring.coreos.com/v1"
NAME = "vitals"
"""Of the two servers."""
T = TypeVar("T")


@dataclass(frozen=True)
class Generated:
    """What the operator wrote.

    Attributes:
        prometheus: The configuration of Prometheus; empty where none of ours runs.
        rule_files: Text of each rule file by name.
        alertmanager: The configuration of Alertmanager.
    """

    prometheus: str
    rule_files: dict[str, str]
    alertmanager: str

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        """The scrape jobs by name."""
        config = yaml.safe_load(self.prometheus) or {"scrape_configs": ()}
        return {job["job_name"]: job for job in config["scrape_configs"]}

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The rule groups of all files by name."""
        return {group["name"]: group for text in self.rule_files.values() for group in yaml.safe_load(text)["groups"]}


def objects_in(place: str, environment: str) -> list[dict[str, Any]]:
    """The rules and monitors of an environment, moved to a namespace, so that environments do not meet."""
    mine = [manifest for manifest in objects(environment) if manifest["apiVersion"] == OPERATOR_API]
    return [{**manifest, "metadata": {**manifest["metadata"], "namespace": place}} for manifest in mine]


def servers(place: str, environment: str) -> list[dict[str, Any]]:
    """A Prometheus and an Alertmanager that take whatever there is of ours in the namespace."""
    meta = {"name": NAME, "namespace": place}
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


def generate(api: ApiServer, place: str, environment: str) -> Generated:
    """Apply an environment in a namespace of its own, and read what the operator makes of it.

    The operator works through a queue, so what it wrote first may lack what it heard of last: it is waited until it
    has reconciled both servers and there are as many jobs and rule files as objects.
    """
    manifests = objects_in(place, environment)
    count = Counter(manifest["kind"] for manifest in manifests)
    api.apply(namespace(place))
    for manifest in (*manifests, *servers(place, environment)):
        api.apply(manifest)

    def complete() -> Generated | None:
        if not all(reconciled(api, kind, place, NAME) for kind in ("Prometheus", "Alertmanager")):
            return None
        found = read_generated(api, place)
        many = (len(found.jobs), len(found.rule_files))
        return found if many == (count["ServiceMonitor"], count["PrometheusRule"]) else None

    return eventually(complete)


def read_generated(api: ApiServer, place: str, *, prometheus: str | None = NAME, alertmanager: str = NAME) -> Generated:
    """What the operator has written by now for two servers in a namespace, or for Alertmanager alone."""
    return Generated(
        prometheus=_unpacked(api, place, f"prometheus-{prometheus}", "prometheus.yaml.gz") if prometheus else "",
        rule_files=_rule_files(api, place, prometheus) if prometheus else {},
        alertmanager=_unpacked(api, place, f"alertmanager-{alertmanager}-generated", "alertmanager.yaml.gz"),
    )


def eventually(ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer that counts; fail when there is none in time."""
    deadline = time.monotonic() + WITHIN_S
    while not (answer := ask()):
        assert time.monotonic() < deadline, "the operator has not done it"
        time.sleep(0.2)
    return answer


def _unpacked(api: ApiServer, place: str, secret: str, key: str) -> str:
    data = eventually(lambda: (api.get("v1", "Secret", secret, place) or {}).get("data", {}).get(key))
    return gzip.decompress(base64.b64decode(data)).decode()


def _rule_files(api: ApiServer, place: str, prometheus: str) -> dict[str, str]:
    """The rule files, which are spread over as many ConfigMaps as their size asks for."""
    found: dict[str, str] = {}
    number = 0
    while part := api.get("v1", "ConfigMap", f"prometheus-{prometheus}-rulefiles-{number}", place):
        found |= part.get("data", {})
        number += 1
    return found


def reconciled(api: ApiServer, kind: str, place: str, name: str) -> bool:
    """Whether the operator says that it is done with a server as it is now."""
    server = api.get(OPERATOR_API, kind, name, place) or {}
    conditions = {entry["type"]: entry for entry in server.get("status", {}).get("conditions", ())}
    reconciled = conditions.get("Reconciled", {})
    current = reconciled.get("observedGeneration") == server.get("metadata", {}).get("generation")
    return bool(current and reconciled.get("status") == "True")
