"""Scalers: what they are made of, what they ask, and what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.kit.scaling import scaled_object, scalers
from vitals.model.catalog import Autoscaling, Catalogue, Demand, Environment, Queue, Scaling, Service, assumed
from vitals.render import compose
from vitals.tools import find

ON_REQUESTS = Scaling(on={Demand.REQUESTS: assumed(25, "It is a guess.")}, min_replicas=2, max_replicas=20)
ON_QUEUE = Scaling(on={Demand.QUEUE: assumed(3, "A letter takes long.")}, min_replicas=1, max_replicas=4)
WORKER = Service(
    name="mailer",
    owner="platform",
    description="Sends letters to members.",
    replicas=1,
    queues=(Queue(name="letters"), Queue(name="parcels")),
    scaling=ON_QUEUE,
)
AUTOSCALING = Autoscaling(prometheus_url="http://prometheus.monitoring:9090", namespace="shop")


def _service(catalogue: Catalogue, name: str) -> Service:
    return next(service for service in catalogue.services if service.name == name)


def _objects(catalogue: Catalogue, environment: Environment) -> dict[str, Any]:
    files = files_of(catalogue, environment)
    return {name: yaml.safe_load(text) for name, text in files.items() if name.startswith("scalers/")}


WRONG: list[tuple[Callable[[Service], Service], str]] = [
    (lambda s: replace(s, api=False, slos=(), cohorts=False), "scaling counts requests, and api is False"),
    (lambda s: replace(s, scaling=replace(ON_QUEUE, max_replicas=20)), "scaling counts waiting tasks, and no queue"),
    (lambda s: replace(s, replicas=30), "replicas 30 is outside scaling's 2 to 20"),
    (
        lambda s: replace(s, scaling=replace(ON_REQUESTS, max_replicas=2)),
        r"max_replicas \(2\) is not above min_replicas \(2\)",
    ),
    (lambda s: replace(s, scaling=replace(ON_REQUESTS, on={})), "at least 1 item"),
    (lambda s: replace(s, scaling=replace(ON_REQUESTS, min_replicas=0)), "greater than or equal to 1"),
    (lambda s: replace(s, scaling=replace(ON_REQUESTS, on={Demand.REQUESTS: assumed(0, "It is slow.")})), "greater"),
    (lambda s: replace(s, scaling=replace(ON_REQUESTS, on={Demand.REQUESTS: assumed(9, "slow")})), "reason"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "complaint"), WRONG)
def test_scaling_that_cannot_work_is_refused(
    wellness: Catalogue, change: Callable[[Service], Service], complaint: str
) -> None:
    """The catalogue refuses it where it is written, and says why."""
    with pytest.raises(ValidationError, match=complaint):
        change(_service(wellness, "wellness-api"))


def test_an_assumption_must_be_accepted(wellness: Catalogue) -> None:
    """An environment is not scaled by a number that was not measured unless it says so."""
    prod = wellness.environments["prod"]
    assert prod.autoscaling
    careful = replace(prod, autoscaling=replace(prod.autoscaling, accept_assumed_capacity=False))

    with pytest.raises(VitalsError, match=r"'prod'.*wellness-api, wellness-worker.*accept_assumed_capacity=True"):
        compose(wellness, careful)


def test_an_autoscaler_is_watched(wellness: Catalogue) -> None:
    """Without KEDA's own metrics no alert would say that it cannot read the load."""
    prod = wellness.environments["prod"]

    with pytest.raises(ValidationError, match="exporters does not name 'keda'"):
        replace(prod, exporters=tuple(name for name in prod.exporters if name != "keda"))


def test_an_environment_without_an_autoscaler_has_no_scalers(any_catalogue: Catalogue) -> None:
    """Objects exist where an operator reads them; elsewhere services keep their usual number."""
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        declared = {service.name for service in any_catalogue.services if service.scaling}
        wanted = {f"scalers/{name}.yaml" for name in declared} if environment.autoscaling else set()

        assert set(_objects(any_catalogue, environment)) == wanted


