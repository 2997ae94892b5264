"""What every request handler of the portal reads from: the two servers, three folders and the supervisor's feeds."""

from dataclasses import dataclass

from vitals.local.portal.boards import Boards
from vitals.local.portal.feeds import Feeds
from vitals.local.portal.opening import Opening
from vitals.local.portal.prometheus import Alertmanager, Prometheus
from vitals.local.portal.rules import Rules
from vitals.local.portal.runbooks import Runbooks


@dataclass(frozen=True, slots=True)
class Sources:
    """The portal's inputs, made once by ``create_app``."""

    prometheus: Prometheus
    alertmanager: Alertmanager
    boards: Boards
    runbooks: Runbooks
    rules: Rules
    feeds: Feeds
    opening: Opening
