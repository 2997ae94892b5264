"""What a check is: one question to a scope, with a name that reports, suppressions and pages use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vitals.verify.review.defect import Defect, Found, Gravity
from vitals.verify.review.scope import Scope


@dataclass(frozen=True, slots=True)
class ReviewCheck:
    """One check.

    Attributes:
        name: How it is named; its page is ``docs/checks/<name>.md``.
        summary: What it finds, as half a sentence.
        gravity: How bad what it finds is.
        find: Yields what is wrong in a scope.
    """

    name: str
    summary: str
    gravity: Gravity
    find: Callable[[Scope], Iterator[Found]]

    def defects(self, scope: Scope, *, least: Gravity = Gravity.NOTE) -> Iterator[Defect]:
        """Everything that it finds and that is at least so grave, with files and lines."""
        for found in self.find(scope):
            if (found.gravity or self.gravity) < least:
                continue  # before its line is looked for, which costs more than finding it
            at = found.at
            yield Defect(
                check=self.name,
                file=at.document.file,
                line=at.document.line(at.path),
                gravity=found.gravity or self.gravity,
                what=at.what,
                why=found.why,
                fix=found.fix,
            )
