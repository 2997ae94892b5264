"""The settings of each kind of channel, as Alertmanager reads them; secrets are paths of files.

Reference: https://prometheus.io/docs/alerting/latest/configuration/#receiver-integration-settings.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from vitals.errors import VitalsError
from vitals.kit.alerts import messages
from vitals.kit.alerts.pictures import mail_thread, slack_mark
from vitals.model.catalog import (
    Discord,
    Email,
    Environment,
    IncidentIo,
    Jira,
    Mattermost,
    MicrosoftTeams,
    NotificationChannel,
    Opsgenie,
    PagerDuty,
    Pushover,
    Rocketchat,
    Slack,
    Sns,
    Telegram,
    VictorOps,
    Webex,
    Webhook,
    Wechat,
)
from vitals.model.conventions import Severity

Config = dict[str, object]

_OPSGENIE_PRIORITY = {Severity.CRITICAL: "P1", Severity.WARNING: "P3", Severity.INFO: "P5"}
_PUSHOVER_PRIORITY = {
    # Emergency: it is repeated until it is acknowledged, and what is over is as loud as a message.
    Severity.CRITICAL: '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}',
    Severity.WARNING: "0",
    Severity.INFO: "-1",
}


def receiver(name: str, channels: Iterable[NotificationChannel], severity: Severity, on: Environment) -> Config:
    """A receiver: every channel under the settings of its kind.

    Args:
        name: Of the receiver.
        channels: What is sent to.
        severity: The urgency, which incident services show.
        on: Where it runs: addresses and the secrets folder.
    """
    found: dict[str, list[Config]] = {}
    for channel in channels:
        found.setdefault(f"{channel.kind}_configs", []).append(_settings(channel, severity, on))
    return {"name": name, **found}


def can_send(channel: NotificationChannel, on: Environment) -> bool:
    """Whether an environment sends to a channel: Pushover has no address but its own, where nothing may leave."""
    return not (on.channels_url and isinstance(channel, Pushover))


@singledispatch
def _settings(channel: NotificationChannel, severity: Severity, on: Environment) -> Config:
    del severity, on
    raise VitalsError(
        f"{type(channel).__name__} has no settings of Alertmanager, so nothing could be sent there. Take a kind of "
        "channel of vitals.model.catalog."
    )


@_settings.register
def _(channel: Slack, _: Severity, on: Environment) -> Config:
    """Only the pretext, which there is none of, may be marked up: a value cannot hide a line in a block of code."""
    return {
        "api_url_file": _file(on, channel.webhook_file),
        "channel": channel.channel,
        "send_resolved": True,
        "title": messages.SLACK_TITLE,
        "fallback": messages.SLACK_TITLE,
        "text": messages.slack_text(on),
        "mrkdwn_in": ["pretext"],
        **slack_mark(channel, on),
    }


@_settings.register
def _(channel: Email, _: Severity, on: Environment) -> Config:
    return {
        "to": channel.to,
        "send_resolved": True,
        "headers": {"Subject": messages.MAIL_TITLE},
        "html": "",
        "text": messages.mail_text(on),
        **mail_thread(channel, on),
    }


@_settings.register
def _(channel: PagerDuty, severity: Severity, on: Environment) -> Config:
    return {
        "routing_key_file": _file(on, channel.routing_key_file),
        "send_resolved": True,
        "severity": severity.value,
        "description": messages.pagerduty_summary(),
        "details": messages.pagerduty_details(),
        "links": [
            {"href": messages.pagerduty_link(annotation), "text": text}
            for text, annotation in (("Runbook", "runbook_url"), ("Dashboard", "dashboard_url"), ("Rule", "source_url"))
        ],
    }


@_settings.register
def _(channel: MicrosoftTeams, _: Severity, on: Environment) -> Config:
    return {
        "webhook_url_file": _file(on, channel.webhook_file),
        "send_resolved": True,
        "title": messages.CHAT_TITLE,
        "text": messages.chat_text(on),
    }


@_settings.register
def _(channel: Discord, _: Severity, on: Environment) -> Config:
    return {
        "webhook_url_file": _file(on, channel.webhook_file),
        "send_resolved": True,
        "title": messages.CHAT_TITLE,
        "message": messages.chat_text(on),
    }


@_settings.register
def _(channel: Mattermost, _: Severity, on: Environment) -> Config:
    return {
        "webhook_url_file": _file(on, channel.webhook_file),
        **({"channel": channel.channel} if channel.channel else {}),
        "send_resolved": True,
        "text": f"{messages.CHAT_TITLE}\n\n{messages.chat_text(on)}",
    }


@_settings.register
def _(channel: Telegram, _: Severity, on: Environment) -> Config:
    """Without a parse mode, so that nothing in it is marked up."""
    return {
        **_stand_in(on, "telegram"),
        "bot_token_file": _file(on, channel.bot_token_file),
        "chat_id": channel.chat,
        **({"message_thread_id": channel.topic} if channel.topic else {}),
        "send_resolved": True,
        "parse_mode": "",
        "message": f"{messages.MAIL_TITLE}\n\n{messages.incident_text(on)}",
    }


@_settings.register
def _(channel: Webex, _: Severity, on: Environment) -> Config:
    return {
        **_stand_in(on, "webex"),
        "room_id": channel.room,
        "http_config": _bearer(on, channel.bot_token_file),
        "send_resolved": True,
        "message": f"{messages.CHAT_TITLE}\n\n{messages.chat_text(on)}",
    }


@_settings.register
def _(channel: Rocketchat, _: Severity, on: Environment) -> Config:
    return {
        **(_stand_in(on, "rocketchat/") or {"api_url": f"{channel.server.rstrip('/')}/"}),
        "channel": channel.channel,
        "token_id_file": _file(on, channel.user_id_file),
        "token_file": _file(on, channel.token_file),
        "send_resolved": True,
        "title": messages.CHAT_TITLE,
        "text": messages.chat_text(on),
    }


@_settings.register
def _(channel: Wechat, _: Severity, on: Environment) -> Config:
    return {
        **_stand_in(on, "wechat/"),
        "corp_id": channel.corporation,
        "agent_id": channel.agent,
        "api_secret_file": _file(on, channel.secret_file),
        "to_user": channel.users,
        "to_party": channel.departments,
        "to_tag": channel.tags,
        "send_resolved": True,
        "message": f"{messages.MAIL_TITLE}\n\n{messages.incident_text(on)}",
    }


@_settings.register
def _(channel: Opsgenie, severity: Severity, on: Environment) -> Config:
    team = channel.responder_team
    return {
        **(_stand_in(on, "opsgenie/") or ({"api_url": channel.api} if channel.api else {})),
        "api_key_file": _file(on, channel.api_key_file),
        "send_resolved": True,
        "message": messages.pagerduty_summary(),
        "description": messages.incident_text(on),
        "priority": _OPSGENIE_PRIORITY[severity],
        **({"responders": [{"name": team, "type": "team"}]} if team else {}),
    }


@_settings.register
def _(channel: VictorOps, severity: Severity, on: Environment) -> Config:
    return {
        **_stand_in(on, "victorops/"),
        "api_key_file": _file(on, channel.api_key_file),
        "routing_key": channel.route,
        "send_resolved": True,
        "message_type": severity.value.upper(),
        "entity_display_name": messages.pagerduty_summary(),
        "state_message": messages.incident_text(on),
    }


@_settings.register
def _(channel: IncidentIo, _: Severity, on: Environment) -> Config:
    return {
        "url_file": _file(on, channel.url_file),
        "alert_source_token_file": _file(on, channel.token_file),
        "send_resolved": True,
    }


@_settings.register
def _(channel: Pushover, severity: Severity, on: Environment) -> Config:
    return {
        "user_key_file": _file(on, channel.user_key_file),
        "token_file": _file(on, channel.token_file),
        "send_resolved": True,
        "title": messages.MAIL_TITLE,
        "message": messages.incident_text(on),
        "url": messages.pagerduty_link("runbook_url"),
        "priority": _PUSHOVER_PRIORITY[severity],
    }


@_settings.register
def _(channel: Jira, _: Severity, on: Environment) -> Config:
    basic = {"username": channel.user, "password_file": _file(on, channel.token_file)}
    closing = channel.resolve_transition
    return {
        **(_stand_in(on, "jira/") or {"api_url": f"{channel.api}/"}),
        "project": channel.project,
        "issue_type": channel.issue_type,
        "http_config": {"basic_auth": basic} if channel.user else _bearer(on, channel.token_file),
        "send_resolved": True,
        "summary": messages.pagerduty_summary(),
        "description": messages.incident_text(on),
        **({"resolve_transition": closing} if closing else {}),
    }


@_settings.register
def _(channel: Sns, _: Severity, on: Environment) -> Config:
    role = {"role_arn": channel.role_arn} if channel.role_arn else {}
    return {
        **_stand_in(on, "sns/"),
        "topic_arn": channel.topic_arn,
        "sigv4": {"region": channel.region, "profile": channel.profile, **role},
        "send_resolved": True,
        "subject": messages.SNS_SUBJECT,
        "message": messages.mail_text(on),
    }


@_settings.register
def _(channel: Webhook, _: Severity, on: Environment) -> Config:
    return {
        "url_file": _file(on, channel.url_file),
        **({"http_config": _bearer(on, channel.token_file)} if channel.token_file else {}),
        "send_resolved": True,
    }


def _file(on: Environment, name: str) -> str:
    return f"{on.secrets_dir}/{name}"


def _bearer(on: Environment, name: str) -> Config:
    return {"authorization": {"type": "Bearer", "credentials_file": _file(on, name)}}


def _stand_in(on: Environment, path: str) -> Config:
    """The address of what stands in for a service; nothing where Alertmanager takes the service's own."""
    return {"api_url": f"{on.channels_url}/{path}"} if on.channels_url else {}
