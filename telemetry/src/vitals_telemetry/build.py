"""Which build of a service runs: the one metric that every process has, API or not."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import DuplicateTimeseries
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.exposition import gauge, gauge_family
from vitals_telemetry.label_values import readable
from vitals_telemetry.metrics import APP_BUILD_INFO

UNKNOWN = "unknown"
"""What stands for a version that is not given, as from an environment variable that is not set."""


class _Build(Collector):
    def __init__(self, *labels: object) -> None:
        self.labels = [UNKNOWN if label is None else readable(label) for label in labels]

    def describe(self) -> list[Family]:
        return [gauge_family(APP_BUILD_INFO)]

    def collect(self) -> Iterator[Family]:
        yield gauge(APP_BUILD_INFO, 1, self.labels)


def expose_build(version: str | None, revision: str | None, registry: CollectorRegistry | None = None) -> None:
    """Expose ``app_build_info``; for processes without an ``ApiTelemetry``, which does it itself.

    Args:
        version: Version of the service; what is not a text becomes one, and None is ``unknown``.
        revision: Commit that the service was built from, likewise.
        registry: Where to register; None is the default registry.

    Raises:
        TelemetryError: The registry has a build already.
    """
    build = _Build(version, revision)
    try:
        (REGISTRY if registry is None else registry).register(build)
    except DuplicateTimeseries as error:
        raise TelemetryError(
            f"This registry has a build already, so {' '.join(build.labels)} would never be scraped. Call "
            "expose_build once per process, and not beside an ApiTelemetry, which does it itself."
        ) from error
