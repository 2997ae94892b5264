"""Scrapes that were recorded from real libraries, as the series that Prometheus makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from tests.dialects.emitters.running import SCRAPES

RECORDED = {
    "go-shop": "promhttp",
    "otel-checkout": "otel",
    "otel-old": "otel-old",
    "spring-orders": "micrometer",
    "fast-search": "fastapi-instrumentator",
    "star-notes": "starlette-exporter",
    "mails": "celery-exporter",
    "thumbnails": "rq-exporter",
    "rpc-stock": "grpc",
    "edge": "envoy",
    "mesh-cart": "istio",
    "job-board": "failures-apart",
}
"""The recorded scrape of each service. Those of gRPC, Envoy and Istio are written by their documentation, for these
programs do not run here, and the last by hand, as small services count; the others were recorded from the library
(celery-exporter 0.12.2, rq-exporter 3.1)."""


class ExposedSeries(NamedTuple):
    """One series: its name and its labels in order."""

    name: str
    labels: tuple[tuple[str, str], ...]


def samples(text: str) -> dict[ExposedSeries, float]:
    """The series of a scrape with their values; bounds of buckets are written as Prometheus stores them."""
    found = {}
    # Without its types: the parser would add what is missing of the name of a counter.
    untyped = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for family in text_string_to_metric_families(untyped + "\n"):
        for sample in family.samples:
            labels = {name: value for name, value in sample.labels.items() if value}
            if "le" in labels and labels["le"] != "+Inf":
                labels["le"] = repr(float(labels["le"]))
            found[ExposedSeries(sample.name, tuple(sorted(labels.items())))] = float(sample.value)
    return found


def before(name: str) -> Mapping[ExposedSeries, float]:
    """A library's scrape before every request failed."""
    return samples((SCRAPES / f"{name}.before.txt").read_text())


def after(name: str) -> Mapping[ExposedSeries, float]:
    """Its scrape after twenty requests more, of which each failed."""
    return samples((SCRAPES / f"{name}.after.txt").read_text())
