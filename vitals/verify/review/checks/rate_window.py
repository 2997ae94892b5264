"""A rate needs two samples: in a window that holds one it is empty, and one missed scrape empties a window of two."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import RATES, matchers, name_of, windows
from vitals.verify.review.scope import Scope
from vitals.verify.review.uses import UseRole

_FEWEST = 4
"""Scrapes that a window must hold, so that a rate survives a missed one and is not read off two samples alone."""
_NEEDS = 2


def _find(scope: Scope) -> Iterator[Found]:
    for use in scope.uses:
        if use.node is None or (use.templated and "[$" in use.text.replace(" ", "")):
            continue
        for function, selector, window in windows(use.node):
            if function not in RATES or ":" in name_of(selector):
                continue
            job = next((str(one.value) for one in matchers(selector) if one.name in ("job", "service")), "")
            pace = scope.scrape_s.get(job) or scope.scrape_s.get("")
            if not pace or window.total_seconds() >= _FEWEST * pace:
                continue
            held = window.total_seconds() / pace
            empty = held < _NEEDS
            yield Found(
                use.at,
                f"{function}({name_of(selector)}[{window.total_seconds():g}s]) holds {held:.1f} scrapes of {pace:g} s: "
                + ("it has no value" if empty else "it loses its value with one missed scrape")
                + f"{', and the alert is silent' if use.role is UseRole.ALERT else ''}.",
                f"Widen the window to {_FEWEST * pace:g}s, or scrape more often.",
                Gravity.ERROR if empty else None,
            )


RATE_WINDOW = ReviewCheck("rate-window", "windows that hold too few scrapes", Gravity.WARNING, _find)
