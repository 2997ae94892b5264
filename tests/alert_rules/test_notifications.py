"""Who hears what from a real Alertmanager with the rendered routes: groups, inhibition, hours, resolve notices."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.local_alertmanager import LocalAlertmanager, filled, hurried, running, until
from tests.alert_rules.receivers import Message, Receivers, listening
from vitals.local.tools import find

pytestmark = pytest.mark.rules

ALWAYS: tuple[dict[str, object], ...] = ({"times": [{"start_time": "00:00", "end_time": "24:00"}]},)
NEVER: tuple[dict[str, object], ...] = ({"years": ["1999"]},)
SETTLED = 2.0
SEVERITY = {
    "ServiceOutage": "critical",
    "ErrorBudgetBurnFast": "critical",
    "LatencyBudgetBurnFast": "critical",
    "ErrorBudgetBurnSlow": "warning",
    "LatencyBudgetBurnSlow": "warning",
    "ApiLatencyHigh": "warning",
    "TargetDown": "warning",
    "Watchdog": "none",
    "SomethingNew": "info",
}


def _alert(name: str, service: str, *, owner: str = "platform", **labels: str) -> dict[str, str]:
    return {"alertname": name, "severity": SEVERITY[name], "owner": owner, "service": service, **labels}


SENT = (
    _alert("TargetDown", "svc-grouped", instance="replica-1"),
    _alert("TargetDown", "svc-grouped", instance="replica-2"),
    _alert("ServiceOutage", "svc-outage", reason="failing"),
    _alert("TargetDown", "svc-outage", instance="replica-1"),
    _alert("ErrorBudgetBurnFast", "svc-outage", slo="availability"),
    _alert("LatencyBudgetBurnFast", "svc-outage", slo="latency"),
    _alert("ApiLatencyHigh", "svc-outage"),
    _alert("TargetDown", "svc-neighbour", instance="replica-1"),
    _alert("ErrorBudgetBurnFast", "svc-neighbour", slo="availability"),
    _alert("ErrorBudgetBurnFast", "svc-burning", slo="availability"),
    _alert("ErrorBudgetBurnSlow", "svc-burning", slo="availability"),
    _alert("LatencyBudgetBurnSlow", "svc-burning", slo="latency"),
    _alert("Watchdog", "svc-watchdog"),
    _alert("SomethingNew", "svc-asleep"),
    _alert("ErrorBudgetBurnFast", "svc-without-owner", owner="a-team-that-left", slo="availability"),
    _alert("LatencyBudgetBurnFast", "svc-repaired", slo="latency"),
)
HOSTILE = 'a: <!channel>\n<https://evil.example|Runbook> {{ template "no such template" }}\u2028- alertname = Forged'
"""A value that starts lines, calls a channel, makes a link, and is a map of YAML and a template that fails."""
KEY = "0123456789abcdef0123456789abcdef"
ABSENT, FAILING = (_alert("ServiceOutage", "svc-mixed", reason=reason) for reason in ("absent", "failing"))


@pytest.fixture(scope="module")
def notified(local: ShippedEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receivers]:
    """Every notification after all alerts had been sent, and one of them was over."""
    folder = tmp_path_factory.mktemp("alertmanager")
    program = find("alertmanager")
    with listening() as receivers:
        for channel in (channel for team in local.plan.teams.values() for channel in team.every_channel):
            for secret in channel.secrets:
                (folder / secret).write_text(receivers.slack_url if channel.kind == "slack" else KEY)
        config = filled(local.files["alertmanager.yml"], receivers, folder)
        with (
            running(program, hurried(config, out_of_hours=ALWAYS), folder / "night") as night,
            running(program, hurried(config, out_of_hours=NEVER), folder / "day") as day,
        ):
            day.send(_alert("SomethingNew", "svc-awake"))
            day.send(ABSENT, summary="absent is 1")
            day.send(_alert("ServiceOutage", "svc-hostile", reason=HOSTILE), summary=HOSTILE)
            day.send(
                *(_alert("ErrorBudgetBurnFast", "svc-many", pod=f"pod-{n:04}") for n in range(1000)),
                summary="\N{SNOWMAN}" * 1000,
            )
            night.send(*SENT)
            _wait_for_all_groups(night, receivers)
            until(lambda: len(receivers.of("svc-repaired")) == 3, "the page is out")
            night.send(SENT[-1], over=True)
            until(lambda: len(receivers.of("svc-repaired")) == 6, "all channels have heard that it is over")
            until(lambda: receivers.of("svc-awake"), "the information is out")
            until(lambda: len(receivers.of("svc-mixed")) == 3, "the first of the two is out")
            day.send(FAILING, summary="all requests fail")
            day.send(ABSENT, over=True, summary="absent is 1")
            until(lambda: len(_mixed(receivers)) == 3, "both of the two are out")
            until(lambda: len(receivers.of("svc-hostile")) == 3, "the hostile one is out")
            until(lambda: len(_complete(receivers)) == 3, "all of the many are out")
            yield receivers


def _wait_for_all_groups(alertmanager: LocalAlertmanager, receivers: Receivers) -> None:
    """All groups wait equally long, so when a later one has been notified, every earlier one has been decided.

    Each channel of a group is notified on its own, so the slowest of an earlier group may still be on its way then.
    """
    time.sleep(0.5)
    alertmanager.send(_alert("TargetDown", "svc-last"))
    until(lambda: len(receivers.of("svc-last")) == 2, "the last alert is out")
    until(lambda: _silent_for(SETTLED, receivers), "nothing more is on its way")


def _silent_for(seconds: float, receivers: Receivers) -> bool:
    """Whether nothing arrives for so long."""
    before = len(receivers.messages)
    time.sleep(seconds)
    return len(receivers.messages) == before


def _mixed(receivers: Receivers) -> dict[str, Message]:
    """The message of each channel in which one fires and one is over; an earlier one may have left while both fired."""
    return {one.channel: one for one in receivers.of("all requests fail") if "absent is 1" in _over(one)}


def _over(message: Message) -> str:
    if message.channel == "pagerduty":
        return str(json.loads(message.text)["payload"]["custom_details"]["resolved"])
    return message.text.partition("Resolved (")[2]


def _complete(receivers: Receivers) -> dict[str, Message]:
    """The message of each channel about all thousand alerts; an earlier one may have left before all had come."""
    return {message.channel: message for message in receivers.of("svc-many") if "… and 990 more" in message.text}


def _firing(notified: Receivers, service: str) -> list[Message]:
    return [message for message in notified.of(service) if not message.resolved]


def _by_alert(messages: list[Message]) -> Counter[str]:
    return Counter(message.title.removeprefix("[FIRING] ").split(":")[0] for message in messages)


def test_two_replicas_of_a_service_are_one_message(notified: Receivers) -> None:
    """One Slack message and one mail name both replicas."""
    messages = _firing(notified, "svc-grouped")

    assert sorted(message.channel for message in messages) == ["email", "slack"]
    for message in messages:
        assert message.title == "[FIRING] TargetDown: svc-grouped"
        assert "replica-1" in message.text
        assert "replica-2" in message.text


def test_an_outage_silences_the_rest_of_its_service(notified: Receivers) -> None:
    """Lost targets, burn rates and slowness of the same service say nothing new beside an outage."""
    assert _by_alert(_firing(notified, "svc-outage")) == {"ServiceOutage": 3}


def test_an_outage_does_not_silence_a_neighbour(notified: Receivers) -> None:
    """Another service's alerts are notified in full."""
    assert _by_alert(_firing(notified, "svc-neighbour")) == {"TargetDown": 2, "ErrorBudgetBurnFast": 3}


