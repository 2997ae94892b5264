"""What the relay counts of itself, as Prometheus scrapes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from vitals.pictures.problem import REASONS, Reason
from vitals.rendered import MailThreads, SlackThreads

KINDS = tuple(get_args(one.model_fields["kind"].annotation)[0] for one in (SlackThreads, MailThreads))


class RelayHealth:
    """Counts; every series is there from the start, so that the first failure is an increase."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
        for kind in KINDS:
            self._sent.labels(kind)
            for reason in REASONS:
                self._failed.labels(kind, reason)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

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

    def skipped(self) -> None:
        """Count a notification of a group that had its picture."""
        self._skipped.inc()

    def dropped(self) -> None:
        """Count a notification for which there was no room."""
        self._dropped.inc()
