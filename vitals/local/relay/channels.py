"""Which kind of channel is replied to by whom."""

from __future__ import annotations

from pathlib import Path

from vitals.local.relay.mail_thread import MailReplier
from vitals.local.relay.notice import Notice
from vitals.local.relay.picture import PanelPicture, Reply, Threads
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.slack_thread import SlackReplier
from vitals.rendered import PicturesEntry, SlackThreads


def replies(entry: PicturesEntry, secrets: Path) -> Reply:
    """What delivers to every kind of channel of an environment.

    Args:
        entry: Of the environment.
        secrets: The folder with its secret files.
    """
    slack = SlackReplier(entry.slack_api, secrets)
    mails = MailReplier(entry.mail, secrets) if entry.mail else None

    def reply(where: Threads, notice: Notice, picture: PanelPicture) -> None:
        if isinstance(where, SlackThreads):
            slack.reply(where, notice, picture)
        elif mails:
            mails.reply(where, notice, picture)
        else:
            raise NoPictureError("unreachable", "the environment has no mail server")

    return reply
