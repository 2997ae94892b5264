"""What the relay counts of itself, as Prometheus scrapes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import Counter, Gauge, Histogram

from vitals.local.relay.problem import OF_CALLS, REASONS, Reason
from vitals.metrics_server import ServiceRegistry

CALLER = "alertmanager"
"""What stands for a channel where a call was refused: no picture follows, on any channel."""


class RelayHealth:
    """Counts; every series is there from the start, so that the first failure is an increase.

    Args:
        kinds: The kinds of channels that pictures go to here.
    """

    def __init__(self, kinds: Iterable[str]) -> None:
        self.registry = ServiceRegistry()
        self._sent = Counter("pictures_sent", "Pictures delivered.", ["channel"], registry=self.registry)
        self._failed = Counter(
            "pictures_failed", "Pictures that did not follow a notification.", ["channel", "reason"],
            registry=self.registry,
        )  # fmt: skip
        self._skipped = Counter(
            "pictures_skipped", "Notifications of a group that had a picture a moment ago.", registry=self.registry
        )
        self._dropped = Counter(
            "pictures_dropped", "Notifications without a picture because too many waited.", registry=self.registry
        )
        self._took = Histogram(
            "pictures_delivery_seconds", "From the queue to a channel.", registry=self.registry,
            buckets=(0.5, 1, 2, 4, 8, 15, 30, 60),
        )  # fmt: skip
        self._waiting = Gauge("pictures_waiting", "Notifications whose picture is waited for.", registry=self.registry)
        for kind in kinds:
            self._sent.labels(kind)
            for reason in REASONS:
                self._failed.labels(kind, reason)
        for reason in OF_CALLS:
            self._failed.labels(CALLER, reason)

    def asks(self, waiting: Callable[[], int]) -> None:
        """Let a scrape ask how many wait."""
        self._waiting.set_function(waiting)

    def sent(self, kind: str, took_s: float) -> None:
        """Count a picture that was delivered, ``took_s`` seconds after it was taken from the queue."""
        self._sent.labels(kind).inc()
        self._took.observe(took_s)

    def failed(self, kind: str, reason: Reason) -> None:
        """Count a picture that was not."""
        self._failed.labels(kind, reason).inc()

    def call_refused(self, reason: Reason) -> None:
        """Count a call that was refused, so that no picture follows its notification."""
        self._failed.labels(CALLER, reason).inc()

    def skipped(self) -> None:
        """Count a notification of a group that had its picture."""
        self._skipped.inc()

    def dropped(self) -> None:
        """Count a notification for which there was no room."""
        self._dropped.inc()
