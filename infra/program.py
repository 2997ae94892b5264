"""One stack, from its settings to what it shows: what is checked, then what is made, in this order."""

from __future__ import annotations

import pulumi

from vitals.errors import VitalsError
from vitals.verify.cluster.api import ApiServer

from . import rendered
from .cluster import OnGoogle
from .existing.check import compare_with_cluster
from .existing.known_state import knows_objects
from .existing.wanted import WantedStack
from .gcp.project import google_cluster
from .kube_context import existing_cluster
from .lock import Lock, everything_from_now_on
from .monitoring import monitoring, planned, read_charts, spoken_of
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

        def compare(server: ApiServer, google: OnGoogle | None) -> None:
            objects = planned(settings, files, accounts, charts, google)
            stack = WantedStack(pulumi.get_stack(), settings, files, objects, spoken_of(charts), knows_objects())
            for sentence in compare_with_cluster(stack, server):
                pulumi.log.warn(sentence)

        if settings.google:
            cluster = google_cluster(settings, settings.google, files, accounts, compare)
        else:
            cluster = existing_cluster(settings.context or "", compare)
        monitoring(settings, files, accounts, charts, cluster)
        Lock("lock", everything, protected=settings.protected)
    except VitalsError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in (cluster.google.outputs if cluster.google else {}).items():
        pulumi.export(name, value)
