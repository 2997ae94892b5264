"""Which series are judged and forecast, as ``model.json`` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vitals.rendered.entry import Entry


class WatchedEntry(Entry):
    """A question whose answers are compared with their own past.

    Attributes:
        service: The service or exporter that it is asked of.
        name: Of the question: the id of a signal, or ``demand.`` and what a service is scaled on.
        type: ``requests``, ``errors``, ``latency`` or ``resource``; ``demand`` for what is only forecast.
        kind: Which deviations count, as ``vitals foresight detect --kind`` has it.
        query: PromQL; every series of its answer is looked at by itself.
        labels: Labels that the answer has whatever it says.
        judged: Whether it is looked at for anomalies.
        horizons: Seconds ahead of each forecast, by the horizon as people say it.
        limit: The value that it must not reach; None where there is none.
        builds: PromQL whose series are the builds of the service that run; empty where a deploy changes nothing of it.
    """

    service: str
    name: str
    type: Literal["requests", "errors", "latency", "resource", "demand"]
    kind: Literal["latency", "rate", "errors", "ratio", "queue", "gauge"]
    query: str
    labels: Mapping[str, str]
    judged: bool
    horizons: Mapping[str, int]
    limit: float | None
    builds: str = ""
