"""What messages say, filled in by Alertmanager's own template engine: bounds, both kinds apart, values as words."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.alert_rules.conftest import ShippedEnvironment
from vitals.kit.alerts.messages import (
    CHAT_TITLE,
    FIRST,
    FIRST_OF_CHAT,
    LINE_CHARACTERS,
    SNS_SUBJECT,
    chat_text,
    incident_text,
)
from vitals.local.tools import find

pytestmark = pytest.mark.rules

Texts = Mapping[str, str]
SLACK_CHARACTERS, PAGERDUTY_SUMMARY_CHARACTERS, PAGERDUTY_BYTES = 40_000, 1024, 512_000
TEAMS_BYTES, OPSGENIE_CHARACTERS = 28 * 1024, 15_000
LONGEST_WITHOUT_WARNING = 2 * SLACK_CHARACTERS
"""No bound of a mail server: just a text that a person can still open."""


@pytest.fixture(scope="module")
def templates(prod: ShippedEnvironment) -> Texts:
    """Every template of the receiver that has all channels, by channel and field."""
    receivers = yaml.safe_load(prod.files["alertmanager.yml"])["receivers"]
    (page,) = [receiver for receiver in receivers if receiver["name"] == "platform-critical"]
    (slack,), (email,), (pagerduty,) = (page[f"{channel}_configs"] for channel in ("slack", "email", "pagerduty"))
    return {
        "slack title": slack["title"],
        "slack fallback": slack["fallback"],
        "slack text": slack["text"],
        "mail subject": email["headers"]["Subject"],
        "mail text": email["text"],
        "pagerduty summary": pagerduty["description"],
        "pagerduty firing": pagerduty["details"]["firing"],
        "pagerduty resolved": pagerduty["details"]["resolved"],
        **{f"pagerduty link {link['text']}": link["href"] for link in pagerduty["links"]},
    }


def _alert(number: int = 0, *, over: bool = False, labels: Mapping[str, str] | None = None, **notes: str) -> Any:  # noqa: ANN401  JSON
    return {
        "status": "resolved" if over else "firing",
        "labels": {"alertname": "ContainerMemoryHigh", "service": "kubelet", "pod": f"pod-{number}", **(labels or {})},
        "annotations": {
            "summary": f"kubelet (pod-{number}): memory 96% (> 95%)",
            "description": "What it means. What to do.",
            "runbook_url": "https://docs.example/runbooks/ContainerMemoryHigh",
            "dashboard_url": "https://grafana.example/d/vitals-cluster?viewPanel=1&var-service=kubelet",
            "source_url": "https://git.example/rules.yaml",
            **notes,
        },
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }


def _filled(templates: Texts, folder: Path, *alerts: Any) -> dict[str, str]:  # noqa: ANN401  JSON
    """Every template filled in for a group of alerts, by amtool."""
    firing = any(alert["status"] == "firing" for alert in alerts)
    data, none = folder / "group.json", folder / "none.tmpl"
    data.write_text(json.dumps({"status": "firing" if firing else "resolved", "alerts": alerts}), encoding="utf-8")
    none.touch()
    command = [str(find("amtool")), "template", "render", f"--template.glob={none}", f"--template.data={data}"]

    def fill(text: str) -> str:
        return subprocess.run(
            [*command, f"--template.text={text}"], capture_output=True, check=True, encoding="utf-8"
        ).stdout

    return {name: fill(text).removesuffix("\n") for name, text in templates.items()}


def _lines_of_texts(filled: Texts) -> Iterator[list[str]]:
    return (filled[name].splitlines() for name in ("slack text", "mail text"))


def test_each_kind_stands_below_its_heading(templates: Texts, tmp_path: Path) -> None:
    """What is over is named in one line; what fires has its links; the first by labels is over and names nothing."""
    filled = _filled(templates, tmp_path, _alert(1, over=True), _alert(2))

    assert filled["slack text"].splitlines() == [
        "Firing (1):",
        "• kubelet (pod-2): memory 96% (&gt; 95%)",
        "  What it means. What to do.",
        "  Dashboard: https://grafana.example/d/vitals-cluster?viewPanel=1&amp;var-service=kubelet",
        "  Runbook: https://docs.example/runbooks/ContainerMemoryHigh",
        "  Rule: https://git.example/rules.yaml",
        "Resolved (1):",
        "• kubelet (pod-1): memory 96% (&gt; 95%)",
    ]
    assert filled["slack title"] == filled["mail subject"] == "[FIRING] ContainerMemoryHigh: kubelet"
    assert filled["pagerduty summary"] == "ContainerMemoryHigh: kubelet (pod-2): memory 96% (> 95%)"
    assert "pod-1" in filled["pagerduty resolved"]
    assert "pod-1" not in filled["pagerduty firing"]


def test_a_group_in_which_nothing_fires_is_named_after_what_is_over(templates: Texts, tmp_path: Path) -> None:
    """The titles say so, and the links still lead somewhere."""
    filled = _filled(templates, tmp_path, _alert(1, over=True))

    assert filled["mail subject"] == "[RESOLVED] ContainerMemoryHigh: kubelet"
    assert filled["pagerduty summary"] == "ContainerMemoryHigh: kubelet (pod-1): memory 96% (> 95%)"
    assert filled["pagerduty link Runbook"] == "https://docs.example/runbooks/ContainerMemoryHigh"
    assert filled["pagerduty firing"] == ""


def test_a_group_without_alerts_fails_no_template(templates: Texts, tmp_path: Path) -> None:
    """Nothing is indexed that is not there."""
    filled = _filled(templates, tmp_path)

    assert {filled[name] for name in templates if "text" in name or "pagerduty" in name} == {""}
    assert filled["mail subject"].startswith("[RESOLVED]")


def test_what_a_rule_does_not_say_leaves_no_empty_line(templates: Texts, tmp_path: Path) -> None:
    """A rule from elsewhere may have no annotation at all; its name stands in."""
    bare = {**_alert(), "annotations": {}, "labels": {"alertname": "SomethingNew"}}
    filled = _filled(templates, tmp_path, bare)

    assert filled["slack text"].splitlines() == ["Firing (1):", "• SomethingNew"]
    assert filled["slack title"] == "[FIRING] SomethingNew"
    assert filled["pagerduty summary"] == "SomethingNew"
    assert filled["pagerduty link Dashboard"] == ""


@pytest.mark.parametrize(
    ("count", "character"),
    [(1, "x"), (FIRST, "&"), (FIRST + 1, "<"), (100, "{"), (1000, "\N{PILE OF POO}")],
)
def test_texts_are_bounded_whatever_stands_in_them(
    count: int, character: str, templates: Texts, tmp_path: Path
) -> None:
    """Ten thousand characters in every annotation and label, many alerts of both kinds, escapes, four-byte letters."""
    long = character * 10_000
    labels = {f"label_{number:02}": long for number in range(30)}
    notes = {"summary": long, "description": long, "runbook_url": f"https://{long}", "dashboard_url": long}
    alerts = [
        _alert(number, over=over, labels=labels if number < FIRST else None, **(notes if number < FIRST else {}))
        for over in (False, True)
        for number in range(count)
    ]
    filled = _filled(templates, tmp_path, *alerts)

    assert len(filled["slack title"]) + len(filled["slack fallback"]) + len(filled["slack text"]) < SLACK_CHARACTERS
    assert len(filled["mail text"]) < LONGEST_WITHOUT_WARNING
    assert len(filled["pagerduty summary"]) <= PAGERDUTY_SUMMARY_CHARACTERS
    details = {kind: filled[f"pagerduty {kind}"] for kind in ("firing", "resolved")}
    assert len(json.dumps(details, ensure_ascii=False).replace("<", r"\u003c").encode()) < PAGERDUTY_BYTES
    for lines in _lines_of_texts(filled):
        assert sum(line.startswith("•") for line in lines) == 2 * min(count, FIRST)
        assert lines.count(f"… and {count - FIRST} more: https://grafana.wellness.example/d/vitals-overview/"
                           "vitals-overview") == 2 * (count > FIRST)  # fmt: skip
        assert "  Runbook: longer than 400 characters" in lines
    assert filled["pagerduty link Runbook"] == "", "words would be an address"


def test_a_cut_leaves_no_half_of_an_escape(templates: Texts, tmp_path: Path) -> None:
    """Slack shows a half escape as it stands; what is cut ends with an ellipsis, what fits is whole."""
    for length in (LINE_CHARACTERS - 5, LINE_CHARACTERS - 2):
        filled = _filled({"text": templates["slack text"]}, tmp_path, _alert(summary="x" * length + "<y"))
        line = filled["text"].splitlines()[1].removeprefix("• ")
        assert line in {"x" * length + "…", "x" * length + "&lt;y", "x" * length + "&lt;…"}
        assert len(line) <= LINE_CHARACTERS + 1


BREAKS = ("\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\x00", "\u202e", "\n\n\n- ")


def test_no_value_adds_a_line(templates: Texts, tmp_path: Path) -> None:
    """White space and control characters of every kind are one blank; in an address they are ``%20``."""
    value = "".join(f"a{breaks}Runbook: https://evil.example" for breaks in BREAKS)
    hostile = _alert(
        summary=value,
        description=value,
        runbook_url=value,
        dashboard_url="a\nb",
        labels={"pod": value, "service": value},
    )
    filled = _filled(templates, tmp_path, hostile)

    for lines in _lines_of_texts(filled):
        assert [line.split(":")[0] for line in lines[3:]] == ["  Dashboard", "  Runbook", "  Rule"]
        assert lines[3] == "  Dashboard: a%20b"
    for name in ("slack title", "mail subject", "pagerduty summary", "pagerduty link Runbook"):
        assert len(filled[name].splitlines()) == 1
    assert len(filled["pagerduty firing"].splitlines()) == 5
    assert not set("".join(filled.values())) & set("\r\v\f\x85\u2028\u2029\x00\u202e")


def test_no_value_mentions_or_links_in_slack(templates: Texts, tmp_path: Path) -> None:
    """No angle bracket of a value reaches Slack, in any field of the message; every ampersand starts an escape."""
    value = "<!channel> <!here> <@U1> <https://evil.example|Runbook> & &lt;"
    hostile = _alert(labels={"service": value})
    hostile["annotations"] = dict.fromkeys(hostile["annotations"], value)
    filled = _filled(templates, tmp_path, hostile)

    said = filled["slack title"] + filled["slack fallback"] + filled["slack text"]
    assert "<" not in said
    assert ">" not in said
    assert said.count("&") == said.count("&lt;") + said.count("&gt;") + said.count("&amp;")
    assert "&lt;!channel&gt; &lt;!here&gt;" in filled["slack text"]


def test_slack_marks_nothing_up(prod: ShippedEnvironment) -> None:
    """Stars and back quotes of a value stay what they are: no field that has words in it is read as markdown."""
    receivers = yaml.safe_load(prod.files["alertmanager.yml"])["receivers"]
    slack = [config for receiver in receivers for config in receiver.get("slack_configs", ())]

    assert slack
    for config in slack:
        assert config["mrkdwn_in"] == ["pretext"]
        assert "pretext" not in config


@pytest.mark.parametrize(
    "value",
    ["a: b", "a:", "{{{ .Nothing.here }}}", "{a: 1}", "[1]", "1", "a #b"],
)
def test_details_stay_the_text_that_they_are(value: str, templates: Texts, tmp_path: Path) -> None:
    """Alertmanager reads PagerDuty's details as YAML and fills the texts in it in again: ours is one string."""
    hostile = _alert(summary=value, description=value, labels={"pod": value})
    filled = _filled({"firing": templates["pagerduty firing"]}, tmp_path, hostile)

    firing = filled["firing"]
    assert "{{" not in firing
    try:
        read = yaml.safe_load(firing)
    except yaml.YAMLError:
        return
    assert isinstance(read, str)


