"""What every request handler of the portal reads from: the two servers, three folders and the supervisor's feeds."""

from dataclasses import dataclass

from vitals.portal.boards import Boards
from vitals.portal.feeds import Feeds
from vitals.portal.opening import Opening
from vitals.portal.prometheus import Alertmanager, Prometheus
from vitals.portal.rules import Rules
from vitals.portal.runbooks import Runbooks


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
