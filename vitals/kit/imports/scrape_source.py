"""What a scrape shows: the series that exist, how they behave and which labels they have, without any value."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vitals.errors import VitalsError
from vitals.kit.imports.note import ImportNote
from vitals.model.conventions import HISTOGRAM_PARTS
from vitals.model.metrics import TARGET_LABELS
from vitals.model.promql import Series, SeriesType

_SAMPLE = re.compile(r"^(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(?P<labels>.*)\})?\s+(?:[-+.\d]|NaN|[-+]?Inf)")
_LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"(?:[^"\\]|\\.)*"')
_TYPE = re.compile(r"^#\s*TYPE\s+(\S+)\s+(\w+)")
_SHOWN = 60
"""Characters of a line in a report: its name and first labels."""
_OF_FAMILY = (*HISTOGRAM_PARTS, "_total", "_created", "_info", "_gsum", "_gcount")
"""What the name of a series may have behind the name of its family."""


def series_of_scrapes(texts: Iterable[tuple[str, str]]) -> dict[str, Series]:
    """The series of some scrapes together, by name.

    Args:
        texts: Each with where it is from.

    Raises:
        VitalsError: One of them is not a scrape.
    """
    kinds: dict[str, SeriesType] = {}
    labels: dict[str, set[str]] = {}
    for where, text in texts:
        types: dict[str, str] = {}
        samples = 0
        for line in _lines(text):
            if typed := _TYPE.match(line):
                types[typed[1]] = typed[2]
            elif sample := _SAMPLE.match(line):
                samples += 1
                name = sample["name"]
                kind = _kind(name, types)
                if kinds.get(name) in (None, SeriesType.UNKNOWN):
                    kinds[name] = kind
                labels.setdefault(name, set()).update(map(_stored, _LABEL.findall(sample["labels"] or "")))
        if not samples:
            raise VitalsError(
                f"{where} is not a scrape: no line of it is a sample in Prometheus' text format. Nothing was written. "
                "Give what `curl http://HOST:PORT/metrics` returns, or that address."
            )
    return {
        name: Series(name, kind, {label: frozenset[str]() for label in (*sorted(labels[name]), *TARGET_LABELS)})
        for name, kind in sorted(kinds.items())
    }


def unread_lines(texts: Iterable[tuple[str, str]]) -> list[ImportNote]:
    """The lines of scrapes that are not a sample that is known here, each with its place and why."""
    return [
        ImportNote(f"{where}:{number}", f"line {line[:_SHOWN]!r}", _why_unread(line))
        for where, text in texts
        for number, line in enumerate(_lines(text), start=1)
        if line and not line.startswith("#") and not _SAMPLE.match(line)
    ]


def _lines(text: str) -> list[str]:
    """The lines of a scrape, without the blanks around them; a line ends at a line feed and nowhere else."""
    return [line.strip(" \t\r\ufeff") for line in text.split("\n")]


def _why_unread(line: str) -> str:
    if line.startswith("{"):
        return "a name in quotes is not known here; let the program write names of letters, digits, '_' and ':'"
    return 'it is not a sample in Prometheus\' text format, which is NAME{LABEL="VALUE"} NUMBER'


def _stored(label: str) -> str:
    """A label as it is stored: what the target itself is called goes before what it says of itself."""
    return f"exported_{label}" if label in TARGET_LABELS else label


def _kind(name: str, types: dict[str, str]) -> SeriesType:
    family = next((one for one in (name, *_families(name)) if one in types), "")
    kind, suffix = types.get(family, ""), name.removeprefix(family)
    if kind == "counter":
        return SeriesType.GAUGE if suffix == "_created" else SeriesType.COUNTER
    if kind in ("histogram", "summary"):
        return SeriesType.COUNTER if suffix in HISTOGRAM_PARTS else SeriesType.GAUGE
    if kind in ("gauge", "gaugehistogram", "info", "stateset"):
        return SeriesType.GAUGE
    return SeriesType.UNKNOWN


def _families(name: str) -> list[str]:
    return [name.removesuffix(suffix) for suffix in _OF_FAMILY if name.endswith(suffix)]
