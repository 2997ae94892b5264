"""A scrape job, whatever form it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vitals.model.catalog import Environment, Service
from vitals.model.catalog.entry_error import EntryError
from vitals.model.catalog.fields import seconds
from vitals.model.metrics import EXPORTERS, TARGET_LABELS, USUAL, Endpoint
from vitals.model.metrics.families import families_of
from vitals.model.promql import Series
from vitals_telemetry.contract import Metric, MetricType

METRIC_NAME = "__name__"
"""The label in which Prometheus keeps the name of a metric."""


@dataclass(frozen=True, slots=True)
class Job:
    """Targets that are scraped alike.

    Attributes:
        name: The ``job`` and the ``service`` label of every series.
        interval: Time between scrapes, a duration.
        timeout: Time limit of one scrape, a duration.
        metrics: What the targets expose, as far as the contract says.
        endpoint: Where they are asked.
        app: The ``app.kubernetes.io/name`` of the targets, where it is not the name.
        namespace: The namespace of the targets; empty for any.
        exposed: What else they expose, as a scrape has shown it.
    """

    name: str
    interval: str
    timeout: str
    metrics: tuple[Metric, ...]
    endpoint: Endpoint = USUAL
    app: str = ""
    namespace: str = ""
    exposed: tuple[Series, ...] = ()

    @property
    def emitted_labels(self) -> frozenset[str]:
        """Every label that the targets themselves set."""
        of_contract = {label for metric in self.metrics for label in metric.label_names}
        shown = {label for series in self.exposed for label in series.labels} - set(TARGET_LABELS)
        return frozenset(of_contract | shown)

    @property
    def native_histograms(self) -> bool:
        """Whether a target exposes native histograms, which Prometheus takes only when it is asked to."""
        return any(metric.type is MetricType.NATIVE_HISTOGRAM for metric in self.metrics)


def metrics_of(service: Service) -> tuple[Metric, ...]:
    """What the processes of a service expose: the families that its entry declares, and what every process does.

    Of a service that speaks otherwise it is the contract of its dialect; what it declares of its own comes last.
    """
    if not service.dialect.ours:
        return (*service.dialect.metrics, *service.metrics)
    return (*families_of(service), *service.metrics)


def _endpoint(service: Service) -> Endpoint:
    return Endpoint(
        port=service.metrics_port or service.dialect.metrics_port,
        path=service.metrics_path or service.dialect.metrics_path,
        scheme=service.metrics_scheme,
    )


def jobs(
    services: Iterable[Service], environment: Environment, exposed: Mapping[str, tuple[Series, ...]] | None = None
) -> tuple[Job, ...]:
    """The jobs of an environment: one for each service, then one for each exporter.

    Args:
        services: The services of the catalogue.
        environment: The environment.
        exposed: What jobs expose beside their contract, by name.

    Raises:
        VitalsError: The time limit of an exporter is longer than the pace at which it is asked.
    """
    scrape, shown = environment.scrape, exposed or {}
    found = [
        Job(
            service.name,
            scrape.of(service),
            scrape.timeout_of(service),
            metrics_of(service),
            _endpoint(service),
            service.selected_by,
            service.namespace,
            shown.get(service.name, ()),
        )
        for service in services
    ]
    for name in environment.scraped_exporters:
        exporter = EXPORTERS[name]
        endpoint = exporter.endpoint
        timeout = endpoint.timeout or scrape.page_timeout
        pace = scrape.asked(slow=endpoint.slow)
        if seconds(timeout) > seconds(pace):
            field = "slow" if endpoint.slow else "others"
            raise EntryError(
                environment,
                f", field scrape: the exporter {name!r} may take {timeout} and would "
                f"be asked every {pace}, which Prometheus refuses. Lengthen {field}.",
            )
        found.append(
            Job(name, pace, timeout, exporter.metrics, endpoint, app=endpoint.app, exposed=shown.get(name, ()))
        )
    return tuple(found)
