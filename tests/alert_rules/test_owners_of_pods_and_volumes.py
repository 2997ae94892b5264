"""Alerts on pods and volumes reach the owner of the service that has them, and the operators of the cluster for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.promtool_cases import run, together
from tests.alert_rules.volume_mode_cases import SOON_FULL, USED, volume_mode_cases
from vitals.model.catalog import Catalogue, Environment, Service
from vitals.model.conventions import SERVICE
from vitals.render import Plan, compose, files_of
from vitals.rendered import groups_in
from vitals.verify.project.promtool_test import complaint_about, one_test

OWN_EXPORTERS = ("kubelet", "kubelet-volumes", "kube-state-metrics")
STATE = "kube-state-metrics"
MINUTES = 40
ABOUT_PODS = {"ContainerMemoryHigh", "PodRestartsOften", "ReplicasMissing"}
ABOUT_VOLUMES = {"VolumeSpaceLow", "VolumeNearlyFull", "VolumeFullInDays", "VolumeInodesLow", "VolumeClaimPending"}


def _environment(sample: Catalogue, *exporters: str) -> Environment:
    cloud = sample.environments["cloud"]
    return replace(cloud, exporters=("prometheus", "node", "keda", *exporters))


def _plan(sample: Catalogue, *exporters: str, namespace: str = "shop") -> Plan:
    """The shop on a cluster, where these exporters run, and of whose search it is known where it runs."""
    search = next(one for one in sample.services if one.name == "search")
    others = (one for one in sample.services if one is not search)
    services = tuple(sorted([replace(search, namespace=namespace), *others], key=lambda one: one.name))
    environment = _environment(sample, *exporters)
    return compose(replace(sample, services=services, environments={environment.name: environment}), environment)


@pytest.fixture(scope="module")
def shop(sample: Catalogue) -> Plan:
    """With everything that tells of pods and volumes."""
    return _plan(sample, *OWN_EXPORTERS)


def _volume(namespace: str, claim: str) -> dict[str, list[str]]:
    """One that is nearly full."""
    labels = f'service="kubelet-volumes", instance="n1", namespace="{namespace}", persistentvolumeclaim="{claim}"'
    values = {"available_bytes": "1", "used_bytes": "99", "capacity_bytes": "100"}
    return {f"kubelet_volume_stats_{what}{{{labels}}}": [value] * MINUTES for what, value in values.items()}


def _claim(
    namespace: str, claim: str, pod: str, *, mode: str = "ReadWriteOnce", phase: str = "Bound", minutes: int = 9
) -> dict[str, list[str]]:
    """A claim that a pod mounts, as kube-state-metrics says until it cannot be asked any more."""
    of = f'service="{STATE}", namespace="{namespace}", persistentvolumeclaim="{claim}"'
    series = (
        f'kube_pod_spec_volumes_persistentvolumeclaims_info{{{of}, pod="{pod}", volume="v", uid="u"}}',
        f'kube_persistentvolumeclaim_access_mode{{{of}, access_mode="{mode}"}}',
        f'kube_persistentvolumeclaim_status_phase{{{of}, phase="{phase}"}}',
    )
    return {one: ["1"] * minutes + ["stale"] for one in series}


def _fire(plan: Plan, series: Mapping[str, list[str]], alert: str, expected: set[tuple[str, str, str]]) -> str:
    """What promtool says against these firing alerts: service, owner and claim or pod."""
    groups = [group for name, text in files_of(plan).items() if name.startswith("rules/") for group in groups_in(text)]
    what = "pod" if alert in ABOUT_PODS else "persistentvolumeclaim"
    query = f'count by (service, owner, {what}) (ALERTS{{alertname="{alert}", alertstate="firing"}})'
    samples = [
        {"labels": f'{{service="{service}", owner="{owner}", {what}="{which}"}}', "value": 1}
        for service, owner, which in sorted(expected)
    ]
    check = {"expr": query, "eval_time": f"{MINUTES - 2}m", "exp_samples": samples}
    return complaint_about(groups, [one_test(alert, series, step=60, checks=[check])], evaluated=60)


@pytest.mark.rules
def test_the_volume_of_a_service_reaches_its_owner_and_every_volume_the_operators(shop: Plan) -> None:
    """Its pods say which claims are its own, whatever they are called, as long as an hour after they last did."""
    series = {
        **_volume("shop", "uploads"),
        **_claim("shop", "uploads", "search-5d9c7b-x2x4z"),
        **_volume("shop", "data-search-0"),
        **_claim("shop", "data-search-0", "search-0"),
        # Of another service whose name begins alike, of the monitoring, of another namespace, of no pod.
        **_volume("shop", "index"),
        **_claim("shop", "index", "search-index-0"),
        **_volume("monitoring", "metrics-prometheus-0"),
        **_claim("monitoring", "metrics-prometheus-0", "prometheus-vitals-0"),
        **_volume("lab", "uploads-of-the-lab"),
        **_claim("lab", "uploads-of-the-lab", "search-0"),
        **_volume("shop", "forgotten"),
        # It is full on purpose.
        **_volume("shop", "images"),
        **_claim("shop", "images", "search-0", mode="ReadOnlyMany"),
    }
    every = {"uploads", "data-search-0", "index", "metrics-prometheus-0", "uploads-of-the-lab", "forgotten"}
    expected = {("search", "discovery", claim) for claim in ("uploads", "data-search-0")}
    expected |= {("kubelet-volumes", "payments", claim) for claim in every}

    assert not _fire(shop, series, "VolumeNearlyFull", expected)


@pytest.mark.rules
def test_a_full_volume_that_only_many_may_read_is_no_alert_for_an_hour_after_that_was_said(
    prod: ShippedEnvironment, promtool: Path, tmp_path: Path
) -> None:
    """One of the same name in another namespace is, and others of its namespace are."""
    cases = volume_mode_cases(prod.plan)

    assert len(cases) == len(USED) + len(SOON_FULL)
    for batch in together(cases):
        run(batch, {file.stem: file for file in prod.rules}, promtool, tmp_path)


@pytest.mark.rules
def test_a_pod_of_a_service_that_waits_for_its_volume_reaches_the_owner(shop: Plan) -> None:
    """Who asked for the claim and who runs the storage are both notified."""
    waiting = _claim("shop", "scratch", "search-0", phase="Pending", minutes=MINUTES)
    waiting |= _claim("lab", "theirs", "search-0", phase="Pending", minutes=MINUTES)
    expected = {("search", "discovery", "scratch"), (STATE, "payments", "scratch"), (STATE, "payments", "theirs")}

    assert not _fire(shop, waiting, "VolumeClaimPending", expected)


@pytest.mark.rules
def test_the_pod_of_a_service_reaches_its_owner(shop: Plan) -> None:
    """A container near its limit: of the service's pods in its namespace, and of no other."""
    pods = {("shop", "search-5d9c7b-x2x4z"), ("lab", "search-0"), ("shop", "research-0"), ("shop", "search-index-0")}
    values = {"container_memory_working_set_bytes": "99", "container_spec_memory_limit_bytes": "100"}
    series = {
        f'{metric}{{service="kubelet", namespace="{namespace}", pod="{pod}", container="app"}}': [value] * MINUTES
        for namespace, pod in pods
        for metric, value in values.items()
    }
    expected = {("kubelet", "payments", pod) for _, pod in pods} | {("search", "discovery", "search-5d9c7b-x2x4z")}

    assert not _fire(shop, series, "ContainerMemoryHigh", expected)


