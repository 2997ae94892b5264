"""What the API shows to a scrape: everything, or, while the fault ``unrecorded`` is on, nothing about its requests.

That is what a service looks like whose requests are counted under other names: its target is up and its process is
there, and none of the metrics that rules and dashboards read.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric

from .faults import Switchboard

_ABOUT_REQUESTS = "api_"


class ExposedRegistry(CollectorRegistry):
    """A registry that shows another one.

    Args:
        registry: The one that holds the metrics.
        switchboard: Where the fault is switched.
    """

    def __init__(self, registry: CollectorRegistry, switchboard: Switchboard) -> None:
        super().__init__()
        self._registry = registry
        self._switchboard = switchboard

    def collect(self) -> Iterator[Metric]:
        """Yield what is shown now."""
        hidden = self._switchboard.requests_are_unrecorded
        return (
            family for family in self._registry.collect() if not (hidden and family.name.startswith(_ABOUT_REQUESTS))
        )
