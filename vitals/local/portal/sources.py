"""What every request handler of the portal reads from: two servers, three folders, the supervisor."""

from dataclasses import dataclass

from vitals.local.portal.dashboards import DashboardFolder
from vitals.local.portal.interfaces import DrillControl, StackInterface
from vitals.local.portal.opening import Opening
from vitals.local.portal.prometheus import AlertmanagerClient, Prometheus
from vitals.local.portal.rules import Rules
from vitals.local.portal.runbooks import Runbooks
from vitals.local.silences.api import SilenceApi


@dataclass(frozen=True, slots=True)
class Sources:
    """The portal's inputs, made once by ``create_app``."""

    prometheus: Prometheus
    alertmanager: AlertmanagerClient
    dashboards: DashboardFolder
    runbooks: Runbooks
    rules: Rules
    interface: StackInterface
    opening: Opening
    silences: SilenceApi
    drills: DrillControl | None
    token: str
