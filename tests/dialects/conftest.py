"""What tests of dialects share: one environment that watches a service of each, and what real libraries expose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vitals.model.catalog import Catalogue, Service, load
from vitals.render import compose, files_of
from vitals.rendered import groups_in, write_plain_rule_files

CATALOGUE = Path(__file__).parent / "catalogue"
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


@pytest.fixture(scope="session")
def dialects() -> Catalogue:
    """A catalogue with a service of each dialect, and none that speaks our own."""
    return load(CATALOGUE)


@pytest.fixture(scope="session")
def services(dialects: Catalogue) -> Mapping[str, Service]:
    """Its services by name."""
    return {service.name: service for service in dialects.services}


@pytest.fixture(scope="session")
def rendered(dialects: Catalogue) -> Mapping[str, str]:
    """Every file of its environment."""
    return files_of(compose(dialects, dialects.environments["local"]))


@pytest.fixture(scope="session")
def rules(rendered: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Its rule groups by name, each as a plain rule file."""
    groups = [group for name, text in rendered.items() if name.startswith("rules/") for group in groups_in(text)]
    return write_plain_rule_files(groups, tmp_path_factory.mktemp("rules"))
