"""What the oracle said before of the same samples: asking it about every scenario is a minute of a processor.

Several tests ask about all of them, in each process of a run, and so does the program that writes scenarios for a
mutation run. An answer is kept under the hash of everything that it depends on: the oracle's sources, the files of
``tests/alerts`` that say what is promised of the alerts, the samples and the times. So an old answer is never wrong,
only unused, and deleting the file costs nothing but time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.mutation.result_cache import ResultCache, key
from tests.oracle import specs
from tests.oracle.declared import HOMES, Alert
from vitals.paths import STATE
from vitals.verify import oracle
from vitals.verify.oracle.conditions import Firing, Statement

KEPT = STATE / "oracle" / "expected.sqlite"


def expected_once(
    series: Mapping[str, Sequence[str]],
    alerts: Sequence[Alert],
    *,
    step: int,
    pace: int,
    lasts: int,
    said: Mapping[Alert, Statement] = specs.SPECS,
    kept: Path = KEPT,
    ask_oracle: Callable[..., Mapping[Alert, Firing]] = specs.expected_firing,
) -> dict[Alert, Firing]:
    """When each alert fires over the samples of a run, asked once of all processes and runs.

    Args:
        series: Tokens of promtool's notation by series.
        alerts: Ids and services of the alerts.
        step: Seconds between two tokens.
        pace: Seconds between two evaluations, from the first second on.
        lasts: Seconds to the last evaluation.
        said: What is said of them.
        kept: Where answers are kept.
        ask_oracle: The oracle.
    """
    # The order of series is by chance and says nothing.
    statements = [] if said is specs.SPECS else [repr(said[alert]) for alert in alerts]
    known_as = key(sources(alerts), sorted(series.items()), list(alerts), step, pace, lasts, *statements)
    memory = _memory(kept)
    known = memory.get(known_as)
    if known is None:
        found = ask_oracle(series, alerts, step=step, pace=pace, lasts=lasts, specs=said)
        known = json.dumps([[*alert, [[group, spans] for group, spans in of.items()]] for alert, of in found.items()])
        memory.put(known_as, known)
    return {
        (alert, service): {tuple(group): [(first, last) for first, last in spans] for group, spans in of}
        for alert, service, of in json.loads(known)
    }


@cache
def _memory(file: Path) -> ResultCache:
    return ResultCache(file)


def sources(alerts: Sequence[Alert]) -> Mapping[str, str]:
    """The oracle and what is promised of some alerts, text by file: it reads nothing else but the standard library."""
    homes = {HOMES[alert] for alert in alerts if alert in HOMES}
    return {**_oracle(), **{home.name: _text(home) for home in sorted(homes)}}


@cache
def _oracle() -> Mapping[str, str]:
    folders = Path(oracle.__file__).parent, Path(specs.__file__).parent
    files = (file for folder in folders for file in sorted(folder.glob("*.py")))
    return {f"{file.parent.parent.name}/{file.parent.name}/{file.name}": _text(file) for file in files}


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
