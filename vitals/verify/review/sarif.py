"""Defects as SARIF 2.1.0, the form in which code scanning shows them beside the changed lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Defect, Gravity
from vitals.verify.review.suppressions import Suppression

_LEVELS = {Gravity.NOTE: "note", Gravity.WARNING: "warning", Gravity.ERROR: "error"}


def sarif(
    checks: Sequence[ReviewCheck],
    defects: Iterable[Defect],
    accepted: Iterable[tuple[Defect, Suppression]],
    root: Path,
) -> dict[str, Any]:
    """A SARIF log of one run.

    Args:
        checks: Every check that ran.
        defects: What is reported.
        accepted: What is not, with the exceptions.
        root: Paths are written relative to it.
    """
    results = [_result(one, root) for one in defects]
    results += [
        {**_result(defect, root), "suppressions": [{"kind": "external", "justification": exception.reason}]}
        for defect, exception in accepted
    ]
    rules = [
        {
            "id": one.name,
            "shortDescription": {"text": one.summary},
            "helpUri": f"docs/checks/{one.name}.md",
            "defaultConfiguration": {"level": _LEVELS[one.gravity]},
        }
        for one in checks
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "vitals check", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _result(defect: Defect, root: Path) -> dict[str, Any]:
    return {
        "ruleId": defect.check,
        "level": _LEVELS[defect.gravity],
        "message": {"text": f"{defect.what + ': ' if defect.what else ''}{defect.why} {defect.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(defect.file, root)},
                    "region": {"startLine": defect.line},
                }
            }
        ],
    }


def _uri(file: str, root: Path) -> str:
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return quote(path.as_posix()) if not path.is_absolute() else path.as_uri()
