"""An alert that ends at a receiver without a channel fires, and the page that was meant never comes."""

from __future__ import annotations

from collections.abc import Iterator

from vitals.errors import VitalsError
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for routes in scope.routes:
        for at, route in routes.every_route():
            receiver = str(route.get("receiver") or "")
            if receiver and receiver not in routes.receivers:
                yield Found(
                    at.inside("receiver"),
                    f"The receiver {receiver!r} is not defined, so Alertmanager refuses the whole configuration.",
                    f"Define it; there are {', '.join(sorted(routes.receivers)) or 'none'}.",
                )
        if not any(map(routes.notifies, routes.receivers)):
            yield Found(
                routes.at.inside("receivers"),
                "No receiver has a channel, so no alert notifies anyone.",
                "Give the receivers channels, such as slack_configs.",
            )
            continue
        for alert in scope.alerts:
            labels = {"alertname": alert.alert, **alert.labels}
            try:
                reached = routes.reached(labels)
            except VitalsError as error:
                yield Found(routes.at, f"{error}", "Correct the pattern.")
                break
            silent = [one for one in reached if one.receiver in routes.receivers and not routes.notifies(one.receiver)]
            if reached and len(silent) == len(reached) and alert.severity.lower() not in ("none", ""):
                yield Found(
                    alert.at,
                    f"With severity {alert.severity} it ends at the receiver {silent[0].receiver!r}, which has "
                    "no channel: "
                    "it fires and no notification is sent.",
                    f"Correct its labels, or give the route in {routes.document.file} a receiver with a channel.",
                )


UNROUTED_ALERT = ReviewCheck("unrouted-alert", "alerts and routes that reach no channel", Gravity.ERROR, _find)
