"""Everything that a job exposes, as it was read from real scrapes: ``exposed/<job>.toml`` of a catalogue.

The contract of an exporter has what our own rules read. Rules and dashboards of others read more, and what is not known
to exist is refused. These files say what exists; they are written by ``vitals import metrics`` and by no hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from vitals.errors import VitalsError
from vitals.model.metrics.vocabulary import TARGET_LABELS
from vitals.model.promql import Series, SeriesType

FOLDER = "exposed"
_Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
_Label = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]


class _Exposed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["counter", "gauge", "unknown"]
    labels: tuple[_Label, ...] = ()


_FILE = TypeAdapter(dict[_Name, _Exposed])


def read_exposed(folder: Path) -> dict[str, tuple[Series, ...]]:
    """Read every file of a catalogue's folder.

    Returns:
        The series of each job, by its name.

    Raises:
        OSError: A file cannot be read.
        ValueError: One is not valid TOML, or says what a series cannot be; with the name of the file.
    """
    found = {}
    for file in sorted((folder / FOLDER).glob("*.toml")):
        try:
            content = _FILE.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in problems[:5]]
            raise ValueError(f"{FOLDER}/{file.name}: {'; '.join(lines)}") from None
        except ValueError as error:
            raise ValueError(f"{FOLDER}/{file.name}: {error}") from None
        found[file.stem] = tuple(
            Series(name, SeriesType(one.type), {label: frozenset[str]() for label in (*one.labels, *TARGET_LABELS)})
            for name, one in content.items()
        )
    return found


def written_exposed(series: Iterable[Series], head: str) -> str:
    """The text of such a file: a line for each series, in the order of their names."""
    lines = [f"# {head}", "# Written by `vitals import metrics`; by no hand."]
    for one in sorted(series, key=lambda one: one.name):
        own = ", ".join(f'"{label}"' for label in sorted(one.labels.keys() - set(TARGET_LABELS)))
        lines.append(f'"{one.name}" = {{ type = "{one.type}", labels = [{own}] }}')
    return "\n".join(lines) + "\n"


def exposing(known: Mapping[str, Series], exposed: Mapping[str, Iterable[Series]]) -> dict[str, Series]:
    """A vocabulary with everything that jobs expose.

    What the contract says of a series goes before what a scrape showed: values of labels, and how it behaves.

    Raises:
        VitalsError: A series is a counter by the contract and a gauge by the scrape, or of two jobs.
    """
    found = dict(known)
    for job, each in exposed.items():
        for series in each:
            ours = found.get(series.name, series)
            kinds = {ours.type, series.type} - {SeriesType.UNKNOWN}
            if len(kinds) > 1:
                raise VitalsError(
                    f"{FOLDER}/{job}.toml: {series.name} is a {series.type}, and a {ours.type} elsewhere, so no rule "
                    "could be right for both. Read the scrape of the version that runs, or take the line out."
                )
            kind = next(iter(kinds), SeriesType.UNKNOWN)
            found[series.name] = replace(ours, type=kind, labels={**series.labels, **ours.labels})
    return found
