"""A picture on its way, who draws it, and who delivers it; what does either is loaded later than what serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vitals.local.relay.notice import Notice
from vitals.rendered import MailThreads, SlackThreads

Threads = SlackThreads | MailThreads


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """A picture and what it says to people who do not see it.

    Attributes:
        png: The bytes.
        stem: A name for a file of it.
        description: Headline, panel and dashboard, in one line.
    """

    png: bytes
    stem: str
    description: str


class Painter(Protocol):
    """What draws."""

    def picture(self, notice: Notice) -> PanelPicture:
        """Draw the panel of a notification, or raise :class:`vitals.local.relay.problem.NoPictureError`."""


class Reply(Protocol):
    """What delivers."""

    def __call__(self, where: Threads, notice: Notice, picture: PanelPicture) -> None:
        """Deliver a picture to a channel, or raise :class:`vitals.local.relay.problem.NoPictureError`."""