def test_a_fast_burn_silences_the_slow_one_of_its_objective_only(notified: Receivers) -> None:
    """The ticket about the same budget is silent; the one about the other objective is not."""
    assert _by_alert(_firing(notified, "svc-burning")) == {"ErrorBudgetBurnFast": 3, "LatencyBudgetBurnSlow": 2}


def test_a_page_reaches_all_channels_with_value_runbook_and_dashboard(notified: Receivers) -> None:
    """The message itself has what the on-call needs, on every channel."""
    messages = _firing(notified, "svc-repaired")

    assert {message.channel for message in messages} == {"slack", "email", "pagerduty"}
    for message in messages:
        said = message.title + message.text
        assert "LatencyBudgetBurnFast: svc-repaired" in said
        assert "is at 42" in said
        assert "http://portal.example/runbooks/LatencyBudgetBurnFast" in said
        assert "http://portal.example/d/vitals-api/vitals-api?viewPanel=1" in said


def test_every_channel_hears_that_a_page_is_over(notified: Receivers) -> None:
    """Slack, mail and PagerDuty each get one resolved notification, PagerDuty under the key of its incident."""
    over = [message for message in notified.of("svc-repaired") if message.resolved]

    keys = {
        json.loads(message.text)["dedup_key"]
        for message in notified.of("svc-repaired")
        if message.channel == "pagerduty"
    }

    assert sorted(message.channel for message in over) == ["email", "pagerduty", "slack"]
    assert len(keys) == 1


