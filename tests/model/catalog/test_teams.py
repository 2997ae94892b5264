"""Teams: every channel is optional and one is needed, secrets are names of files, hours are those of a real clock."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from alert_rules.routing import ROUTING
from tests.catalogues import SHOP
from vitals.errors import VitalsError
from vitals.kit.alerts.routing import alertmanager_config
from vitals.model.catalog import (
    Catalogue,
    CatalogueError,
    Email,
    Hours,
    MicrosoftTeams,
    Opsgenie,
    PagerDuty,
    Slack,
    Sns,
    Team,
    load,
)
from vitals.model.catalog.check import check
from vitals.model.metrics import EXPORTERS
from vitals_telemetry.metrics import API_RESPONSE_TIME

KEY = "0123456789abcdef0123456789abcdef"
PAYMENTS = """
from vitals.model.catalog import *

discovery = Team(name="discovery", pagerduty=PagerDuty(routing_key_file="discovery-pagerduty"))
payments = Team(name="payments", {})
"""


def _declared(folder: Path, payments: str) -> Catalogue:
    """The sample catalogue, with another team."""
    copied = Path(shutil.copytree(SHOP, folder / "catalog", ignore=shutil.ignore_patterns("__pycache__")))
    (copied / "receivers.py").write_text(PAYMENTS.replace("{}", payments))
    catalogue = load(copied)
    check(catalogue, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)
    return catalogue


@pytest.mark.parametrize(
    ("payments", "secrets"),
    [
        ('pagerduty=PagerDuty(routing_key_file="p-key")', ("p-key",)),
        ('channels=(MicrosoftTeams(webhook_file="p-teams"),)', ("p-teams",)),
        ('channels=MicrosoftTeams(webhook_file="p-teams")', ("p-teams",)),
        ('channels=[Discord(webhook_file="p-d"), Telegram(chat=-1001, bot_token_file="p-t")]', ("p-d", "p-t")),
        ('email=Email(to="p@shop.example")', ()),
    ],
)
def test_any_one_channel_makes_a_team(payments: str, secrets: tuple[str, ...], tmp_path: Path) -> None:
    """None of them is forced on a team; one alone may stand without a tuple."""
    assert _declared(tmp_path, payments).teams["payments"].secrets == secrets


@pytest.mark.parametrize(
    ("payments", "complaints"),
    [
        ("", ["receivers.py:5: Team", "it has no channel", "would hear of nothing"]),
        ("pagerduty=PagerDuty()", ["PagerDuty, field routing_key_file", "the name of the file that holds the secret"]),
        (
            f'pagerduty=PagerDuty(routing_key_file="{KEY}")',
            ["routing_key_file", "never the secret itself", "put the secret into that file"],
        ),
        (
            'channels=Discord(webhook_file="https://discord.com/api/webhooks/1/secret")',
            ["webhook_file", "never the secret itself"],
        ),
        ('channels=Telegram(chat=-1, bot_token_file="123456789:AAsecret")', ["never the secret itself"]),
        ('channels=PagerDuty(routing_key_file="a/b")', ["never a path"]),
        ('channels=("pigeon",)', ["'pigeon' is not a channel that Alertmanager can send to", "MicrosoftTeams"]),
        ('microsoft_teams=MicrosoftTeams(webhook_file="k")', ["write channels=(MicrosoftTeams(...),)"]),
        ('channels=("microsoft_teams",)', ["Did you mean MicrosoftTeams(...)"]),
        (
            'pagerduty=PagerDuty(routing_key_file="k"), channels=PagerDuty(routing_key_file="k")',
            ["one channel is named twice"],
        ),
        ('email=Email(to="p@shop.example"), time_zone="Asia/Tokio"', ["'Asia/Tokio' is not", "'Asia/Tokyo'"]),
        (
            'channels=PagerDuty(routing_key_file="k", during=Hours("9", "17:00"))',
            ["'9' is not a time of day", "'07:00'"],
        ),
        (
            'channels=PagerDuty(routing_key_file="k", during=Hours("09:00", "17:00", "funday"))',
            ["not a day of the week"],
        ),
        ('channels=PagerDuty(routing_key_file="k", during="at night")', ["during", "working-hours"]),
        ('channels=PagerDuty(routing_key_file="k", after="soon")', ["'soon' is not a duration"]),
        ('channels=PagerDuty(routing_key_file="k", severities=("page",))', ["severities", "'critical', 'warning' or"]),
        ('channels=PagerDuty(routing_key_file="k"), working_hours=Hours("08:00", "08:00")', ["are none"]),
        ('channels=PagerDuty(routing_key_file="k"), teams=1', ["teams", "there is no such field"]),
    ],
)
def test_what_cannot_be_notified_is_refused_before_anything_is_rendered(
    payments: str, complaints: list[str], tmp_path: Path
) -> None:
    """File, field, what follows and what to write; and never the secret that stood in the wrong place."""
    with pytest.raises(CatalogueError) as error:
        _declared(tmp_path, payments)

    text = str(error.value)
    assert all(complaint in text for complaint in complaints), text
    assert KEY not in text
    assert "secret'" not in text
    assert "AAsecret" not in text


def test_an_unknown_kind_that_is_imported_by_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """People write the import first."""
    copied = Path(shutil.copytree(SHOP, tmp_path / "catalog", ignore=shutil.ignore_patterns("__pycache__")))
    (copied / "receivers.py").write_text("from vitals.model.catalog import MicrosoftTeam\n")

    with pytest.raises(CatalogueError, match=r"receivers\.py:1: .*MicrosoftTeam.* Did you mean MicrosoftTeams\?"):
        load(copied)


def test_a_mailbox_needs_a_server_and_a_topic_its_keys(sample: Catalogue) -> None:
    """An environment without a mail server is fine as long as no team has a mailbox."""
    lab = replace(sample.environments["lab"], smtp=None)
    only_pagerduty = {name: Team(name=name, pagerduty=PagerDuty(routing_key_file=name)) for name in sample.teams}

    def checked(teams: dict[str, Team]) -> None:
        changed = replace(sample, environments={"lab": lab}, teams=teams)
        check(changed, exporters=EXPORTERS, response_time=API_RESPONSE_TIME)

    checked(only_pagerduty)
    assert "smtp_smarthost" not in str(alertmanager_config(ROUTING, only_pagerduty, lab)["global"])
    with pytest.raises(CatalogueError, match=r"field smtp: team .* has a mailbox and no mail server"):
        checked(sample.teams)
    topic = Team(name="payments", channels=(Sns(topic_arn="arn:aws:sns:eu-west-1:123456789012:pages"),))
    with pytest.raises(CatalogueError, match=r"field aws_credentials_file: team 'payments' has a topic of SNS"):
        checked({**only_pagerduty, "payments": topic})


def _routed(sample: Catalogue, *channels: PagerDuty | Opsgenie | MicrosoftTeams | Email | Slack) -> None:
    teams = {**sample.teams, "payments": Team(name="payments", channels=channels, time_zone="Europe/Berlin")}
    alertmanager_config(ROUTING, teams, sample.environments["lab"])


def test_hours_without_a_channel_on_call_are_refused_with_the_first_of_them(sample: Catalogue) -> None:
    """A page at that time would wait until the next shift begins."""
    day = PagerDuty(routing_key_file="day", during=Hours("07:00", "19:00", "monday:sunday"))
    night = PagerDuty(routing_key_file="night", during=Hours("19:00", "07:00", "monday:sunday"))
    short = PagerDuty(routing_key_file="night", during=Hours("19:00", "06:30", "monday:sunday"))

    _routed(sample, day, night)
    with pytest.raises(
        VitalsError, match=r"'payments': from \w+ 06:30 Europe/Berlin on no channel is notified of a page"
    ):
        _routed(sample, day, short)
    with pytest.raises(VitalsError, match=r"from Thursday 19:00 Europe/Berlin"):
        _routed(sample, day)


def test_shifts_of_two_zones_leave_a_gap_when_only_one_changes_its_clocks(sample: Catalogue) -> None:
    """09:00 to 17:00 in Tokyo is 01:00 to 09:00 in Berlin in winter only: Japan has no summer time."""
    berlin = PagerDuty(routing_key_file="berlin", during=Hours("09:00", "01:00", "monday:sunday", "Europe/Berlin"))
    tokyo = PagerDuty(routing_key_file="tokyo", during=Hours("09:00", "17:00", "monday:sunday", "Asia/Tokyo"))
    longer = PagerDuty(routing_key_file="tokyo", during=Hours("08:00", "17:00", "monday:sunday", "Asia/Tokyo"))

    with pytest.raises(VitalsError, match="clocks change within a year"):
        _routed(sample, berlin, tokyo)
    _routed(sample, berlin, longer)


def test_hours_that_come_to_the_same_are_one_receiver(sample: Catalogue) -> None:
    """Alertmanager refuses two receivers of one name: the zone may be named or be the team's own."""
    own, named = Hours("09:00", "17:00"), Hours("09:00", "17:00", time_zone="Europe/Berlin")
    channels = (
        PagerDuty(routing_key_file="k"),
        MicrosoftTeams(webhook_file="a", during=own),
        MicrosoftTeams(webhook_file="b", during=named),
    )
    team = Team(name="payments", channels=channels, time_zone="Europe/Berlin")
    config = alertmanager_config(ROUTING, {**sample.teams, "payments": team}, sample.environments["lab"])
    receivers = config["receivers"]

    assert isinstance(receivers, list)
    names = [one["name"] for one in receivers]
    assert len(names) == len(set(names))
    assert "payments-critical-monday-to-friday-0900-1700-europe-berlin" in names


def test_an_escalation_alone_hears_of_no_page_when_it_fires(sample: Catalogue) -> None:
    """The second receiver needs a first one, and so do tickets."""
    with pytest.raises(VitalsError, match="no channel is notified of a page \\(critical\\) when it fires"):
        _routed(sample, PagerDuty(routing_key_file="k", after="15m"))
    with pytest.raises(VitalsError, match="no channel takes 'warning'"):
        _routed(sample, PagerDuty(routing_key_file="k", severities=("critical",)))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("monday:friday", "monday, tuesday, wednesday, thursday, friday"),
        ("Mon-Fri", "monday, tuesday, wednesday, thursday, friday"),
        ("fri to mon", "monday, friday, saturday, sunday"),
        ("Saturday, Sunday", "saturday, sunday"),
    ],
)
def test_days_are_read_as_people_write_them(written: str, days: str) -> None:
    """Short or long, as a range or listed, over the end of the week."""
    assert Hours("9:00", "17:00", written) == Hours("09:00", "17:00", days)
