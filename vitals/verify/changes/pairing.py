"""Which of two revisions' things are one and the same, where several are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TypeVar

Thing = TypeVar("Thing")
Key = tuple[str, ...]


def paired(
    before: Mapping[Key, Sequence[Thing]], after: Mapping[Key, Sequence[Thing]], equal: Callable[[Thing, Thing], bool]
) -> Iterator[tuple[Key, Thing | None, Thing | None]]:
    """Each thing of both sides with its counterpart; of several alike, equal ones first, then in their order.

    Args:
        before: Things by what distinguishes them.
        after: The same of the other side.
        equal: Whether one did not change.
    """
    for key in sorted({*before, *after}):
        ones, others = list(before.get(key, ())), list(after.get(key, ()))
        for one in list(ones):
            at = next((index for index, other in enumerate(others) if equal(one, other)), None)
            if at is not None:
                ones.remove(one)
                yield key, one, others.pop(at)
        for old, new in zip_longest(ones, others):
            yield key, old, new
