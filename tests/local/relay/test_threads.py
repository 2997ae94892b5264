"""A picture is a reply to the notification and to nothing else, in Slack and by mail; no secret leaves by it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.local.relay.notices import FINGERPRINT, notice
from tests.local.relay.served_channels import BOT, ServedChannels, served_channels
from tests.serving import serving
from vitals.local.relay.mail_thread import MailReplier, mail
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.slack_thread import LOOKS_AFTER_S, SlackReplier
from vitals.rendered import MailServer, MailThreads, SlackThreads

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 1000
PICTURE = PanelPicture(PNG, "api-1", "[FIRING] ServiceOutage: wellness-api, Errors (API)")
CHANNEL, MAILBOX = SlackThreads(channel_id="C0123456789", token_file="bot"), MailThreads(to="team@example.org")


@pytest.fixture
def channels(tmp_path: Path) -> Iterator[ServedChannels]:
    """Slack and a mailbox, and the bot's token in a file."""
    (tmp_path / "bot").write_text(f"{BOT}\n")
    with served_channels(tmp_path / "pictures") as found:
        yield found


def _post(channels: ServedChannels, fingerprint: str, title: str = "text") -> None:
    message = {"channel": "#a", "attachments": [{"title": title, "footer": f"alert {fingerprint}"}]}
    httpx.post(channels.webhook, json=message).raise_for_status()


def test_slack_gets_the_picture_below_the_newest_message_about_the_alert(
    channels: ServedChannels, tmp_path: Path
) -> None:
    """Whatever else is in the channel; the same bytes arrive."""
    for fingerprint in (FINGERPRINT, "0" * 16, FINGERPRINT, "1" * 16):
        _post(channels, fingerprint)
    newest = channels.workspace.history(0.0, 10)[1]["ts"]
    threads: list[str] = []
    finish = channels.workspace.finish

    def finished(file: str, thread: str) -> bytes | None:
        threads.append(thread)
        return finish(file, thread)

    channels.workspace.finish = finished  # type: ignore[method-assign]

    SlackReplier(channels.slack_api, tmp_path).reply(CHANNEL, notice(), PICTURE)

    (delivery,) = channels.followed("slack")
    assert threads == [newest]
    assert (delivery.summary, delivery.alerts) == (PICTURE.description, ())
    assert (channels.pictures / delivery.picture).read_bytes() == PNG


def test_slack_is_looked_at_again_until_the_message_is_there(channels: ServedChannels, tmp_path: Path) -> None:
    """The picture can be drawn before Alertmanager has written."""
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            _post(channels, FINGERPRINT)

    SlackReplier(channels.slack_api, tmp_path, sleep).reply(CHANNEL, notice(), PICTURE)

    assert len(channels.followed("slack")) == 1
    assert waited == list(LOOKS_AFTER_S[:3])


def test_without_a_message_there_is_no_picture(channels: ServedChannels, tmp_path: Path) -> None:
    """Neither below another message nor on its own, nor below one of days ago."""
    channels.workspace.posted({"attachments": [{"footer": f"alert {FINGERPRINT}"}]}, time.time() - 86400)
    _post(channels, "0" * 16, title=f"alert {FINGERPRINT}")
    httpx.post(channels.webhook, json={"text": f"alert {FINGERPRINT}"}).raise_for_status()

    with pytest.raises(NoPictureError) as error:
        SlackReplier(channels.slack_api, tmp_path, lambda _: None).reply(CHANNEL, notice(), PICTURE)

    assert error.value.reason == "no_message"
    assert channels.followed("slack") == []


