"""The receivers over their real protocols: what the real services accept and refuse, they accept and refuse."""

from __future__ import annotations

import asyncio
import os
import smtplib
import stat
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.receivers.inbox import MOST, Inbox, read_deliveries
from vitals.local.stack.receivers.message import SHOWN_CHARACTERS, alerts_of
from vitals.local.stack.receivers.pagerduty import pagerduty_routes
from vitals.local.stack.receivers.slack import slack_routes, webhook_path
from vitals.local.stack.receivers.smtp import mailbox
from vitals.local.stack.serve import serving

TOKEN, KEY = "t" * 24, "k" * 32
EVENT = {
    "routing_key": KEY,
    "event_action": "trigger",
    "dedup_key": "group-1",
    "payload": {
        "summary": "ServiceOutage: wellness-api answers with errors",
        "source": "alertmanager",
        "severity": "critical",
        "custom_details": {
            "firing": "Labels:\n - alertname = ServiceOutage\n - service = wellness-api\n - severity = critical\n"
            "Annotations:\n - summary = bad\nSource: http://x/\n",
            "resolved": "",
            "num_firing": "1",
        },
    },
}


def post(url: str, **request: Any) -> tuple[httpx.Response, list[Delivery]]:  # noqa: ANN401  as httpx
    """Post to the Slack and PagerDuty receivers; return the answer and what was delivered."""
    got: list[Delivery] = []

    async def run() -> httpx.Response:
        app = Starlette(routes=[*slack_routes(TOKEN, got.append), *pagerduty_routes(KEY, got.append)])
        async with serving(app, listen(0, "")) as base, loopback_client() as client:
            return await client.post(base + url, **request)

    return asyncio.run(run()), got


def test_slack_takes_a_message_and_reads_its_alert() -> None:
    """The answer is Slack's, the delivery says what, whom and whether it is over."""
    message = {"channel": "#ops", "attachments": [{"title": "[RESOLVED] ServiceOutage: wellness-api", "text": "fine"}]}

    answer, (delivery,) = post(webhook_path(TOKEN), json=message)

    assert (answer.status_code, answer.text) == (200, "ok")
    assert (delivery.channel, delivery.receiver, delivery.status) == ("slack", "#ops", "resolved")
    assert [(alert.name, alert.service) for alert in delivery.alerts] == [("ServiceOutage", "wellness-api")]
    assert delivery.text == "[RESOLVED] ServiceOutage: wellness-api\n\nfine"


@pytest.mark.parametrize(
    ("url", "request_", "status", "text"),
    [
        (webhook_path("x" * 24), {"json": {"text": "hi"}}, 403, "invalid_token"),
        ("/services/T1/B1/" + TOKEN, {"json": {"text": "hi"}}, 404, "no_service"),
        (webhook_path(TOKEN), {"content": b"{"}, 400, "invalid_payload"),
        (webhook_path(TOKEN), {"json": ["text"]}, 400, "invalid_payload"),
        (webhook_path(TOKEN), {"json": {"channel": "#ops"}}, 400, "no_text"),
    ],
)
def test_slack_refuses_as_slack_does(url: str, request_: dict[str, Any], status: int, text: str) -> None:
    """Status and text of each refusal; nothing is delivered."""
    answer, got = post(url, **request_)

    assert (answer.status_code, answer.text, got) == (status, text, [])


def test_slack_takes_the_form_with_a_payload_field() -> None:
    """The older way to call a webhook works too."""
    answer, (delivery,) = post(webhook_path(TOKEN), data={"payload": '{"text": "[FIRING] TargetDown: node"}'})

    assert answer.status_code == 200
    assert [alert.name for alert in delivery.alerts] == ["TargetDown"]


def test_what_was_received_is_kept_as_far_as_a_page_shows_it() -> None:
    """Bounded, and without the half characters that a file could not hold."""
    _, (delivery,) = post(webhook_path(TOKEN), content=b'{"text": "' + b"x" * 20_000 + b'"}')
    _, (half,) = post(webhook_path(TOKEN), content=b'{"text": "a \\ud800 b"}')

    assert len(delivery.text) == SHOWN_CHARACTERS
    assert delivery.text.endswith("…")
    assert half.text == "a ? b"


def test_pagerduty_takes_an_event() -> None:
    """202 with the deduplication key; the labels come out of the details."""
    answer, (delivery,) = post("/v2/enqueue", json=EVENT)

    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "group-1"}
    (alert,) = delivery.alerts
    assert (alert.name, alert.service, alert.severity) == ("ServiceOutage", "wellness-api", "critical")
    assert delivery.status == "firing"
    assert delivery.text.startswith("firing: Labels:\n - alertname = ServiceOutage\n")


def test_pagerduty_reads_the_lists_of_alerts_of_newer_alertmanagers() -> None:
    """Details may be text or lists of alerts; both have the labels."""
    labels = {"alertname": "TargetDown", "service": "node", "severity": "critical"}
    details = {"firing": [], "resolved": [{"labels": labels, "status": "resolved"}], "num_resolved": 1}
    payload = {"summary": "TargetDown: back", "source": "x", "severity": "critical", "custom_details": details}

    _, (delivery,) = post("/v2/enqueue", json={**EVENT, "event_action": "resolve", "payload": payload})

    assert [alert.labels for alert in delivery.alerts] == [labels]


