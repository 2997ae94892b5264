"""The network policies of the monitoring namespace: the map of who asks whom, one entry for each program."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring.back_end import QUERIES, back_end
from infra.monitoring.labels import selector
from infra.monitoring.namespaces import KEDA
from infra.monitoring.network_policies import (
    ANYWHERE,
    EVERY_POD,
    GOOGLE_PROBES,
    HTTPS,
    PRIVATE,
    TO_API_SERVER,
    TO_METADATA,
    TO_THE_INTERNET,
    Talk,
    Traffic,
    addresses,
    in_namespace,
    pods,
    shut,
)
from infra.monitoring.part import Manifest
from infra.rendered import Rendered

ALERTMANAGER = {"app.kubernetes.io/name": "alertmanager"}
GRAFANA = {"app.kubernetes.io/name": "grafana"}
OPERATOR = {"app": "kube-prometheus-stack-operator"}
KUBE_STATE_METRICS = {"app.kubernetes.io/name": "kube-state-metrics"}
COLLECTOR = selector("collector")
REDIS_EXPORTER = selector("redis-exporter")
STACKDRIVER_EXPORTER = {"app.kubernetes.io/name": "prometheus-stackdriver-exporter"}
"""The labels that the operator and the charts put on their pods."""

OTLP = (4317, 4318)


def of_monitoring(rendered: Rendered, mail_port: int, redis_port: int | None) -> list[Manifest]:
    """Every policy of the monitoring namespace.

    Args:
        rendered: The environment: it says which programs run.
        mail_port: On which the mail server takes notifications.
        redis_port: On which the platform's Redis listens, where it is watched.
    """
    namespace = rendered.operator.namespace
    found = [*_always(rendered, mail_port), *_exporters(rendered, redis_port)]
    return [shut(namespace), *(traffic.policy(namespace) for traffic in found)]


def _always(rendered: Rendered, mail_port: int) -> Iterator[Traffic]:
    namespace, back = rendered.operator.namespace, back_end(rendered)
    answering, alertmanager, grafana = (pods(one, namespace) for one in (back.answering, ALERTMANAGER, GRAFANA))
    queries = Talk([grafana, in_namespace(KEDA)], (QUERIES,))
    if rendered.managed:
        yield Traffic("query-frontend", back.answering, hears=[queries], asks=[TO_THE_INTERNET, TO_METADATA])
    else:
        yield Traffic(
            "prometheus",
            back.answering,
            hears=[queries, Talk(back.scrapers, (QUERIES,))],
            asks=[Talk(EVERY_POD), Talk(addresses(PRIVATE))],
        )
    yield Traffic(
        "alertmanager",
        ALERTMANAGER,
        hears=[Talk([*back.evaluators, *back.scrapers, grafana], (9093,)), Talk([alertmanager], (9094,), udp=(9094,))],
        asks=[
            Talk([alertmanager], (9094,), udp=(9094,)),
            Talk(ANYWHERE, tuple(sorted({HTTPS, mail_port}))),
        ],
    )
    yield Traffic(
        "grafana",
        GRAFANA,
        hears=[Talk(addresses(GOOGLE_PROBES), (3000,))],
        asks=[
            Talk([answering], (QUERIES,)),
            Talk([alertmanager], (9093,)),
            TO_API_SERVER,
            TO_THE_INTERNET,
            TO_METADATA,
        ],
    )
    yield Traffic("prometheus-operator", OPERATOR, asks=[TO_API_SERVER])
    yield Traffic("kube-state-metrics", KUBE_STATE_METRICS, hears=[Talk(back.scrapers, (8080,))], asks=[TO_API_SERVER])


def _exporters(rendered: Rendered, redis_port: int | None) -> Iterator[Traffic]:
    operator, scrapers = rendered.operator, back_end(rendered).scrapers
    if redis_port is not None:
        yield Traffic(
            "redis-exporter",
            REDIS_EXPORTER,
            hears=[Talk(scrapers, (9121,))],
            asks=[Talk(addresses(PRIVATE), (redis_port,))],
        )
    if rendered.scrapes("stackdriver"):
        yield Traffic(
            "stackdriver-exporter",
            STACKDRIVER_EXPORTER,
            hears=[Talk(scrapers, (9255,))],
            asks=[TO_THE_INTERNET, TO_METADATA],
        )
    if rendered.scrapes("collector"):
        platform = [in_namespace(operator.platform_namespace)] if operator.platform_namespace else []
        yield Traffic(
            "collector",
            COLLECTOR,
            hears=[Talk(scrapers, (8888,)), *([Talk(platform, OTLP)] if platform else [])],
            asks=[TO_THE_INTERNET, TO_METADATA],
        )
