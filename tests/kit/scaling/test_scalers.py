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
from vitals.local.tools import find
from vitals.model.catalog import (
    Autoscaling,
    Catalogue,
    Demand,
    Environment,
    Queue,
    ReplicaLimits,
    Scaling,
    Service,
    assumed,
)
from vitals.render import compose

GUESS = assumed(25, "It is a guess.")
ON_REQUESTS = Scaling(on={Demand.REQUESTS: GUESS}, min_replicas=2, max_replicas=20)
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
    (
        lambda s: replace(
            s, api=False, slos=(), cohorts=False, scaling=replace(ON_REQUESTS, on={Demand.CONCURRENCY: GUESS})
        ),
        "scaling counts requests, and api is False",
    ),
    (lambda s: replace(s, scaling=replace(ON_REQUESTS, grow_at="40%")), "grow_at 40% calls a replica full.*50%"),
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

    unmeasured = (
        r"'prod'.*wellness-api \(concurrency, requests\), wellness-worker \(queue\).*accept_assumed_capacity=True"
    )
    with pytest.raises(VitalsError, match=unmeasured):
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


def test_what_a_threshold_rests_on_stays_visible_on_the_object(wellness: Catalogue) -> None:
    """The object in the cluster says for each threshold that it was never measured, and the reason."""
    objects = _objects(wellness, wellness.environments["prod"])

    assert objects
    for manifest in objects.values():
        notes = manifest["metadata"]["annotations"]
        asked = {
            t["name"]: t["metadata"]["threshold"] for t in manifest["spec"]["triggers"] if t["type"] == "prometheus"
        }
        assert set(notes) == {f"vitals/{demand}-per-replica" for demand in asked}
        for demand, threshold in asked.items():
            assert notes[f"vitals/{demand}-per-replica"].startswith(f"{threshold} ")
            assert ", assumed: " in notes[f"vitals/{demand}-per-replica"]


def test_replicas_come_fast_and_go_slowly(any_catalogue: Catalogue) -> None:
    """Both ways are written out. A step down takes no more than was kept free: those that stay bear the rest."""
    environments = [one for one in any_catalogue.environments.values() if one.autoscaling]
    scaled = [service for service in any_catalogue.services if service.scaling]
    assert environments
    assert scaled
    for environment in environments:
        for scaler in scalers(any_catalogue.services, environment):
            assert environment.autoscaling
            spec: Any = scaled_object(scaler, environment.autoscaling)["spec"]
            behaviour = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
            up, down = behaviour["scaleUp"], behaviour["scaleDown"]
            full = max(trigger.capacity.full for trigger in scaler.triggers)
            (percent,) = [policy["value"] for policy in down["policies"] if policy["type"] == "Percent"]

            assert up["stabilizationWindowSeconds"] == 0 < down["stabilizationWindowSeconds"]
            assert max(one["periodSeconds"] for one in up["policies"]) < min(
                one["periodSeconds"] for one in down["policies"]
            )
            assert full / (1 - percent / 100) <= 1.0 + 1e-9


def test_an_environment_has_limits_of_its_own(wellness: Catalogue) -> None:
    """Only the service that it names is scaled otherwise, and the usual number stays within the limits."""
    prod = wellness.environments["prod"]
    assert prod.autoscaling
    small = replace(prod, autoscaling=replace(prod.autoscaling, limits={"wellness-api": ReplicaLimits(3, 5)}))
    usual = {one.service: one for one in scalers(wellness.services, prod)}
    found = {one.service: one for one in scalers(wellness.services, small)}

    assert (found["wellness-api"].min_replicas, found["wellness-api"].max_replicas) == (3, 5)
    assert found["wellness-api"].usual == 3
    assert found["wellness-worker"] == usual["wellness-worker"]
    misspelt = replace(prod, autoscaling=replace(prod.autoscaling, limits={"wellness-app": ReplicaLimits(1, 2)}))
    with pytest.raises(VitalsError, match=r"autoscaling.limits: 'wellness-app' is not known, so no scaler would have"):
        compose(replace(wellness, environments={"prod": misspelt}), misspelt)


def test_only_the_load_and_the_number_of_replicas_of_the_service_count(wellness: Catalogue) -> None:
    """No query divides by anything, so growth does not hold back growth."""
    found = scalers([*wellness.services, WORKER], wellness.environments["prod"])

    assert found
    for scaler in found:
        assert scaler.triggers
        for trigger in scaler.triggers:
            assert "/" not in trigger.query.text, "divided by what grows with it"
            assert f'service="{scaler.service}"' in trigger.query.text


CASES = [
    ("wellness-api", Demand.REQUESTS, 'service:api_calls:rate1m{service="wellness-api"}', "90", ["90"]),
    ("wellness-api", Demand.REQUESTS, 'service:up:avg{service="wellness-api"}', "0.5", ["0"]),
    ("wellness-api", Demand.REQUESTS, 'service:up:avg{service="wellness-api"}', "0", []),
    ("wellness-api", Demand.CONCURRENCY, 'service:api_requests_in_flight:sum{service="wellness-api"}', "0", ["0"]),
    ("wellness-api", Demand.CONCURRENCY, 'service:api_requests_in_flight:sum{service="wellness-api"}', "12", ["12"]),
    ("wellness-api", Demand.CONCURRENCY, 'service:up:avg{service="wellness-api"}', "1", []),
    ("mailer", Demand.QUEUE, 'service_queue:task_queue_length:max{service="mailer", queue="letters"}', "7", ["7"]),
    ("mailer", Demand.QUEUE, 'service:up:avg{service="mailer"}', "1", []),
]


@pytest.mark.rules
@pytest.mark.parametrize("case", CASES)
def test_a_query_answers_with_one_number_or_not_at_all(
    wellness: Catalogue, tmp_path: Path, case: tuple[str, Demand, str, str, list[str]]
) -> None:
    """Real Prometheus: an idle service has no load; one that cannot be seen has an unknown one, which is not zero."""
    name, demand, series, value, answer = case
    found = scalers([*wellness.services, WORKER], wellness.environments["prod"])
    asked = {(scaler.service, one.demand): one.query.text for scaler in found for one in scaler.triggers}
    samples = [f'{{service="{name}"}} {one}' for one in answer]

    _holds(tmp_path, {series: value}, asked[name, demand], samples)


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
