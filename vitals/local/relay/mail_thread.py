"""A mail with the picture, in the thread that Alertmanager's own mails of the group are in."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

from vitals.local.relay.notice import Notice
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.secret_file import secret
from vitals.rendered import MailServer, MailThreads

ANSWER_WITHIN_S = 15.0
"""For each step with the mail server; there are ten at most."""
_IMPLICIT_TLS = 465


class MailReplier:
    """Mails with pictures.

    Args:
        server: The mail server that Alertmanager uses, too.
        secrets: The folder in which the password lies; it is read anew for each mail.
    """

    def __init__(self, server: MailServer, secrets: Path) -> None:
        self._server = server
        self._secrets = secrets

    def reply(self, where: MailThreads, notice: Notice, picture: PanelPicture) -> None:
        """Send a picture after the mail of a notification.

        Raises:
            NoPictureError: The mail server cannot be reached, or does not take it.
        """
        message = mail(self._server.sender, where.to, notice, picture)
        try:
            self._send(message)
        except (smtplib.SMTPException, UnicodeEncodeError) as error:
            raise NoPictureError("refused", f"the mail server refused: {type(error).__name__}") from error
        except OSError as error:
            raise NoPictureError("unreachable", f"the mail server does not answer ({type(error).__name__})") from error

    def _send(self, message: EmailMessage) -> None:
        host, _, port = self._server.smarthost.rpartition(":")
        context = ssl.create_default_context()
        if int(port) == _IMPLICIT_TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, int(port), timeout=ANSWER_WITHIN_S, context=context)
        else:
            connection = smtplib.SMTP(host, int(port), timeout=ANSWER_WITHIN_S)
        with connection:
            if self._server.require_tls and int(port) != _IMPLICIT_TLS:
                connection.starttls(context=context)
            if self._server.username and self._server.password_file:
                connection.login(self._server.username, secret(self._secrets, self._server.password_file))
            connection.send_message(message)


def mail(sender: str, to: str, notice: Notice, picture: PanelPicture) -> EmailMessage:
    """The mail: it names the thread as Alertmanager does, so that readers show it below the notification."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = f"Re: {notice.title}"
    message["Date"] = formatdate(notice.at)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
    message["In-Reply-To"] = message["References"] = notice.thread
    message["Auto-Submitted"] = "auto-generated"  # so that no mailbox answers it (RFC 3834)
    message.set_content("\n".join(part for part in (notice.summary, picture.description) if part) + "\n")
    message.add_attachment(
        picture.png, maintype="image", subtype="png", filename=f"{picture.stem}.png", disposition="inline"
    )
    return message
