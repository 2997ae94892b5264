"""Which build of a service runs: the one metric that every process has, API or not."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import DuplicateTimeseries
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.exposition import gauge, gauge_family
from vitals_telemetry.metrics import APP_BUILD_INFO


class _Build(Collector):
    def __init__(self, version: str, revision: str) -> None:
        self._labels = (version, revision)

    def describe(self) -> list[Family]:
        return [gauge_family(APP_BUILD_INFO)]

    def collect(self) -> Iterator[Family]:
        yield gauge(APP_BUILD_INFO, 1, self._labels)


def expose_build(version: str, revision: str, registry: CollectorRegistry | None = None) -> None:
    """Expose ``app_build_info``; for processes without an ``ApiTelemetry``, which does it itself.

    Args:
        version: Version of the service.
        revision: Commit that the service was built from.
        registry: Where to register; None is the default registry.

    Raises:
        TelemetryError: The registry has a build already.
    """
    try:
        (REGISTRY if registry is None else registry).register(_Build(version, revision))
    except DuplicateTimeseries as error:
        raise TelemetryError(
            f"This registry has a build already, so {version} ({revision}) would never be scraped. Call "
            "expose_build once per process, and not beside an ApiTelemetry, which does it itself."
        ) from error
