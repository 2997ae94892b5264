"""Rendering many services: time and memory grow with their number, not faster."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace

import pytest

from vitals.catalog import Budget, Catalogue
from vitals.render import render

MANY = 1000
TIME_LIMIT_S = 60.0


def _of_size(catalogue: Catalogue, count: int) -> Catalogue:
    """A catalogue of ``count`` services, made of copies of one with both objectives."""
    (model,) = [service for service in catalogue.services if service.latency]
    services = tuple(replace(model, name=f"service-{number:04d}") for number in range(count))
    return replace(catalogue, services=services)


@pytest.mark.bench
def test_a_thousand_services_render_in_a_minute(shipped: Catalogue) -> None:
    """1,000 services render in under 60 s, and twice the services take about twice the memory."""
    environment = replace(shipped.environments["prod"], budget=Budget(10**9, 10**15))
    began = time.perf_counter()
    files = render(_of_size(shipped, MANY), environment)
    took = time.perf_counter() - began
    peaks = {}
    for count in (MANY // 4, MANY // 2):
        tracemalloc.start()
        render(_of_size(shipped, count), environment)
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    growth = peaks[MANY // 2] / peaks[MANY // 4]
    print(f"\n{MANY} services: {took:.1f} s, {len(files)} files; memory x{growth:.2f} for twice the services")

    assert took < TIME_LIMIT_S
    assert growth < 2.2
