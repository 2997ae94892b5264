"""Problems that a change brings: what `vitals check` finds at the head and did not find at the base.

The base is judged only where the head has a problem at all, and only by the checks that found one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from vitals.rendered import names
from vitals.verify.changes.state import documents_of
from vitals.verify.report.sides import ReportedEnvironment, ReportSide
from vitals.verify.review import CHECKS, Defect, Gravity, ReviewCheck
from vitals.verify.review.scope import Scope
from vitals.verify.review.suppressions import NAME, suppressions_in


@dataclass(frozen=True)
class NewProblem:
    """A problem with the environments in which it is new."""

    defect: Defect
    environments: tuple[str, ...]


def new_problems(
    environments: Sequence[ReportedEnvironment], exceptions: str, today: date
) -> tuple[list[NewProblem], int]:
    """Warnings and errors that the base does not have, the worst first, and how many are accepted.

    Args:
        environments: Those that differ.
        exceptions: The file of suppressions at the head; empty where there is none.
        today: The day by which suppressions end.

    Raises:
        VitalsError: The suppressions cannot be read.
    """
    suppressions = suppressions_in(exceptions, Path(NAME), [one.name for one in CHECKS], today)
    where: dict[Defect, list[str]] = defaultdict(list)
    accepted = 0
    for one in environments:
        found = _defects(one.after, CHECKS)
        if not found:
            continue
        finders = {defect.check for defect in found}
        known = {_same(defect) for defect in _defects(one.before, [check for check in CHECKS if check.name in finders])}
        for defect in found:
            if _same(defect) in known:
                continue
            if any(each.covers(defect) and each.until >= today for each in suppressions):
                accepted += 1
            else:
                where[_without_environment(defect, one.name)].append(one.name)
    ranked = sorted(where, key=lambda each: (-each.gravity, each.check, each.file, each.line, each.what, each.why))
    return [NewProblem(each, tuple(where[each])) for each in ranked], accepted


def _defects(side: ReportSide | None, checks: Sequence[ReviewCheck]) -> set[Defect]:
    if side is None:
        return set()
    documents = [
        document
        for file, text in sorted(side.files.items())
        if file != names.MODEL
        for document in documents_of(f"rendered/{side.name}/{file}", text)
    ]
    scope = Scope(documents, side.model)
    return {defect for check in checks for defect in check.defects(scope, least=Gravity.WARNING)}


def _same(defect: Defect) -> tuple[str, str, str, str]:
    """What makes two problems one: not the line, which moves with every change above it."""
    return defect.check, defect.file, defect.what, defect.why


def _without_environment(defect: Defect, environment: str) -> Defect:
    return replace(defect, file=defect.file.removeprefix(f"rendered/{environment}/"))
