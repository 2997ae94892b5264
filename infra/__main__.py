"""One stack, from its settings to what it shows: what is checked, then what is made, in this order."""

from __future__ import annotations

import pulumi

from infra import rendered
from infra.gcp.project import google_cluster
from infra.kube_context import existing_cluster
from infra.lock import Lock, everything_from_now_on
from infra.monitoring import monitoring, read_charts
from infra.preflight import preflight_check
from infra.settings.read import read as read_settings
from infra.workloads import workloads
from vitals.errors import VitalsError


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


main()
