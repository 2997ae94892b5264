"""What people may say of how a service speaks, and what an impossible saying is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from tests.catalogues import DIALECTS
from vitals.errors import VitalsError
from vitals.kit.scrape import cluster_pod_monitoring, jobs, prometheus_config, service_monitor
from vitals.model.catalog import (
    Availability,
    Cache,
    Catalogue,
    Dialect,
    Latency,
    MetricSource,
    Queue,
    Scrape,
    Service,
    counter,
    gauge,
    histogram,
    load,
    micrometer,
    promhttp,
)
from vitals.model.signals import api, left_out, signals_of
from vitals.render import compose

_LABELS = {"endpoint": "page", "method": "verb"}
_REQUESTS = counter("house_requests", "Requests.", labels={"page": 5, "verb": 2, "result": ("ok", "crash")})


def _service(**fields: Any) -> Service:  # noqa: ANN401 - the fields of a service
    usual: dict[str, Any] = {
        "name": "any",
        "owner": "platform",
        "description": "Does something for users.",
        "api": True,
    }
    return Service(**(usual | fields))


def _with(catalogue: Catalogue, *services: Service) -> Catalogue:
    return replace(catalogue, services=services, places={})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"speaks": "promhtp"}, r"Did you mean 'promhttp'\? One of your own"),
        ({"speaks": "celery-exporter"}, "counts tasks and no requests"),
        ({"speaks": "otel", "queues": (Queue(name="mails"),)}, "counts requests and no tasks"),
        ({"speaks": "otel", "caches": (Cache(name="pages"),)}, "caches are measured by vitals-telemetry"),
        ({"metrics": (gauge("active_users", "Users."),)}, "active_users is declared twice"),
        ({"labels": {"severity": "page"}}, "severity is set by every alert itself"),
        ({"metrics_path": "metrics"}, "metrics_path"),
    ],
)
def test_an_impossible_service_is_refused(fields: dict[str, Any], said: str) -> None:
    """The message says which field, and what to do."""
    with pytest.raises(ValidationError, match=said):
        _service(**fields)


@pytest.mark.parametrize(
    ("has", "said"),
    [
        ({"api_cals_total": (MetricSource(_REQUESTS, _LABELS),)}, "Did you mean 'api_calls_total'"),
        ({"api_calls_total": (MetricSource(_REQUESTS, {"endpoint": "page"}),)}, "nothing says what its method is"),
        ({"api_calls_total": (MetricSource(_REQUESTS, {**_LABELS, "method": "vrb"}),)}, "it has no label vrb"),
        ({"api_calls_total": (MetricSource(_REQUESTS, _LABELS),)}, "which events have failed"),
    ],
)
def test_an_impossible_dialect_is_refused(has: dict[str, tuple[MetricSource, ...]], said: str) -> None:
    """A dialect by which nothing could fail would be green for ever."""
    with pytest.raises(ValueError, match=said):
        Dialect("house", "Requests of a service of ours.", has)


@pytest.mark.parametrize(
    ("speaks", "said"),
    [
        (micrometer(), "management.metrics.distribution.slo"),
        (micrometer(buckets=(0.1, 0.5)), r"Choose one of 0\.1s, 0\.5s"),
    ],
)
def test_a_latency_objective_needs_its_bucket(dialects: Catalogue, speaks: Dialect, said: str) -> None:
    """What is asked for by name and not carried is an error, with what would carry it."""
    service = _service(speaks=speaks, slos=(Latency(within="250ms", objective="99%"),))
    with pytest.raises(VitalsError, match=said):
        compose(_with(dialects, service), dialects.environments["local"])


def test_what_is_not_carried_is_left_out_with_its_reason() -> None:
    """A Spring Boot service without buckets has no percentile, and everything else of its requests."""
    service = _service(speaks="micrometer", slos=(Availability(objective="99.9%"),))
    has = {signal.id for signal in signals_of(service)}
    lacking = {one.signal.id: one.reason for one in left_out(service)}

    assert {"api.outage.ratio", "api.latency.mean", "api.latency.max", "api.traffic.endpoint"} <= has
    assert {"api.latency.p95", "api.outage.given_up", "api.saturation.in_flight"} <= lacking.keys()
    assert not has & lacking.keys()
    assert "micrometer(buckets=...)" in lacking["api.latency.p95"]


def test_an_entry_of_a_dialect_is_short() -> None:
    """A service of each library is one file of at most twenty lines."""
    files = sorted((DIALECTS / "services").glob("*.py"))
    assert len(files) >= 11
    for file in files:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 20, file.name


def test_two_libraries_may_give_one_name_different_labels(dialects: Catalogue) -> None:
    """``http_requests_total`` of a Go service and of a FastAPI service are both read, each by its own labels."""
    go, fast = (
        _service(name="go", speaks=promhttp(endpoint="path")),
        _service(name="fast", speaks="fastapi-instrumentator"),
    )
    plan = compose(_with(dialects, go, fast), dialects.environments["local"])

    assert {"path", "code", "handler", "status"} <= plan.vocabulary["http_requests_total"].labels.keys()


def test_fields_of_the_scrape_reach_prometheus(dialects: Catalogue) -> None:
    """Path, port, scheme and namespace, in both forms; the credentials of Prometheus go to no service."""
    service = _service(
        name="shop-api",
        app="api",
        namespace="shop",
        speaks="micrometer",
        metrics_port="web",
        metrics_scheme="https",
        metrics_path="/own/metrics",
    )
    environment = dialects.environments["local"]
    (job, *_) = jobs([service], environment)
    config: Any = prometheus_config([job], environment)
    (scraped,) = config["scrape_configs"]
    spec: Any = service_monitor(job, "monitoring")["spec"]
    (endpoint,) = spec["endpoints"]

    assert (scraped["metrics_path"], scraped["scheme"]) == ("/own/metrics", "https")
    assert (endpoint["path"], endpoint["port"], endpoint["scheme"]) == ("/own/metrics", "web", "https")
    assert "bearerTokenFile" not in endpoint
    assert spec["selector"] == {"matchLabels": {"app.kubernetes.io/name": "api"}}
    assert spec["namespaceSelector"] == {"matchNames": ["shop"]}
    managed: Any = cluster_pod_monitoring(job)["spec"]
    assert managed["selector"] == {"matchLabels": {"vitals/job": "shop-api"}}
    assert managed["targetLabels"]["fromPod"] == [{"from": "vitals/job", "to": "service"}]


def test_services_of_one_name_are_apart_by_their_namespaces(dialects: Catalogue) -> None:
    """Two services that the cluster calls alike need a namespace each; without, the series of each would be both's."""
    shop, pay = (_service(name=f"{of}-api", app="api", namespace=of, speaks="otel") for of in ("shop", "pay"))
    compose(_with(dialects, pay, shop), dialects.environments["local"])
    with pytest.raises(VitalsError, match="selects the same targets"):
        compose(_with(dialects, pay, replace(shop, namespace="")), dialects.environments["local"])


