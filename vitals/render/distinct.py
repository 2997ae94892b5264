"""What tells one alert of ours from another: a name with its labels, and an id.

Two alerts under one name share a runbook, one silence mutes both, and rules that hold back for one hold back for both.
Two alerts under one id have one bound where an environment overrides it.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals.errors import VitalsError
from vitals.kit.alerts.alert import Alert


def require_distinct(alerts: Iterable[Alert]) -> None:
    """Refuse alerts of ours that nothing distinguishes, or that share a name and are of two kinds.

    Raises:
        VitalsError: Naming file and line of both, and the fix.
    """
    by_id: dict[str, Alert] = {}
    by_name: dict[tuple[str, str], Alert] = {}
    made: dict[tuple[str, str, tuple[tuple[str, str], ...]], Alert] = {}
    for alert in alerts:
        same_id = by_id.setdefault(alert.id, alert)
        if same_id.name != alert.name:
            raise VitalsError(
                f"{alert.what}: its id {alert.id!r} is that of {same_id.name} ({same_id.declared}), so a bound that an "
                "environment gives one would be given to both. Nothing was rendered. Give it an id of its own."
            )
        twin = made.setdefault((alert.name, alert.service, tuple(sorted(alert.labels.items()))), alert)
        if twin is not alert:
            raise VitalsError(
                f"{alert.what}: {alert.service} has an alert of this name with the same labels already "
                f"({twin.declared}), so Prometheus could not tell one from the other. Nothing was rendered. List it "
                "once, or give it another name."
            )
        same_name = by_name.setdefault((alert.name, alert.service), alert)
        if same_name.labels.keys() != alert.labels.keys():
            raise VitalsError(
                f"{alert.what}: that is the name of another alert of {alert.service} ({same_name.declared}), so both "
                "would share a runbook and one silence would mute both. Nothing was rendered. Give it another name."
            )
