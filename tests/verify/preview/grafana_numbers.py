"""Numbers of every unit with their texts, as Grafana's own package wrote them; recorded for tests without node.

``python -m tests.verify.preview.grafana_numbers`` records them anew.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import asdict, dataclass

from vitals.local.pictures.grafana_install import installed, node_program
from vitals.paths import ROOT

RECORDED = ROOT / "tests" / "local" / "draw" / "grafana_numbers.tsv"
VALUES = (
    *(0, 1, 7, 90, 999, 1000, 1024, 12000, 98765.4321, 2.5e9, 7.5e14),
    *(1e-9, 4.2e-7, 0.0001, 0.00744, 0.25, 0.5, 0.99942, 0.9997, 1.5, 59.99, 3601.5, 200000, 3e7, 6.4e7),
    *(-0.25, -12000, -1.5),
)
"""Both sides of each magnitude of times, bytes and counts, whole and not."""
_LAST_DATE_MS = 253_402_300_799_000
"""The end of the year 9999, after which dates have no name here."""
TODAY = frozenset(
    {
        *("dateTimeAsIsoNoDateIfToday", "dateTimeAsUSNoDateIfToday", "dateTimeAsLocalNoDateIfToday"),
        *("dateTimeAsLocal", "dateTimeFromNow"),
    }
)
"""Units whose text is another one tomorrow, or in another country."""


@dataclass(frozen=True)
class WrittenNumber:
    """What is written: a value of a unit, the panel's decimals, and the decimals of the step of an axis."""

    unit: str
    value: float
    decimals: int | None = None
    step: int | None = None


def every(units: list[str]) -> list[WrittenNumber]:
    """Every value in every unit; as it is, with decimals, and on an axis."""
    more = ((None, None), (0, None), (2, None), (None, 1), (None, 3))
    return [
        WrittenNumber(unit, value, *each)
        for unit in units
        for value in VALUES
        for each in more
        if not (unit.startswith(("dateTime", "clock")) and value > _LAST_DATE_MS)
        if not (unit.startswith("hex") and value % 1)
    ]


def by_grafana(numbers: list[WrittenNumber]) -> tuple[list[str], list[str]]:
    """The ids of all units that Grafana offers, and the texts of numbers."""
    folder = asyncio.run(installed(print))
    asked = json.dumps({"numbers": [asdict(one) for one in numbers]})
    done = subprocess.run(
        [node_program(), "built/formats.mjs"], cwd=folder, input=asked, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    return found["units"], found["texts"]


def recorded() -> list[tuple[WrittenNumber, str]]:
    """What is recorded: a few values of each unit."""
    rows = [line.split("\t") for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    return [
        (WrittenNumber(unit, float(value), int(decimals) if decimals else None, int(step) if step else None), text)
        for unit, value, decimals, step, text in rows
    ]


def record() -> None:
    """Ask Grafana's package and write the table."""
    units, _ = by_grafana([])
    known = sorted(set(units) - TODAY)
    forms = ((None, None), (None, None), (2, None), (None, 3))
    few = [
        WrittenNumber(unit, value, *form)
        for number, unit in enumerate(known)
        for value, form in zip((VALUES[number % len(VALUES)], 98765.4321, 0.25, 0.9997), forms, strict=True)
    ]
    _, texts = by_grafana(few)
    rows = ["\t".join((*_columns(one), text)) for one, text in zip(few, texts, strict=True)]
    RECORDED.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _columns(one: WrittenNumber) -> list[str]:
    return [one.unit, repr(float(one.value)), *("" if each is None else str(each) for each in (one.decimals, one.step))]


if __name__ == "__main__":
    record()
