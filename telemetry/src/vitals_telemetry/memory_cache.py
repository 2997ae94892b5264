"""The hook for caches in the process's own memory: anything that behaves like a dictionary.

A ``dict``, or one of the caches of ``cachetools`` with their own eviction, is wrapped; a look-up of a key is a fetch.
Asking whether a key is there, iterating and storing are not counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

from vitals_telemetry.cache import CacheTelemetry

_K = TypeVar("_K")
_V = TypeVar("_V")


def shallow_size(key: object, value: object) -> int:
    """Return the bytes of a key and a value themselves, without what they refer to."""
    return sys.getsizeof(key) + sys.getsizeof(value)


class WatchedMapping(MutableMapping[_K, _V]):
    """A dictionary-like cache that reports its look-ups and its size.

    Args:
        cache: The cache that does the work; it can be used beside this one.
        telemetry: Where to report.
        size_of: Bytes of one entry. It is asked for every entry at each scrape, so it should be quick.

    Raises:
        TelemetryError: The size of a cache of this name is measured already.
    """

    def __init__(
        self,
        cache: MutableMapping[_K, _V],
        telemetry: CacheTelemetry,
        size_of: Callable[[_K, _V], int] = shallow_size,
    ) -> None:
        self._cache = cache
        self._telemetry = telemetry
        telemetry.measure_size(lambda: _bytes(cache, size_of), lambda: len(cache))

    def __getitem__(self, key: _K) -> _V:
        started = time.perf_counter()
        try:
            value = self._cache[key]
        except KeyError:
            self._telemetry.count_fetch(0, 1, time.perf_counter() - started)
            raise
        self._telemetry.count_fetch(1, 0, time.perf_counter() - started)
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._cache

    def __setitem__(self, key: _K, value: _V) -> None:
        self._cache[key] = value

    def __delitem__(self, key: _K) -> None:
        del self._cache[key]

    def __iter__(self) -> Iterator[_K]:
        return iter(self._cache)

    def __len__(self) -> int:
        return len(self._cache)


def _bytes(cache: MutableMapping[_K, _V], size_of: Callable[[_K, _V], int]) -> float | None:
    try:
        entries = list(cache.items())
    except (KeyError, RuntimeError):  # another thread stored or evicted something meanwhile
        return None
    return sum(size_of(key, value) for key, value in entries)
