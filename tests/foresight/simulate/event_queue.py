"""The queue event by event: requests arrive, wait for the first free worker and are served, one after another."""

from __future__ import annotations

import heapq

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def waiting_times(arrivals: Floats, service: Floats, workers: int) -> Floats:
    """Seconds that each request waits, first come first served."""
    free = [0.0] * workers
    waits = np.empty_like(arrivals)
    for index, (at, takes) in enumerate(zip(arrivals.tolist(), service.tolist(), strict=True)):
        begins = max(at, heapq.heappop(free))
        waits[index] = begins - at
        heapq.heappush(free, begins + takes)
    return waits
