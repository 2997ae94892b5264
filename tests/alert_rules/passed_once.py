"""Which cases promtool has passed on the very same rules: all of them again are ten minutes of a processor.

An edit of one alert changes the rules of few cases, and only those have anything new to say. A pass is kept under the
hash of everything that it depends on: the program, how it is run, the rules and the case. So an old one is never wrong,
only unused, and deleting the file costs nothing but time. A failure is never kept: it is reported again with promtool's
own words. A machine of CI begins without the file, so it evaluates everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.mutation.result_cache import ResultCache, key
from vitals.paths import STATE

KEPT = STATE / "rules" / "passed.sqlite"
PASSED = "passed"


class Passes:
    """What one program has passed on some rules.

    Args:
        promtool: The program: its path holds the hash of its recipe; one that is replaced in its place has another size
            or another time.
        run_by: The module that runs it.
        rules: Text of the rule file of each group that is loaded.
        kept: Where passes are kept.
    """

    def __init__(self, promtool: Path, run_by: Path, rules: Mapping[str, str], kept: Path = KEPT) -> None:
        program, found = promtool.resolve(), promtool.stat()
        self._on = [str(program), found.st_size, found.st_mtime_ns, run_by.read_text(encoding="utf-8"), dict(rules)]
        self._memory = _memory(kept)

    def has(self, *case: object) -> bool:
        """Whether a case, of which every part can be written as JSON, passed before."""
        return self._memory.get(key(self._on, *case)) == PASSED

    def add(self, *case: object) -> None:
        """Keep that a case has passed."""
        self._memory.put(key(self._on, *case), PASSED)


def in_any_order(part: object) -> object:
    """A part of a case with its lists sorted: series, checks and expected samples come in an order by chance."""
    if isinstance(part, dict):
        return {name: in_any_order(value) for name, value in part.items()}
    if isinstance(part, list):
        return sorted(map(in_any_order, part), key=lambda one: json.dumps(one, sort_keys=True))
    return part


@cache
def _memory(file: Path) -> ResultCache:
    return ResultCache(file)
