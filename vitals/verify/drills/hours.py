"""Whether a notification would leave at this hour: of what is muted it cannot be proved that it arrives."""

from datetime import datetime

from vitals.model.conventions import SERVICE
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import NotPossibleHereError
from vitals.verify.drills.stack_client import StackClient
from vitals.verify.routing import answer_as_read, chosen_alerts


def require_sent(drill: Drill, stack: StackClient, at: datetime | None = None) -> None:
    """Refuse a drill whose notification is held back by the hour, before anything is injected.

    Args:
        drill: The drill.
        stack: The running stack.
        at: The moment; now if None.

    Raises:
        NotPossibleHereError: No receiver of the alert is notified then; the message names the hours.
    """
    if drill.alert is None or drill.expected == "alarm":
        return
    labels = chosen_alerts(stack.model.alerts, drill.alert, {SERVICE: drill.service})[0]
    routed = answer_as_read(stack.routing, labels, (), at)
    if not any(one.sent for one in routed.notified):
        reasons = "; ".join(dict.fromkeys(one.reason for one in routed.notified if one.reason))
        raise NotPossibleHereError(
            f"no receiver of {drill.alert} is notified at this hour, {reasons}: {'; '.join(routed.muted)}"
        )