def test_bounds_and_labels_of_a_service_are_on_its_alerts(dialects: Catalogue) -> None:
    """A bound of its own, and a label for routes of one's own; a bound of no alert is an error."""
    service = _service(speaks="otel", bounds={"api.latency.high": "2s"}, labels={"tier": "gold"})
    environment = dialects.environments["local"]
    alerts = [one for one in compose(_with(dialects, service), environment).alerts if one.id == "api.latency.high"]

    assert [one.expr.text.rpartition("> ")[2] for one in alerts] == ["2"]
    assert [one.labels["tier"] for one in alerts] == ["gold"]
    with pytest.raises(VitalsError, match=r"api\.latency\.hihg"):
        compose(_with(dialects, replace(service, bounds={"api.latency.hihg": "2s"})), environment)


_RULE: Mapping[str, Any] = {
    "alert": "BasketsLost",
    "expr": 'sum by (reason) (rate(baskets_lost{service="any"}[5m])) > 0.1',
    "labels": {"service": "any", "severity": "warning"},
    "annotations": {
        "summary": "any ({{ $labels.reason }}): {{ $value }} baskets lost (> 0.1)",
        "description": "They are lost.",
    },
}


def test_a_pasted_rule_may_read_a_metric_of_ones_own(dialects: Catalogue, tmp_path: Path) -> None:
    """Declared, it is read by its labels; not declared, the error says where it would be."""
    folder = tmp_path / "handwritten"
    folder.mkdir()
    (folder / "baskets.yaml").write_text(yaml.safe_dump({"groups": [{"name": "Baskets", "rules": [_RULE]}]}))
    own = (counter("baskets_lost", "Lost.", labels={"reason": ("full",)}), histogram("price", "P.", buckets=(1, 2)))
    environment = dialects.environments["local"]
    declared = _with(dialects, _service(speaks="otel", metrics=own))

    assert "BasketsLost" in {one.name for one in compose(declared, environment, tmp_path).alerts}
    with pytest.raises(VitalsError, match="field metrics of its entry"):
        compose(_with(dialects, _service(speaks="otel")), environment, tmp_path)


def test_a_dialect_of_a_teams_own_is_one_file(tmp_path: Path) -> None:
    """A service file takes it from a file of the catalogue; its rules read the metrics that it names."""
    for name in ("receivers.py", "prices.toml", "environments/local.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((DIALECTS / name).read_text())
    for folder in ("dialects", "services", "rule_files/handwritten"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dialects" / "house.py").write_text(
        "from vitals.model.catalog import Dialect, MetricSource, counter\n"
        "REQUESTS = counter('house_requests', 'Requests.', labels={'page': 5, 'result': 4})\n"
        "HOUSE = Dialect('house', 'Ours.', {'api_calls_total': (MetricSource(REQUESTS, {'endpoint': 'page'}, "
        "{'method': 'all'}, failed=({'result': 'crash'},)),)})\n"
    )
    (tmp_path / "services" / "profile.py").write_text(
        "from vitals.model.catalog import Availability, Service\n"
        "from ..dialects.house import HOUSE\n"
        "profile = Service(name='profile', owner='platform', description='Shows a profile.', api=True, speaks=HOUSE,\n"
        "    slos=(Availability(objective='99%'),))\n"
    )
    found = load(tmp_path)
    plan = compose(found, found.environments["local"])
    (outage,) = [group for group in plan.groups if group.name == "profile.outage"]

    assert 'house_requests{result="crash",service="profile"}' in str(outage.rules)


def test_a_label_of_our_name_that_means_something_else_is_summed_over() -> None:
    """A library may have a label ``endpoint`` of its own; written over as it is, two series would become one."""
    service = _service(speaks=promhttp(endpoint="handler"))
    query = api.TRAFFIC_BY_ENDPOINT.query(service, Scrape()).text

    assert "label_replace(sum without (endpoint) (rate(http_requests_total{" in query
