"""The bounds of the labels ``endpoint``, ``method`` and ``status``: what keeps a scrape small whatever is requested.

A value beyond its label's bound becomes ``other`` and is counted once per request for each metric that carries the
label. Values that come from a client are only ever compared with a closed set, never remembered.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals_telemetry.contract import Label, Metric
from vitals_telemetry.label_values import label_value
from vitals_telemetry.metrics import ENDPOINT, FAILING_STATUSES, METHOD, OTHER, STATUS, UNMATCHED
from vitals_telemetry.metrics.api import HIGHEST_STATUS, LOWEST_STATUS
from vitals_telemetry.overflow import Overflow

_METHODS = frozenset(METHOD.values) - {OTHER}


class LabelBounds:
    """Admits label values up to their bounds; not safe for threads, its owner holds a lock.

    Args:
        metrics: The metrics that carry the labels.
        overflow: Where replaced values are counted; every pair is there from the start, so that a rate over it never
            misses the first one.
    """

    def __init__(self, metrics: Iterable[Metric], overflow: Overflow) -> None:
        self._overflow = overflow
        self._carried = [(metric.name, label.name) for metric in metrics for label in metric.labels]
        for pair in self._carried:
            overflow[pair] += 0
        self._endpoints: set[str] = set()
        self._statuses: set[int] = set(FAILING_STATUSES)

    @property
    def free_endpoints(self) -> int:
        """How many more values ``endpoint`` may take."""
        return ENDPOINT.most - len((UNMATCHED, OTHER)) - len(self._endpoints)

    def route(self, template: str | None, method: object) -> tuple[str, str]:
        """Return the values of ``endpoint`` and ``method``.

        Args:
            template: The template of the route that answered, or None if no route did.
            method: What the client wrote.
        """
        if not isinstance(method, str) or method not in _METHODS:
            method = self._replace(METHOD)
        if template is None:
            return UNMATCHED, method
        template = label_value(template)
        if template not in self._endpoints:
            if self.free_endpoints <= 0 or template == OTHER:
                return self._replace(ENDPOINT), method
            self._endpoints.add(template)
        return template, method

    def status(self, given: object) -> int | str:
        """Return a status as an int, or ``other`` for what is not an HTTP status or comes after the bound."""
        try:
            status = int(given)  # type: ignore[call-overload]
        except (TypeError, ValueError, OverflowError):
            return self._replace(STATUS)
        if status not in self._statuses:
            if not LOWEST_STATUS <= status <= HIGHEST_STATUS or len(self._statuses) >= STATUS.most - len((OTHER,)):
                return self._replace(STATUS)
            self._statuses.add(status)
        return int(status)

    def _replace(self, label: Label) -> str:
        for pair in self._carried:
            if pair[1] == label.name:
                self._overflow[pair] += 1
        return OTHER