def _names(plan: Plan, service: str) -> set[str]:
    return {alert.name for alert in plan.alerts if alert.service == service} & (ABOUT_PODS | ABOUT_VOLUMES)


def test_where_a_service_runs_must_be_known(sample: Catalogue, shop: Plan) -> None:
    """Without a namespace its owner hears of no pod and no volume; the operators hear of all either way."""
    unknown = _plan(sample, *OWN_EXPORTERS, namespace="")

    assert _names(shop, "search") == ABOUT_PODS | ABOUT_VOLUMES
    assert _names(shop, "checkout") == _names(unknown, "search") == set()
    for plan in (shop, unknown):
        of_operators = set().union(*(_names(plan, exporter) for exporter in OWN_EXPORTERS))
        assert of_operators == ABOUT_PODS | ABOUT_VOLUMES


def test_without_kube_state_metrics_the_operators_alone_hear_of_volumes(sample: Catalogue) -> None:
    """Nothing says then which pod mounts a claim; no rule reads a series that does not exist."""
    plan = _plan(sample, "kubelet", "kubelet-volumes")

    assert _names(plan, "kubelet-volumes") == ABOUT_VOLUMES - {"VolumeClaimPending"}
    assert _names(plan, "search") == {"ContainerMemoryHigh"}
    assert not [alert.name for alert in plan.alerts if STATE in alert.expr.text]


def test_a_service_sets_its_own_bound_on_its_volumes(sample: Catalogue) -> None:
    """The bound of a service is its owner's; that of the operators stays."""
    plan = _plan(sample, *OWN_EXPORTERS)
    search: Service = next(one for one in plan.services if one.name == "search")
    bounded = replace(search, bounds={"system.volume.space_low": "80%"})
    services = tuple(bounded if one is search else one for one in plan.services)
    environment = plan.environment
    mine = compose(replace(sample, services=services, environments={environment.name: environment}), environment)

    low = {alert.service: alert.bounds[0].value for alert in mine.alerts if alert.name == "VolumeSpaceLow"}
    assert low == {"kubelet-volumes": 0.9, "search": 0.8}


def test_one_machine_has_none_of_them(live: Catalogue) -> None:
    """What does not exist there cannot notify anyone there."""
    local = compose(live, live.environments["local"])

    assert local.alerts
    assert not {alert.name for alert in local.alerts} & (ABOUT_PODS | ABOUT_VOLUMES)
    assert not [group.name for group in local.groups if group.name.split(".")[0] in OWN_EXPORTERS]
    assert {alert.labels.get(SERVICE, alert.service) for alert in local.alerts}.isdisjoint(OWN_EXPORTERS)
