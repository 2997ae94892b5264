"""Two dashboards of one uid replace each other, and bookmarks and alert links of one without a uid break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_LONGEST = 40
"""Characters that Grafana takes in a uid."""


def _find(scope: Scope) -> Iterator[Found]:
    files = defaultdict(list)
    for dashboard in scope.dashboards:
        files[dashboard.uid].append(dashboard)
        if len(dashboard.uid) > _LONGEST:
            yield Found(
                dashboard.at.inside("uid"),
                f"Its uid has {len(dashboard.uid)} characters and Grafana takes {_LONGEST}, so it is not loaded.",
                "Give it a shorter uid.",
            )
        elif not dashboard.uid:
            yield Found(
                dashboard.at,
                "It has no uid: Grafana makes one up in each place, so bookmarks and links of alerts break.",
                "Give it a uid of its own.",
                Gravity.NOTE,
            )
    for uid, several in files.items():
        for dashboard in several[1:] if uid else ():
            yield Found(
                dashboard.at.inside("uid"),
                f"{several[0].document.file} has the uid {uid!r} as well: whichever is loaded last replaces the other.",
                "Give one of them another uid.",
            )


DASHBOARD_IDENTITY = ReviewCheck(
    "dashboard-identity", "dashboards whose uid is missing, too long or taken", Gravity.ERROR, _find
)