def test_each_object_says_what_keda_would_assume_wrongly(any_catalogue: Catalogue) -> None:
    """Total load against a threshold per pod, a vanished metric as an error, never fewer replicas for being blind."""
    scaled = any(service.scaling for service in any_catalogue.services)
    assert any_catalogue.environments
    for environment in any_catalogue.environments.values():
        objects = _objects(any_catalogue, environment)

        assert bool(objects) == (scaled and environment.autoscaling is not None)
        for manifest in objects.values():
            spec = manifest["spec"]
            *asked, cpu = spec["triggers"]
            assert asked
            assert {trigger["metricType"] for trigger in asked} == {"AverageValue"}
            assert {trigger["metadata"]["ignoreNullValues"] for trigger in asked} == {"false"}
            assert (cpu["type"], cpu["metricType"]) == ("cpu", "Utilization")
            assert spec["fallback"]["behavior"] == "currentReplicasIfHigher"
            assert 1 <= spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"]


def test_an_assumption_stays_visible_on_the_object(wellness: Catalogue) -> None:
    """The object in the cluster says that its threshold was never measured, and the reason."""
    objects = _objects(wellness, wellness.environments["prod"])

    assert objects
    for manifest in objects.values():
        (note,) = manifest["metadata"]["annotations"].values()
        (threshold,) = [t["metadata"]["threshold"] for t in manifest["spec"]["triggers"] if t["type"] == "prometheus"]

        assert note.startswith(f"{threshold} (assumed): ")


def test_only_the_load_and_the_number_of_replicas_of_the_service_count(wellness: Catalogue) -> None:
    """No query divides by anything, so growth does not hold back growth."""
    found = scalers([*wellness.services, WORKER], wellness.environments["prod"])

    assert found
    for scaler in found:
        assert scaler.triggers
        for trigger in scaler.triggers:
            assert "/" not in trigger.query.text
            assert f'service="{scaler.service}"' in trigger.query.text


CASES = [
    ("wellness-api", 'service:api_calls:rate1m{service="wellness-api"}', "90", ["90"]),
    ("wellness-api", 'service:up:avg{service="wellness-api"}', "0.5", ["0"]),
    ("wellness-api", 'service:up:avg{service="wellness-api"}', "0", []),
    ("mailer", 'service_queue:task_queue_length:max{service="mailer", queue="letters"}', "7", ["7"]),
    ("mailer", 'service:up:avg{service="mailer"}', "1", []),
]


@pytest.mark.rules
@pytest.mark.parametrize("case", CASES)
def test_a_query_answers_with_one_number_or_not_at_all(
    wellness: Catalogue, tmp_path: Path, case: tuple[str, str, str, list[str]]
) -> None:
    """Real Prometheus: an idle service has no load; one that cannot be seen has an unknown one, which is not zero."""
    name, series, value, answer = case
    found = scalers([*wellness.services, WORKER], wellness.environments["prod"])
    (query,) = [trigger.query.text for scaler in found if scaler.service == name for trigger in scaler.triggers]
    samples = [f'{{service="{name}"}} {one}' for one in answer]

    _holds(tmp_path, {series: value}, query, samples)


@pytest.mark.rules
def test_the_queues_of_a_service_are_one_load(wellness: Catalogue, tmp_path: Path) -> None:
    """A second queue is added to the first; two answers would make KEDA refuse the trigger."""
    (scaler,) = scalers([WORKER], wellness.environments["prod"])
    length = 'service_queue:task_queue_length:max{{service="mailer", queue="{}"}}'

    _holds(
        tmp_path,
        {length.format("letters"): "7", length.format("parcels"): "5"},
        scaler.triggers[0].query.text,
        ['{service="mailer"} 12'],
    )


def _holds(folder: Path, series: dict[str, str], query: str, samples: list[str]) -> None:
    """Let promtool evaluate a query over recorded series that keep one value."""
    labels_and_values = [sample.rsplit(" ", 1) for sample in samples]
    case = {
        "rule_files": [],
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "15s",
                "input_series": [{"series": name, "values": f"{value}x8"} for name, value in series.items()],
                "promql_expr_test": [
                    {
                        "expr": query,
                        "eval_time": "1m",
                        "exp_samples": [{"labels": labels, "value": float(v)} for labels, v in labels_and_values],
                    }
                ],
            }
        ],
    }
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump(case))
    done = subprocess.run([find("promtool"), "test", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_scaler_stands_beside_its_deployment(wellness: Catalogue) -> None:
    """The object names the Deployment of the service, in the namespace where services run."""
    scaler = scalers([WORKER], wellness.environments["prod"])[0]
    manifest: Any = scaled_object(scaler, AUTOSCALING)

    assert manifest["metadata"]["namespace"] == "shop"
    assert manifest["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "mailer"}
