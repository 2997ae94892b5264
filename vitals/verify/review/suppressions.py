"""Defects that are accepted for a while: each with a reason and a date after which it is reported again.

A suppression without an end outlives its reason. So each names a day, at most a year ahead, and one that is over or
that nothing needs is reported as a defect of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.verify.review.defect import Defect, Gravity

NAME = "check-suppressions.toml"
_FIELDS = {"check", "file", "what", "reason", "until"}
_LONGEST = timedelta(days=366)
"""A year, leap years included: who accepts something for longer has changed the rule and not made an exception."""
_SHORTEST_REASON = 15
"""Characters: fewer hold a word such as "noise", which the next reader cannot weigh."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One exception.

    Attributes:
        check: Name of the check.
        file: Pattern of the files, such as ``*/vitals-api.json``.
        what: Pattern of the place in words, such as ``panel "Requests"``.
        reason: Why it is accepted.
        until: The last day on which it holds.
        line: Where it stands.
    """

    check: str
    file: str
    what: str
    reason: str
    until: date
    line: int

    def covers(self, defect: Defect) -> bool:
        """Whether it is about a defect."""
        return (
            defect.check == self.check and fnmatchcase(defect.file, self.file) and fnmatchcase(defect.what, self.what)
        )


def read_suppressions(path: Path, checks: Iterable[str], today: date) -> list[Suppression]:
    """Read a file of exceptions.

    Raises:
        VitalsError: It cannot be read, or an entry names no check, reason or date.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return suppressions_in(text, path, checks, today)


def suppressions_in(text: str, path: Path, checks: Iterable[str], today: date) -> list[Suppression]:
    """Read exceptions that are there as text, such as those of another revision.

    Args:
        text: The content of the file.
        path: Its name, for messages; it is not opened.
        checks: The names that there are.
        today: An exception ends at most a year after it.

    Raises:
        VitalsError: It is not valid TOML, or an entry names no check, reason or date.
    """
    try:
        content = tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(path, error) from error
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[suppress]]"]
    entries = content.get("suppress", [])
    if set(content) - {"suppress"} or not isinstance(entries, list):
        raise VitalsError(f"{path} may hold nothing but tables [[suppress]]; it has {', '.join(sorted(content))}.")
    names = set(checks)
    lines = starts if len(starts) == len(entries) else [1] * len(entries)
    return [_one(path, line, entry, names, today) for line, entry in zip(lines, entries, strict=True)]


def _unreadable(path: Path, error: Exception) -> VitalsError:
    return VitalsError(f"{path} cannot be read ({error}), so no check was run. Correct or remove it.")


def _one(path: Path, line: int, entry: Any, names: set[str], today: date) -> Suppression:  # noqa: ANN401 - as written
    where = f"{path}:{line}"
    if not isinstance(entry, dict):
        raise VitalsError(f"{where}: suppress holds {entry!r} and not a table [[suppress]]. No check was run.")
    if set(entry) != _FIELDS:
        missing, unknown = sorted(_FIELDS - set(entry)), sorted(set(entry) - _FIELDS)
        said = "; ".join(
            f"{word} {', '.join(keys)}" for word, keys in (("it lacks", missing), ("unknown is", unknown)) if keys
        )
        raise VitalsError(f"{where}: a suppression has check, file, what, reason and until; {said}. No check was run.")
    if wrong := [key for key in sorted(_FIELDS - {"until"}) if not isinstance(entry[key], str)]:
        raise VitalsError(f"{where}: {', '.join(wrong)} must be text in quotes. No check was run.")
    if entry["check"] not in names:
        raise VitalsError(f"{where}: there is no check {entry['check']!r}. `vitals check --list` names them.")
    if len(entry["reason"].strip()) < _SHORTEST_REASON:
        raise VitalsError(
            f"{where}: the reason {entry['reason']!r} is too short to be weighed; say why it is accepted."
        )
    until = entry["until"]
    if type(until) is not date or until > today + _LONGEST:
        raise VitalsError(
            f"{where}: until is {until!r}; write a day at most a year ahead, without quotes, such as "
            f"{today + timedelta(days=90)}. After it the defect is reported again."
        )
    return Suppression(entry["check"], entry["file"], entry["what"], entry["reason"].strip(), until, line)


def suppressed(
    defects: Sequence[Defect], suppressions: Sequence[Suppression], file: str, today: date
) -> tuple[list[Defect], list[tuple[Defect, Suppression]]]:
    """What is left to report, and what is accepted with the exception that says so."""
    left: list[Defect] = []
    accepted: list[tuple[Defect, Suppression]] = []
    used: set[Suppression] = set()
    for defect in defects:
        covering = [one for one in suppressions if one.covers(defect)]
        used.update(covering)
        valid = [one for one in covering if one.until >= today]
        if valid:
            accepted.append((defect, valid[0]))
        else:
            left.append(defect)
    left += [
        Defect(
            check="suppression",
            file=file,
            line=one.line,
            gravity=Gravity.NOTE,
            what=f"suppression of {one.check}",
            why="Nothing that was checked needs it, so it would hide the next defect there.",
            fix="Remove it.",
        )
        for one in suppressions
        if one not in used
    ]
    left += [
        Defect(
            check="suppression",
            file=file,
            line=one.line,
            gravity=Gravity.WARNING,
            what=f"suppression of {one.check}",
            why=f"It ended on {one.until} ({one.reason}), so what it covers is reported again.",
            fix="Mend what it covers, or give it a new day with a reason that still holds.",
        )
        for one in suppressions
        if one in used and one.until < today
    ]
    return left, accepted
