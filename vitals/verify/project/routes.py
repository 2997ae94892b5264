"""Routes as Alertmanager takes them: amtool accepts the configuration, and every alert reaches its team's channels."""

from __future__ import annotations

import tempfile
from pathlib import Path

from vitals.errors import VitalsError
from vitals.model.conventions import Severity
from vitals.rendered import names, read
from vitals.rendered.placeholders import CHANNELS_URL, PAGERDUTY_URL, PORTAL_URL, SECRETS_DIR, SMTP_ADDRESS, fill
from vitals.verify.project.programs import complaint, program
from vitals.verify.routing import answer

_FILLED = {
    CHANNELS_URL: "http://127.0.0.1:1",
    PAGERDUTY_URL: "http://127.0.0.1:1",
    PORTAL_URL: "http://127.0.0.1:1",
    SECRETS_DIR: "/etc/alertmanager/secrets",
    SMTP_ADDRESS: "127.0.0.1:1",
}
"""Addresses in the place of those that a run fills in; nothing is ever sent there."""
_DEADMAN = "webhook"
"""How the heartbeat of the Watchdog leaves: to a switch, and over no channel of a team."""


def check(folder: Path) -> None:
    """Hold the routes of an environment to amtool.

    Raises:
        VitalsError: amtool refuses the configuration, or an alert reaches other channels than its owner's.
    """
    found = read(folder)
    with tempfile.TemporaryDirectory(prefix="vitals-routes-") as place:
        file = Path(place, names.ALERTMANAGER)
        file.write_bytes(fill(found.alertmanager.encode(), _FILLED))
        if said := complaint("amtool", "check-config", files=[file]):
            raise VitalsError(f"amtool refuses {folder / names.ALERTMANAGER}:\n{said}")
    config = found.parsed(names.ALERTMANAGER)
    by_route = {(one.name, one.severity, one.owner): one for one in found.model.alerts}
    if not by_route:
        raise VitalsError(f"{folder} has no alert, so no team would ever be notified. Run `vitals render`.")
    for one in by_route.values():
        said_by = answer(program("amtool"), config, one.all_labels, found.model.alerts)
        reached = {channel.split()[0] for channel in said_by.channels}
        wanted = {*one.channels, *one.later}
        if one.severity == Severity.NONE:
            reached -= {_DEADMAN}
        if reached != wanted:
            raise VitalsError(
                f"{folder.name}: {one.name} of {one.owner or 'no team'} reaches "
                f"{', '.join(sorted(reached)) or 'no channel'} and must reach "
                f"{', '.join(sorted(wanted)) or 'no channel'}. Run `vitals render`; if it stays so, this is "
                "a defect of Vitals."
            )
