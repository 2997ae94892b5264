"""A real Alertmanager with the rendered routes sends every text, whatever the relay does; the picture follows it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.alert_rules.local_alertmanager import LocalAlertmanager
from tests.local.relay.routed import ALERT, alertmanager_of
from tests.local.relay.served_channels import ServedChannels, until
from tests.serving import serving
from vitals.local.relay.channels import replies
from vitals.local.relay.health import RelayHealth
from vitals.local.relay.notice import Notice
from vitals.local.relay.pace import GroupPace
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.relay import Relay
from vitals.local.relay.serve import serving as served_relay
from vitals.render import Plan
from vitals.render.pictures import pictures_entry

pytestmark = pytest.mark.rules

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 1000
CHANNELS = ("slack", "email", "pagerduty")


def _every_text_arrives(alertmanager: LocalAlertmanager, channels: ServedChannels) -> None:
    """A notification, the news of its group, and its end, on every channel."""
    alertmanager.send(ALERT)
    until(lambda: all(len(channels.texts(one)) == 1 for one in CHANNELS), "the text is out")
    alertmanager.send({**ALERT, "reason": "absent"})
    until(lambda: all(len(channels.texts(one)) == 2 for one in CHANNELS), "the news of the group is out")
    alertmanager.send(ALERT, {**ALERT, "reason": "absent"}, over=True)
    until(lambda: all(channels.texts(one)[-1].status == "resolved" for one in CHANNELS), "its end is out")


def test_every_text_arrives_where_no_relay_is(plan: Plan, channels: ServedChannels, tmp_path: Path) -> None:
    """It is down, and nothing listens there."""
    with alertmanager_of(plan, channels, "http://127.0.0.1:9", tmp_path) as alertmanager:
        _every_text_arrives(alertmanager, channels)


def test_every_text_arrives_while_the_relay_hangs(plan: Plan, channels: ServedChannels, tmp_path: Path) -> None:
    """It takes calls and answers none of them until every text is out."""
    asked: list[str] = []
    over = threading.Event()

    class Hanging(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            over.wait(60.0)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Hanging) as relay, alertmanager_of(plan, channels, relay, tmp_path) as alertmanager:
        try:
            _every_text_arrives(alertmanager, channels)
            assert not over.is_set()
            assert asked
        finally:
            over.set()


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 500 no\r\n\r\n", b"nonsense\r\n\r\n"], ids=["crash", "500", "nonsense"]
)
def test_every_text_arrives_where_the_relay_fails(
    said: bytes, plan: Plan, channels: ServedChannels, tmp_path: Path
) -> None:
    """It breaks each connection off, with or without an answer."""
    asked: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def fail() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(len(connection.recv(1024)))
                    connection.sendall(said)

        thread = threading.Thread(target=fail)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        try:
            with alertmanager_of(plan, channels, address, tmp_path) as alertmanager:
                _every_text_arrives(alertmanager, channels)
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10.0)

    assert asked


class _Painter:
    """Draws the same picture for each notice, and keeps the notices."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def picture(self, notice: Notice) -> PanelPicture:
        """Draw."""
        self.notices.append(notice)
        return PanelPicture(PNG, "api-1", notice.title)


@contextmanager
def _relay(
    plan: Plan, channels: ServedChannels, folder: Path, said: Callable[[str], None]
) -> Iterator[tuple[str, _Painter]]:
    """The relay with the real replies, served as it is."""
    (folder / "secrets").mkdir()
    entry = pictures_entry(plan)
    assert entry is not None
    assert entry.mail is not None
    mail = entry.mail.model_copy(update={"smarthost": channels.smtp})
    entry = entry.model_copy(update={"slack_api": channels.slack_api, "mail": mail})
    painter, health, stop = _Painter(), RelayHealth(("slack", "email")), threading.Event()
    relay = Relay(
        receivers=entry.receivers,
        pace=GroupPace(entry.every_s),
        health=health,
        say=said,
    )
    runs = threading.Thread(target=relay.run, args=(painter, replies(entry, folder / "secrets"), stop))
    runs.start()
    try:
        with served_relay(relay, health, folder / "secrets" / entry.token_file, "127.0.0.1", 0) as url:
            yield url, painter
    finally:
        stop.set()
        runs.join(10.0)


def test_the_picture_follows_its_text_into_slack_and_mail(plan: Plan, channels: ServedChannels, tmp_path: Path) -> None:
    """One picture each, after the text, whose title it has; the thread of the mail is the one Alertmanager named."""
    said: list[str] = []
    with (
        _relay(plan, channels, tmp_path, said.append) as (url, painter),
        alertmanager_of(plan, channels, url, tmp_path) as alertmanager,
    ):
        _every_text_arrives(alertmanager, channels)
        until(lambda: all(channels.followed(one) for one in ("slack", "email")), f"pictures have followed {said}")
        time.sleep(1.0)  # another flush of the group, which has had its picture

    (in_slack,), (by_mail,) = channels.followed("slack"), channels.followed("email")
    text = channels.texts("slack")[0]
    assert in_slack.summary == text.summary == "[FIRING] ServiceOutage: wellness-api"
    assert by_mail.summary == f"Re: {channels.texts('email')[0].summary}"
    assert in_slack.at >= text.at
    threads = {mail["In-Reply-To"] for mail in channels.mails}
    assert len(channels.mails) == 4
    assert threads == {painter.notices[0].thread}
    assert all(mail["References"] == mail["In-Reply-To"] for mail in channels.mails)
    assert channels.followed("pagerduty") == []
    assert len(painter.notices) == 1
    assert said == []
