"""A file that cannot be read is judged by no other check, so it must not pass in silence."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import At, Found, Gravity
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    judged = {one.file for one in scope.documents if one.kind not in (DocumentKind.UNREADABLE, DocumentKind.OTHER)}
    for document in scope.documents:
        if document.kind is DocumentKind.UNREADABLE:
            yield Found(
                At(_at_line(document)),
                f"This file was not judged: {document.problem}.",
                "Correct it, or leave it out of what is checked.",
                None if document.asked else Gravity.NOTE,
            )
        elif document.kind is DocumentKind.OTHER and document.asked and document.file not in judged:
            yield Found(
                At(document),
                "This file was not judged: it holds no dashboard, rules, routes, scrape configuration or scaler.",
                "Leave it out, or give the file that is loaded in production.",
                Gravity.WARNING,
            )


def _at_line(document: Document) -> Document:
    return Document(document.file, document.kind, None, first_line=document.problem_line)


READABLE = ReviewCheck("readable", "files that cannot be read or judged", Gravity.ERROR, _find)
