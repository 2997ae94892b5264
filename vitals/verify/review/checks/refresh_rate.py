"""A dashboard that reloads faster than data are scraped multiplies its queries and shows nothing new."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.rules import seconds
from vitals.verify.review.scope import Scope

_LEAST_S = 5.0
"""Seconds; targets are hardly ever scraped more often than that."""


def _find(scope: Scope) -> Iterator[Found]:
    fastest = min((one for one in scope.scrape_s.values() if one), default=_LEAST_S)
    for dashboard in scope.dashboards:
        refresh = seconds(dashboard.content.get("refresh"))
        if refresh and refresh < fastest:
            yield Found(
                dashboard.at.inside("refresh"),
                f"It reloads every {refresh:g} s, and data come every {fastest:g} s: each viewer asks Prometheus the "
                "same again.",
                f"Set refresh to {fastest:g}s or longer.",
            )


REFRESH_RATE = ReviewCheck("refresh-rate", "dashboards that reload faster than data come", Gravity.WARNING, _find)
