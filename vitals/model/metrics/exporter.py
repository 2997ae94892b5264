"""What an exporter is: a third-party program that exposes metrics, and how it wants to be scraped.

Names, types and labels are others' choices. They are written down as they are, because a rule that reads a metric
under the name that we would have given it stays silent for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vitals_telemetry.contract import Label, Metric, MetricType, Unit


@dataclass(frozen=True, slots=True)
class Foreign(Metric):
    """A metric that breaks our naming rules: a counter without ``_total``, or one that is exposed as ``untyped``.

    Attributes:
        exposed: The type on its ``# TYPE`` line where that is not its behaviour; empty where it is.
    """

    exposed: str = ""

    def __post_init__(self) -> None:
        """Refuse histograms: bounds of others are not ours to list; describe the ``_bucket`` series as a counter.

        Raises:
            ValueError: The type is a histogram.
        """
        if self.type is MetricType.HISTOGRAM:
            raise ValueError(f"{self.name}: describe the _bucket series of a foreign histogram as a counter with 'le'")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and how an exporter is asked.

    Attributes:
        port: Name of the port on its Kubernetes Service.
        path: Path of the metrics.
        scheme: ``https`` is asked with the credentials of Prometheus' own service account.
        timeout: Time limit of one scrape where the usual one is too short.
        slow: Whether it is asked at the slow pace, for what it hands on is itself minutes old.
        pod_port: The port on its pods, for a scraper of pods and not Services: its name, or its number where a
            chart names it for no one else.
        app: The ``app.kubernetes.io/name`` of its Kubernetes Service, where that is not the exporter's name.
        keeps: Pattern of the names of the metrics that are stored; empty for everything that is exposed.
    """

    port: str = "metrics"
    path: str = "/metrics"
    scheme: Literal["http", "https"] = "http"
    timeout: str = ""
    slow: bool = False
    pod_port: str | int = "metrics"
    app: str = ""
    keeps: str = ""


USUAL = Endpoint()
"""How most are asked."""
EVERYTHING_WITHIN = "10s"
"""Time limit of a scrape that lists everything on a node or in a cluster.

A node with its usual most of 110 pods answers cAdvisor with some 30,000 samples, which takes seconds while the node is
busy; the chart and Prometheus itself use the same 10 s. It must stay below the pace at which such a target is asked.
"""


@dataclass(frozen=True, slots=True)
class Exporter:
    """A program that exposes metrics and is not one of the platform's services.

    Attributes:
        name: How the catalogue names it; also its ``job`` and ``service`` label.
        description: What it is, for people.
        metrics: The part of its metrics that rules, panels or checks use.
        endpoint: How it is asked.
        series: Series in one scrape, used or not: what is stored is paid for. Counted on the pinned version by a test;
            ``None`` where it was not counted, and then the estimate of cost is marked as a guess.
        series_per_group: Series that each rule group adds to them.
        series_per_job: Series that each scrape job adds to them.
        not_scraped: Why no series of it are known whose names begin so, a sentence each.
    """

    name: str
    description: str
    metrics: tuple[Metric, ...]
    endpoint: Endpoint = USUAL
    series: int | None = None
    series_per_group: int = 0
    series_per_job: int = 0
    not_scraped: Mapping[str, str] = field(default_factory=dict)


def build_info(program: str, *more: Label) -> Metric:
    """The ``*_build_info`` gauge that every program of the Prometheus project exposes."""
    version = Label("version", "Release of the program.", most=4, expected=1)
    return gauge(f"{program}_build_info", f"Version of {program}; the value is always 1.", version, *more)


def gauge(name: str, text: str, *labels: Label, unit: Unit = Unit.COUNT) -> Metric:
    """A gauge of an exporter."""
    return Metric(name, MetricType.GAUGE, unit, text, labels)


def counter(name: str, text: str, *labels: Label, unit: Unit = Unit.COUNT) -> Metric:
    """A counter of an exporter that is named as counters are."""
    return Metric(name, MetricType.COUNTER, unit, text, labels)


def unusual_counter(name: str, text: str, *labels: Label, unit: Unit = Unit.COUNT, exposed: str = "") -> Metric:
    """A counter whose name or declared type does not say so."""
    return Foreign(name, MetricType.COUNTER, unit, text, labels, exposed=exposed)


OPEN_FILES = gauge("process_open_fds", "Number of open file descriptors.")
MOST_FILES = gauge("process_max_fds", "Maximum number of open file descriptors.")
"""What the Go client adds to every program that uses it."""