def test_a_value_calls_no_reader_and_hides_no_address_in_a_chat(prod: ShippedEnvironment, tmp_path: Path) -> None:
    """Teams, Discord, Webex, Mattermost and Rocket.Chat read Markdown, and each has mentions of its own."""
    texts = {"title": CHAT_TITLE, "text": chat_text(prod.plan.environment)}
    hostile = "[ok](https://evil.example) @all @channel <!here> <@U1> <#C1>\n> Runbook: https://evil.example"
    filled = _filled(texts, tmp_path, _alert(labels={"service": hostile}, summary=hostile))

    for text in filled.values():
        assert "](" not in text
        assert not re.search(r"@\w|<[@!#]", text)
        assert "evil.example" in text
    assert [
        line for line in filled["text"].splitlines() if line.lstrip().startswith(("> ", "Runbook: https://evil"))
    ] == []
    assert "Runbook: https://docs.example/runbooks/ContainerMemoryHigh" in filled["text"]


@pytest.mark.parametrize("character", ["x", "監", "&", "@", "]("])
def test_chats_and_incidents_take_a_text_that_no_one_cuts(
    character: str, prod: ShippedEnvironment, tmp_path: Path
) -> None:
    """Alertmanager cuts neither for Teams nor for Opsgenie, which refuse a longer text; a hundred alerts still fit."""
    long = character * 3000
    links: dict[str, Any] = dict.fromkeys(
        ("runbook_url", "dashboard_url", "source_url"), f"https://docs.example/{'x' * 379}"
    )
    alerts = [_alert(number, over=number % 2 > 0, summary=long, description=long, **links) for number in range(100)]
    texts = {"chat": chat_text(prod.plan.environment), "incident": incident_text(prod.plan.environment)}
    filled = _filled({"title": CHAT_TITLE, **texts}, tmp_path, *alerts)

    for name in texts:
        assert filled[name].count(f"… and {50 - FIRST_OF_CHAT} more: ") == 2
        assert filled[name].index("Firing (50):") < filled[name].index("Resolved (50):")
    assert len(filled["incident"]) <= OPSGENIE_CHARACTERS
    card = json.dumps({"title": filled["title"], "text": filled["chat"]}, ensure_ascii=False).encode()
    assert len(card) <= TEAMS_BYTES - 1024, "a card has a frame of its own"


@pytest.mark.parametrize("character", ["x", "é", "\n", "{", "\N{PILE OF POO}"])
def test_a_subject_is_one_that_amazon_takes(character: str, tmp_path: Path) -> None:
    """Fewer than 100 characters of ASCII on one line: any other, and the whole message is refused."""
    long = character * 200
    labels: dict[str, str] = {"alertname": f"A{long}", "service": f"s{long}"}
    for over in (False, True):
        subject = _filled({"subject": SNS_SUBJECT}, tmp_path, _alert(labels=labels, over=over))["subject"]
        assert subject.startswith(("[FIRING] A", "[RESOLVED] A"))
        assert ": s" in subject
        assert len(subject) < 100
        assert subject.isascii()
        assert subject.isprintable()
    usual = _filled({"subject": SNS_SUBJECT}, tmp_path, _alert())["subject"]
    assert usual == "[FIRING] ContainerMemoryHigh: kubelet"
