"""Capacity that was measured: ``measured/<environment>/<service>.toml``, written by ``vitals capacity`` and by no hand.

It holds beside each number what makes it worth believing: its interval, the objective that held at it, and where, when
and with which version it was found. A number without these is worth as much as a guess.
"""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.demand import Demand
from vitals.model.catalog.fields import STRICT, Duration, Share

FOLDER = "measured"
_HEADER = "# Written by `vitals capacity`. Measure again rather than edit.\n"


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write it in one line, without control characters")
    return text


_Text = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_one_line)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


@dataclass(frozen=True, config=STRICT)
class MeasuredCapacity:
    """What one replica bears of one demand while the objective holds.

    Attributes:
        per_replica: Requests per second, tasks that wait, or requests in flight.
        low: Lower end of its interval.
        high: Upper end of its interval.
        confidence: Of the interval, such as ``95%``.
    """

    per_replica: Positive
    low: Positive
    high: Positive
    confidence: Share

    @model_validator(mode="after")
    def _in_its_interval(self) -> MeasuredCapacity:
        if not self.low <= self.per_replica <= self.high:
            raise ValueError(
                f"per_replica {self.per_replica:g} is outside its own interval, {self.low:g} to {self.high:g}, so one "
                "of the three is wrong. Measure again"
            )
        return self


@dataclass(frozen=True, config=STRICT)
class MeasuringTool:
    """What measured, and when: the version of Vitals, the commit of its checkout, and the day."""

    version: _Text
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{7,40}(-dirty)?$")]
    date: datetime.date


@dataclass(frozen=True, config=STRICT)
class MeasuringMachine:
    """Where the service ran: on a laptop or on a cluster, and how many cores a replica could use."""

    kind: Literal["laptop", "cluster"]
    cores: Annotated[int, Field(ge=1)]


@dataclass(frozen=True, config=STRICT)
class MeasuredSlo:
    """What held at the capacity: the share ``objective`` of requests or tasks done ``within`` a time."""

    within: Duration
    objective: Share


@dataclass(frozen=True, config=STRICT)
class Measured:
    """One measurement of one service.

    Attributes:
        run: Id of the run that the numbers come from.
        tool: What measured.
        machine: Where.
        slo: What held.
        capacity: What one replica bears, by demand.
    """

    run: _Text
    tool: MeasuringTool
    machine: MeasuringMachine
    slo: MeasuredSlo
    capacity: Annotated[Mapping[Demand, MeasuredCapacity], Field(min_length=1)]


_READER = TypeAdapter(Measured)


def measured_path(environment: str, service: str) -> str:
    """Where the measurement of a service in an environment stands, below the folder of the catalogue."""
    return f"{FOLDER}/{environment}/{service}.toml"


def read_measured(file: Path) -> Measured:
    """Read a measurement.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not valid TOML, or a field is missing, unknown or impossible; one part for each.
    """
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    try:
        # As JSON, because strict reading takes a table for an object and a text for an enum there only.
        return _READER.validate_json(json.dumps(content, default=str))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        lines = [f"field {'.'.join(map(str, p['loc'])) or 'capacity'}: {p['msg']}" for p in problems]
        raise ValueError("; ".join(lines)) from None


def read_all_measured(folder: Path) -> dict[tuple[str, str], Measured]:
    """Every measurement below the folder of a catalogue, by environment and service.

    Raises:
        OSError: A file cannot be read.
        ValueError: One is wrong; the message begins with its path below the folder.
    """
    found: dict[tuple[str, str], Measured] = {}
    for file in sorted((folder / FOLDER).rglob("*.toml")):
        if file.parent.parent != folder / FOLDER:
            place = measured_path("ENVIRONMENT", "SERVICE")
            raise ValueError(f"{file.relative_to(folder)} stands in no environment; it belongs to {place}")
        try:
            found[file.parent.name, file.stem] = read_measured(file)
        except ValueError as error:
            raise ValueError(f"{file.relative_to(folder)}: {error}") from None
    return found


def measured_text(measured: Measured) -> str:
    """A measurement as the file has it; :func:`read_measured` reads the same from it."""
    parts = [_HEADER, _lines({"run": measured.run})]
    tool, machine, slo = measured.tool, measured.machine, measured.slo
    parts.append(_table("tool", {"version": tool.version, "commit": tool.commit, "date": tool.date}))
    parts.append(_table("machine", {"kind": machine.kind, "cores": machine.cores}))
    parts.append(_table("slo", {"within": slo.within, "objective": slo.objective}))
    for demand, one in sorted(measured.capacity.items()):
        numbers = {"per_replica": one.per_replica, "low": one.low, "high": one.high}
        parts.append(_table(f"capacity.{demand}", {**numbers, "confidence": one.confidence}))
    return "".join(parts)


def _table(name: str, values: Mapping[str, object]) -> str:
    return f"\n[{name}]\n{_lines(values)}"


def _lines(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: object) -> str:
    """TOML writes these as JSON does, except a day, which stands bare."""
    return value.isoformat() if isinstance(value, datetime.date) else json.dumps(value, ensure_ascii=False)
