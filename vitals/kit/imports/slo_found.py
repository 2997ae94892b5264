"""Objectives of other tools in one form, what is said of them, and how a field of a spec is read.

One objective that cannot be read costs no other, and a part that has no place here is named as left out: a spec that
comes in halves without a word is worse than one that is refused.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.rule_source import reason_of

_LONGEST_NUMBER = 30
"""Characters of a percentage: more of them promise nothing that could be kept, and 1e999999 is a megabyte of zeros."""
_UNITS = {"m": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "M": 30.0, "Q": 90.0, "Y": 365.0}


@dataclass(frozen=True, slots=True, eq=False)
class SourceObjective:
    """One objective of another tool; a query that it does not have is empty.

    Attributes:
        name: Its name there.
        service: Whose it is; empty where the tool does not say.
        where: File and line.
        percent: The objective as a percentage, such as ``99.9``.
        description: Its description.
        total: The query of all events.
        bad: The query of bad events.
        good: The query of good events.
        ratio: The query of the share of bad events.
        good_ratio: The query of the share of good events.
        days: The window of its budget in days; 0 where it is not said.
        owner: Who owns it, as far as it says so.
    """

    name: str
    service: str
    where: str
    percent: str
    description: str = ""
    total: str = ""
    bad: str = ""
    good: str = ""
    ratio: str = ""
    good_ratio: str = ""
    days: float = 0.0
    owner: str = ""

    @property
    def what(self) -> str:
        """The objective in words."""
        return f"objective {self.name}"


@dataclass(slots=True)
class SloSource:
    """What a file holds: objectives, what of them has no place here, and what in it is none that can be read."""

    objectives: list[SourceObjective] = field(default_factory=list)
    changed: list[ImportNote] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)

    @contextlib.contextmanager
    def naming(self, entry: Located, what: str = "") -> Iterator[None]:
        """Name what cannot be read, and go on with the next."""
        try:
            yield
        except VitalsError as error:
            self.left.append(ImportNote(entry.where, what or _called(entry), reason_of(error, entry.where)))

    def leave_out(self, of: SourceObjective, parts: Mapping[str, str], given: Mapping[str, Located]) -> None:
        """Name each part that is given and has no place here.

        Args:
            of: The objective.
            parts: Why, by the name of the part.
            given: What the objective has.
        """
        for reason in dict.fromkeys(parts.values()):
            names = [name for name, why in parts.items() if why == reason and name in given]
            if names := [name for name in names if not given[name].is_nothing]:
                self.changed.append(ImportNote(of.where, of.what, f"left out is its {' and '.join(names)}: {reason}"))


def inside(fields: Mapping[str, Located], *path: str) -> dict[str, Located]:
    """The fields of a map inside others; none where one of them is not there.

    Raises:
        VitalsError: Something on the way is not a map.
    """
    found = dict(fields)
    for key in path:
        found = found[key].fields(repr(key)) if key in found else {}
    return found


def text_in(fields: Mapping[str, Located], *names: str) -> str:
    """The first of some fields that is given, as a text; empty where none is.

    Raises:
        VitalsError: It is a list or a map.
    """
    return next((fields[name].text(name, within="an objective").strip() for name in names if name in fields), "")


def percent_in(fields: Mapping[str, Located], name: str, *, share: bool = False) -> str:
    """A percentage, written out.

    Args:
        fields: The fields of the objective.
        name: The field.
        share: Whether one is all, and not a hundred.

    Raises:
        VitalsError: It is not there, or not a number.
    """
    written = text_in(fields, name)
    if not written:
        raise VitalsError(f"it has no {name}, so nothing says what it promises")
    try:
        number = Decimal(written) * (100 if share else 1)
    except InvalidOperation:
        raise VitalsError(f"its {name} {written!r} is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER or len(written) > _LONGEST_NUMBER:
        raise VitalsError(f"its {name} {written[:_LONGEST_NUMBER]!r} is not a percentage that can be kept")
    return f"{number.normalize():f}"


def days_of(text: str) -> float:
    """The days of a window such as ``4w`` or ``30 days``; 0 for what is not one."""
    found = re.fullmatch(r"(\d{1,6})\s*([mhdwMQY])(?:ay|eek|our)?s?", text)
    return int(found[1]) * _UNITS[found[2]] if found else 0.0


def _called(entry: Located) -> str:
    """An entry by its name, as far as it has one."""
    try:
        fields = entry.mapping()
        name = text_in(fields, "name") or text_in(inside(fields, "metadata"), "name")
    except VitalsError:
        name = ""
    return f"objective {name}" if name else "an objective"
