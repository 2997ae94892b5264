"""Samples of stacks, as profilers write them: ``outer (file.py);inner (file.py) 17``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from vitals.errors import VitalsError

Stack = tuple[str, ...]
_WAITS = re.compile(
    r"(^|\.)(select \(selectors\.py|_worker \(concurrent/futures/thread\.py|wait \(threading\.py|get \(queue\.py)"
)
"""Functions in which a thread waits. Profilers leave out threads that the kernel calls asleep; in some containers it
does not say so, and then a service that waits would look busy."""


@dataclass(frozen=True, slots=True)
class TimedFunction:
    """A function and its share of the samples, from 0 to 1.

    Attributes:
        name: The function, with its file.
        own: Share in which it ran itself: what becomes faster when it does.
        total: Share in which it or what it called ran.
    """

    name: str
    own: float
    total: float


@dataclass(frozen=True, slots=True)
class Stacks:
    """Samples of running threads.

    Attributes:
        counts: How often each stack was seen, outermost function first.
    """

    counts: dict[Stack, int]

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return sum(self.counts.values())

    def functions(self) -> list[TimedFunction]:
        """Every function, by its own share and then by its total one."""
        own: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for stack, count in self.counts.items():
            own[stack[-1]] += count
            for name in set(stack):  # a recursive function is on a stack more than once, and ran once
                total[name] += count
        most = max(1, self.samples)
        found = [TimedFunction(name, own[name] / most, count / most) for name, count in total.items()]
        return sorted(found, key=lambda one: (-one.own, -one.total, one.name))


def read_stacks(texts: Iterable[str]) -> Stacks:
    """Read the samples of one or more processes and add them up.

    Threads that wait are left out, and so are samples without a function: those of a thread that runs no Python, as one
    that a library began, or one that begins or ends.

    Args:
        texts: One stack a line, its functions separated by semicolons, then a blank and a count.

    Raises:
        VitalsError: A line is something else.
    """
    counts: Counter[Stack] = Counter()
    for text in texts:
        for line in text.splitlines():
            names, _, count = line.rpartition(" ")
            if not count.isdecimal() or line == count:
                raise VitalsError(f"The profiler wrote {line[:120]!r}, which is not a stack with a count. Report this.")
            stack = tuple(names.split(";"))
            if names and not _WAITS.search(stack[-1]):
                counts[stack] += int(count)
    return Stacks(dict(sorted(counts.items())))