def test_a_token_that_slack_does_not_know_is_refused(channels: ServedChannels, tmp_path: Path) -> None:
    """The reason is Slack's own word, and the token is not in it."""
    (tmp_path / "bot").write_text("xoxb-another")
    _post(channels, FINGERPRINT)

    with pytest.raises(NoPictureError, match="invalid_auth") as error:
        SlackReplier(channels.slack_api, tmp_path, lambda _: None).reply(CHANNEL, notice(), PICTURE)

    assert error.value.reason == "refused"
    assert "xoxb" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (200, {"ok": True, "messages": None}, "no_message"),
        (200, {"ok": True, "messages": [1, {}, {"attachments": [{"footer": 3}, None]}]}, "no_message"),
        (200, {"ok": False, "error": "ratelimited"}, "refused"),
        (429, {}, "refused"),
        (302, {}, "refused"),
        (500, None, "refused"),
        (
            200,
            {
                "ok": True,
                "messages": [{"ts": "1.0", "attachments": [{"footer": f"alert {FINGERPRINT}"}]}],
                "upload_url": "https://evil.example/upload",
                "file_id": "F1",
            },
            "refused",
        ),
        (200, {"ok": True, "messages": ["x" * 5_000_000]}, "refused"),
    ],
    ids=["null", "odd messages", "limited", "too many", "moved", "broken", "foreign upload", "huge"],
)
def test_whatever_slack_answers_is_one_picture_less(status: int, answer: object, reason: str, tmp_path: Path) -> None:
    """No answer ends the relay, leads it to another address, or fills its memory."""
    (tmp_path / "bot").write_text(BOT)
    asked: list[str] = []

    class Slack(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the parent's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Slack) as api, pytest.raises(NoPictureError) as error:
        SlackReplier(api, tmp_path, lambda _: None).reply(CHANNEL, notice(), PICTURE)

    assert error.value.reason == reason
    assert asked


def test_what_slack_says_of_an_upload_is_not_read(tmp_path: Path) -> None:
    """Its status is enough: an answer without an end neither fills the memory nor holds a worker."""
    (tmp_path / "bot").write_text(BOT)
    asked: list[str] = []

    class Slack(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path.partition("?")[0])
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            message = {"ts": "1.0", "attachments": [{"footer": f"alert {FINGERPRINT}"}]}
            upload = f"http://{self.headers['Host']}/upload"
            body = json.dumps({"ok": True, "messages": [message], "upload_url": upload, "file_id": "F1"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) if self.path != "/upload" else 10**12))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the parent's

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Slack) as api:
        SlackReplier(api, tmp_path, lambda _: None).reply(CHANNEL, notice(), PICTURE)

    assert asked[-2:] == ["/upload", "/files.completeUploadExternal"]


def test_a_slack_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    """As is one behind a network that lets nothing out."""
    (tmp_path / "bot").write_text(BOT)

    with pytest.raises(NoPictureError) as error:
        SlackReplier("http://127.0.0.1:9", tmp_path).reply(CHANNEL, notice(), PICTURE)

    assert error.value.reason == "unreachable"


def _server(address: str) -> MailServer:
    return MailServer(smarthost=address, sender="v@example.org", username=None, password_file=None, require_tls=False)


def test_a_mail_with_the_picture_is_in_the_thread_of_the_notification(channels: ServedChannels, tmp_path: Path) -> None:
    """Its headers name the thread, and its picture arrives as it was."""
    MailReplier(_server(channels.smtp), tmp_path).reply(MAILBOX, notice(), PICTURE)

    (delivery,) = channels.followed("email")
    assert (delivery.receiver, delivery.summary) == ("team@example.org", "Re: [FIRING] ServiceOutage: wellness-api")
    assert (channels.pictures / delivery.picture).read_bytes() == PNG
    assert "all requests fail" in delivery.text


def test_no_value_adds_a_header_to_a_mail() -> None:
    """A service of several lines is one line in the subject; the mail asks for no automatic answer."""
    text = mail("v@example.org", "a@example.org", notice(labels={"service": "x\nBcc: b@example.org"}), PICTURE)

    assert text["Bcc"] is None
    assert text["Subject"] == "Re: [FIRING] ServiceOutage: x Bcc: b@example.org"
    assert text["Auto-Submitted"] == "auto-generated"
    assert text["References"] == text["In-Reply-To"] == notice().thread


def test_a_mail_server_that_does_not_take_it(channels: ServedChannels, tmp_path: Path) -> None:
    """None there, or one without TLS where the environment wants it: nothing is sent in clear."""
    open_one = _server(channels.smtp).model_copy(update={"require_tls": True})
    for server, reason in ((_server("127.0.0.1:9"), "unreachable"), (open_one, "refused")):
        with pytest.raises(NoPictureError) as error:
            MailReplier(server, tmp_path).reply(MAILBOX, notice(), PICTURE)
        assert error.value.reason == reason

    assert channels.delivered == []


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_password_that_cannot_be_read_is_said(
    content: bytes | None, channels: ServedChannels, tmp_path: Path
) -> None:
    """As it is of a bot's token: the mail server is not to blame."""
    server = _server(channels.smtp).model_copy(update={"username": "v", "password_file": "smtp-password"})
    if content is not None:
        (tmp_path / "smtp-password").write_bytes(content)

    with pytest.raises(NoPictureError, match="secret file smtp-password cannot be read") as error:
        MailReplier(server, tmp_path).reply(MAILBOX, notice(), PICTURE)

    assert error.value.reason == "refused"
