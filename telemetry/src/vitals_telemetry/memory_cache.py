"""The hook for caches in the process's own memory: anything that behaves like a dictionary.

A ``dict``, or one of the caches of ``cachetools`` with their own eviction, is wrapped; a look-up of a key is a fetch.
Asking whether a key is there, iterating and storing are not counted.

A scrape reads the entries of a ``dict`` only. To any other cache a look is a use: it decides what is evicted next, and
a cache that is made for one thread breaks when another one looks at it. So the size of such a cache is noted where
something is stored or missed, which costs a length, and its bytes are those of the mean entry that was stored.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, TypeVar

from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.mistakes import Mistakes

_K = TypeVar("_K")
_V = TypeVar("_V")
_MISTAKES = Mistakes(logging.getLogger(__name__))
_NOTHING = object()
"""What no cache holds."""


def shallow_size(key: object, value: object) -> int:
    """Return the bytes of a key and a value themselves, without what they refer to."""
    return sys.getsizeof(key) + sys.getsizeof(value)


class WatchedMapping(MutableMapping[_K, _V]):
    """A dictionary-like cache that reports its look-ups and its size.

    Args:
        cache: The cache that does the work; it can be used beside this one.
        telemetry: Where to report.
        size_of: Bytes of one entry. Of a ``dict`` it is asked for every entry at each scrape, of any other cache for
            every entry that is stored here, so it should be quick.

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
        self._size_of = size_of
        self._items: int | None = None
        self._stored = self._stored_bytes = 0
        if isinstance(cache, dict):
            telemetry.measure_size(lambda: _bytes(cache, size_of), lambda: len(cache))
        else:
            telemetry.measure_size(self._noted_bytes, lambda: self._items)

    def __getitem__(self, key: _K) -> _V:
        started = time.perf_counter()
        try:
            value = self._cache[key]
        except KeyError:
            self._fetched(started, hit=False)
            raise
        self._fetched(started, hit=True)
        return value

    # The methods below are the cache's own: those that MutableMapping makes of the others would let a defaultdict keep
    # what is only asked for, take the oldest entry for the newest, and count a clear() as a look-up of everything.

    def get(self, key: _K, default: Any = None, /) -> Any:  # noqa: ANN401 - the value or the default
        """Look the key up; see ``dict.get``."""
        started = time.perf_counter()
        value: Any = self._cache.get(key, _NOTHING)
        self._fetched(started, hit=value is not _NOTHING)
        return default if value is _NOTHING else value

    def pop(self, key: _K, /, *default: Any) -> Any:  # noqa: ANN401
        """Look the key up and remove it; see ``dict.pop``."""
        started = time.perf_counter()
        value: Any = self._cache.pop(key, _NOTHING)
        self._fetched(started, hit=value is not _NOTHING)
        self._note()
        if value is not _NOTHING:
            return value
        if default:
            return default[0]
        raise KeyError(key)

    def setdefault(self, key: _K, default: Any = None, /) -> Any:  # noqa: ANN401
        """Look the key up and store the default where it is not there; see ``dict.setdefault``."""
        started = time.perf_counter()
        hit = key in self._cache
        value: Any = self._cache.setdefault(key, default)
        self._fetched(started, hit=hit)
        if not hit:
            self._note(key, value)
        return value

    def popitem(self) -> tuple[_K, _V]:
        """Remove the entry that the cache would; see ``dict.popitem``. Not counted."""
        entry = self._cache.popitem()
        self._note()
        return entry

    def clear(self) -> None:
        """Remove everything. Not counted."""
        self._cache.clear()
        self._note()

    def __contains__(self, key: object) -> bool:
        return key in self._cache

    def __setitem__(self, key: _K, value: _V) -> None:
        self._cache[key] = value
        self._note(key, value)

    def __delitem__(self, key: _K) -> None:
        del self._cache[key]
        self._note()

    def __iter__(self) -> Iterator[_K]:
        return iter(self._cache)

    def __len__(self) -> int:
        return len(self._cache)

    def _fetched(self, started: float, *, hit: bool) -> None:
        self._telemetry.count_fetch(int(hit), int(not hit), time.perf_counter() - started)
        if not hit:
            self._note()

    def _note(self, *stored: Any) -> None:  # noqa: ANN401 - a key and a value, or nothing
        """Note the size of a cache that no scrape may look at."""
        if isinstance(self._cache, dict):
            return
        try:
            if stored:
                self._stored_bytes += int(self._size_of(*stored))
                self._stored += 1
            self._items = len(self._cache)
        except Exception:
            _MISTAKES.note("the size of a cache in memory is not known")

    def _noted_bytes(self) -> float | None:
        items, stored = self._items, self._stored
        return None if items is None or not stored else items * self._stored_bytes / stored


def _bytes(cache: dict[Any, Any], size_of: Callable[[Any, Any], int]) -> float | None:
    try:
        entries = list(dict.items(cache))  # a class of the service's own may count what is looked up
    except RuntimeError:  # another thread stored or evicted something meanwhile
        return None
    return sum(size_of(key, value) for key, value in entries)
