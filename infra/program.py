"""One stack, from its settings to what it shows: what is checked, then what is made, in this order."""

from __future__ import annotations

import pulumi

from vitals.errors import VitalsError

from . import rendered
from .gcp.project import google_cluster
from .kube_context import existing_cluster
from .lock import Lock, everything_from_now_on
from .monitoring import monitoring, read_charts
from .preflight import preflight_check
from .settings.read import read as read_settings
from .workloads import workloads


def main() -> None:
    """Run the program.

    Raises:
        pulumi.RunError: Something must be put right first; nothing was created.
    """
    try:
        settings = read_settings()
        files = rendered.read(settings.environment)
        accounts = workloads(settings, files)
        preflight_check(pulumi.get_stack(), settings, files, accounts)
        charts = read_charts(settings.environment)
        everything = everything_from_now_on()
        if settings.google:
            cluster = google_cluster(settings, settings.google, files, accounts)
        else:
            cluster = existing_cluster(settings.context or "")
        monitoring(settings, files, accounts, charts, cluster)
        Lock("lock", everything, protected=settings.protected)
    except VitalsError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in (cluster.google.outputs if cluster.google else {}).items():
        pulumi.export(name, value)
