"""Rendering many services: time and memory grow with their number, not faster."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from dataclasses import replace

import pytest

from vitals.model.catalog import Budget, Catalogue
from vitals.render import render

FEW, MANY = 100, 1000
MOST_TIMES = 12.0
"""Ten times the services may take so many times as long: a fifth more than their number, for caches of the processor.

The peer is the same render at another size in the same process, so a slow or busy machine slows both.
"""
MOST_MEMORY = 2.2
"""Twice the services may hold so many times the memory: a tenth more than their number, for tables that double."""


def _of_size(catalogue: Catalogue, count: int) -> Catalogue:
    """A catalogue of ``count`` services, made of copies of one with both objectives."""
    (model,) = [service for service in catalogue.services if service.latency]
    services = tuple(replace(model, name=f"service-{number:04d}") for number in range(count))
    return replace(catalogue, services=services)


@pytest.mark.bench
def test_a_thousand_services_take_little_more_than_ten_times_a_hundred(shipped: Catalogue) -> None:
    """The median of three renders of 100 services is the peer of 1,000, in processor time; likewise the memory."""
    environment = replace(shipped.environments["prod"], budget=Budget(10**9, 10**15))

    def processor_s(count: int) -> float:
        catalogue, began = _of_size(shipped, count), time.process_time()
        assert len(render(catalogue, environment)) > count
        return time.process_time() - began

    before, began = [processor_s(FEW) for _ in range(2)], time.perf_counter()
    many, took = processor_s(MANY), time.perf_counter() - began
    few = statistics.median([*before, processor_s(FEW)])
    peaks = {}
    for count in (FEW, 2 * FEW):
        tracemalloc.start()
        render(_of_size(shipped, count), environment)
        peaks[count] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    growth = peaks[2 * FEW] / peaks[FEW]
    print(
        f"\n{MANY} services: {took:.1f} s, {many:.1f} s of the processor, x{many / few:.1f} of {FEW} services "
        f"({few:.2f} s); memory x{growth:.2f} for twice the services, {peaks[2 * FEW] / 2**20:.0f} MB at {2 * FEW}"
    )

    assert many / few < MOST_TIMES
    assert growth < MOST_MEMORY
