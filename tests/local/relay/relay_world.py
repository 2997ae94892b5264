"""A relay whose painter and channels a test sets."""

from __future__ import annotations

from collections.abc import Callable

from tests.local.relay.notices import RECEIVER
from vitals.local.relay.health import RelayHealth
from vitals.local.relay.notice import Notice
from vitals.local.relay.pace import GroupPace
from vitals.local.relay.picture import PanelPicture, Threads
from vitals.local.relay.relay import Relay
from vitals.rendered import MailThreads, SlackThreads

SLACK, MAIL = SlackThreads(channel_id="C0123456789", token_file="bot"), MailThreads(to="a@example.org")
PICTURE = PanelPicture(b"png", "api-1", "Errors")


class RelayWorld:
    """A relay with a painter and a reply that a test sets, and what became of each notice."""

    def __init__(self) -> None:
        self.health, self.said = RelayHealth((SLACK.kind, MAIL.kind)), list[str]()
        self.sent: list[tuple[str, str]] = []
        self.paint: Callable[[Notice], PanelPicture] = lambda _: PICTURE
        self.refuse: dict[str, Exception] = {}
        self.relay = Relay(
            receivers={RECEIVER: (SLACK, MAIL)},
            pace=GroupPace(600.0),
            health=self.health,
            say=self.said.append,
        )

    def follow(self, notice: Notice) -> None:
        """Have the picture of a notice drawn and delivered."""
        self.relay.follow(notice, self, self.reply)

    def picture(self, notice: Notice) -> PanelPicture:
        """Draw as the test says."""
        return self.paint(notice)

    def reply(self, where: Threads, notice: Notice, picture: PanelPicture) -> None:
        """Deliver, or fail as the test says."""
        assert picture is PICTURE
        if where.kind in self.refuse:
            raise self.refuse[where.kind]
        self.sent.append((where.kind, notice.title))

    def count(self, name: str, **labels: str) -> float:
        """What a scrape says."""
        return self.health.registry.get_sample_value(name, labels) or 0.0
