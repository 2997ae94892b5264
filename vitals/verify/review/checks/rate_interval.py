"""A rate over the step of the panel loses what happens between two scrapes; a fixed window skips it when zoomed out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

_STEP = re.compile(r"\b(?:i?rate|increase)\s*\([^()]*\[\s*\$\{?__interval\}?\s*\]")
_FIXED = re.compile(r"\b(?:i?rate|increase)\s*\([^()]*\[\s*\d+(?:ms|[smhd])\s*\]")


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        if use.role is not UseRole.PANEL:
            continue
        if _STEP.search(use.text):
            yield Found(
                use.at,
                "Its window is $__interval: zoomed in, that is shorter than two scrapes and the panel is empty; zoomed "
                "out it skips increases between two steps.",
                "Write $__rate_interval, which holds four scrapes at least.",
            )
        elif _FIXED.search(use.text):
            yield Found(
                use.at,
                "Its window is fixed: zoomed out, only a part of the time between two points is looked at, and short "
                "peaks are missed.",
                "Write $__rate_interval, or read a recorded rate.",
                Gravity.NOTE,
            )


RATE_INTERVAL = ReviewCheck("rate-interval", "rates on panels over the wrong window", Gravity.WARNING, _find)