def test_information_waits_for_the_office(notified: Receivers) -> None:
    """Out of hours information is muted; within them Slack alone gets it."""
    assert notified.of("svc-asleep") == []
    assert [message.channel for message in notified.of("svc-awake")] == ["slack"]


def test_the_watchdog_sends_no_notification(notified: Receivers) -> None:
    """It fires always and goes to the receiver without a channel."""
    assert notified.of("svc-watchdog") == []


def test_an_alert_without_a_known_owner_reaches_the_operators(notified: Receivers) -> None:
    """Nothing is lost: who runs the monitoring hears of it, as urgently as it was meant."""
    assert sorted(message.channel for message in _firing(notified, "svc-without-owner")) == [
        "email",
        "pagerduty",
        "slack",
    ]


def test_resolved_and_firing_alerts_are_distinguished(notified: Receivers) -> None:
    """Slack and mail list them apart; the page bears the name of the alert that fires, not of the first by labels."""
    messages = _mixed(notified)

    for channel in ("slack", "email"):
        firing, resolved = messages[channel].text.split("Resolved (1):")
        assert messages[channel].title == "[FIRING] ServiceOutage: svc-mixed"
        assert firing.startswith("Firing (1):")
        assert "all requests fail" in firing
        assert "absent is 1" not in firing
        assert resolved.split() == ["•", "absent", "is", "1"]
    assert messages["pagerduty"].title == "ServiceOutage: all requests fail"
    details = json.loads(messages["pagerduty"].text)["payload"]["custom_details"]
    assert "all requests fail" in details["firing"]
    assert "absent is 1" in details["resolved"]


def test_a_hostile_value_reaches_every_channel_as_words_in_one_line(notified: Receivers) -> None:
    """It mentions no one, links nowhere, adds no line, and does not stop the page."""
    messages = {message.channel: message for message in notified.of("svc-hostile")}

    assert set(messages) == {"slack", "email", "pagerduty"}
    assert "• a: &lt;!channel&gt; &lt;https://evil.example|Runbook&gt; {{ template" in messages["slack"].text
    assert len(messages["slack"].text.splitlines()) == len(messages["email"].text.splitlines()) == 5
    assert messages["pagerduty"].title.startswith("ServiceOutage: a: <!channel> <https://evil.example|Runbook> {{ ")
    firing = json.loads(messages["pagerduty"].text)["payload"]["custom_details"]["firing"]
    assert "  - service = svc-hostile\n" in firing
    assert "{{" not in firing
    assert [line for line in firing.splitlines() if line.startswith("  - alertname")] == [
        "  - alertname = ServiceOutage"
    ]


def test_a_thousand_alerts_with_long_texts_stay_within_what_each_channel_takes(notified: Receivers) -> None:
    """Ten are named, the others are counted, and nothing is cut by the service that gets it."""
    messages = _complete(notified)
    event = json.loads(messages["pagerduty"].text)

    assert len(messages["slack"].text) + len(messages["slack"].title) < 40_000
    assert len(messages["email"].text) < 40_000
    for channel in ("slack", "email"):
        assert "… and 990 more: http://portal.example/d/vitals-overview/vitals-overview" in messages[channel].text
    assert len(event["payload"]["summary"]) <= 1024
    assert event["payload"]["summary"].endswith("… (and 999 more)")
    assert "… and 990 more" in event["payload"]["custom_details"]["firing"]
    assert len(messages["pagerduty"].text) < 512_000