def test_pagerduty_makes_a_key_for_a_first_event_and_takes_a_resolve() -> None:
    """A trigger may come without a key; a resolve says that it is over."""
    first, _ = post("/v2/enqueue", json={k: v for k, v in EVENT.items() if k != "dedup_key"})
    _, (over,) = post("/v2/enqueue", json={**EVENT, "event_action": "resolve"})

    assert len(first.json()["dedup_key"]) == 32
    assert over.status == "resolved"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"routing_key": "short"}, "routing_key"),
        ({"routing_key": "x" * 32}, "belongs to no service"),
        ({"event_action": "shout"}, "event_action"),
        ({"payload": None}, "'payload' is missing or blank"),
        ({"payload": {"summary": "s", "source": "x", "severity": "fatal"}}, "payload.severity"),
        ({"payload": {"summary": "s" * 1025, "source": "x", "severity": "info"}}, "payload.summary"),
        ({"payload": {"summary": "s", "severity": "info"}}, "payload.source"),
        ({"event_action": "resolve", "dedup_key": None}, "'dedup_key' is missing or blank"),
    ],
)
def test_pagerduty_refuses_a_wrong_event_with_the_reason(changes: dict[str, Any], words: str) -> None:
    """400, PagerDuty's shape, and an error that names the field; nothing is delivered."""
    answer, got = post("/v2/enqueue", json={**EVENT, **changes})

    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"
    assert words in " ".join(answer.json()["errors"])
    assert got == []


def test_pagerduty_refuses_what_is_too_large_or_no_json() -> None:
    """413 above 512 KB, 400 for bytes that are not JSON."""
    large, _ = post("/v2/enqueue", json={**EVENT, "client": "x" * 600_000})
    noise, _ = post("/v2/enqueue", content=b"\xff{")

    assert (large.status_code, noise.status_code) == (413, 400)


def mail(send: Callable[[smtplib.SMTP], object]) -> list[Delivery]:
    """Talk to the mail receiver with the standard library's client; return what was delivered."""
    got: list[Delivery] = []

    def talk(address: str) -> None:
        host, _, port = address.partition(":")
        with smtplib.SMTP(host, int(port), timeout=5) as client:
            send(client)

    async def run() -> None:
        async with mailbox(listen(0, ""), got.append) as address:
            await asyncio.to_thread(talk, address)

    asyncio.run(run())
    return got


def test_a_mail_to_two_people_is_two_deliveries() -> None:
    """Subject, recipients, state and the alerts of its text are read."""
    message = EmailMessage()
    message["Subject"] = "[FIRING] ErrorBudgetBurnFast: wellness-api"
    message["From"], message["To"] = "a@example.org", "b@example.org, c@example.org"
    message.set_content("The budget burns.")
    message.add_alternative("<p>The <b>budget</b> burns.</p>", subtype="html")

    got = mail(lambda client: client.send_message(message))

    assert [(delivery.channel, delivery.receiver) for delivery in got] == [
        ("email", "b@example.org"),
        ("email", "c@example.org"),
    ]
    assert [alert.name for alert in got[0].alerts] == ["ErrorBudgetBurnFast"]
    assert got[0].status == "firing"
    assert got[0].text == "The budget burns."


def test_several_alerts_of_one_message_are_distinguished() -> None:
    """Each list of labels is one alert, and equal ones count once."""
    text = "Labels:\n - alertname = A\n - service = x\nLabels:\n - alertname = A\n - service = y\n"

    assert [(alert.name, alert.service) for alert in alerts_of("[FIRING:2] whatever", text)] == [("A", "x"), ("A", "y")]
    assert alerts_of("hello") == ()


def delivery(number: int) -> Delivery:
    """Make a delivery that can be distinguished from others."""
    return Delivery(channel="slack", receiver="#x", at=float(number), status="firing", alerts=(), summary=str(number))


def test_deliveries_are_on_disk_for_other_processes(tmp_path: Path) -> None:
    """What is read back is what was added; a line that is still being written is left for later."""
    path = tmp_path / "deliveries.jsonl"
    inbox = Inbox(path, pytest.fail)
    inbox.add(delivery(1))
    inbox.add(delivery(2))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"channel": "sl')

    assert read_deliveries(path) == [delivery(1), delivery(2)] == list(inbox.all())
    assert read_deliveries(tmp_path / "none.jsonl") == []


def test_the_record_of_deliveries_is_private_from_the_first_one_on(tmp_path: Path) -> None:
    """Messages name people and trouble, so only their user may read them, whatever the umask says."""
    path = tmp_path / "deliveries.jsonl"
    before = os.umask(0)
    try:
        Inbox(path, pytest.fail).add(delivery(1))
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_record_of_deliveries_is_bounded(tmp_path: Path) -> None:
    """However many there are, memory and file keep the newest ones."""
    path = tmp_path / "deliveries.jsonl"
    inbox = Inbox(path, pytest.fail)
    for number in range(2 * MOST + 10):
        inbox.add(delivery(number))

    assert len(inbox.all()) == MOST
    kept = read_deliveries(path)
    assert len(kept) < 2 * MOST
    assert kept[-1] == delivery(2 * MOST + 9)


def test_a_delivery_that_cannot_be_written_is_kept_and_reported(tmp_path: Path) -> None:
    """A receiver never fails because of its own disk."""
    problems: list[str] = []
    inbox = Inbox(tmp_path / "missing" / "deliveries.jsonl", problems.append)

    inbox.add(delivery(1))

    assert inbox.all() == (delivery(1),)
    assert "could not be written" in problems[0]
