"""Alerts as ``model.json`` has them: whom they reach, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from vitals.rendered.entry import Entry, is_empty

Channel = Literal[
    "slack",
    "email",
    "pagerduty",
    "deadman",
    "discord",
    "incidentio",
    "jira",
    "mattermost",
    "msteamsv2",
    "opsgenie",
    "pushover",
    "rocketchat",
    "sns",
    "telegram",
    "victorops",
    "webex",
    "webhook",
    "wechat",
]
"""How a notification reaches its receivers, in Alertmanager's words; ``deadman`` is the switch that notifies when
nothing else does."""


class AlertTiming(Entry):
    """What lies between a fault and its notification, and between its end and the resolved one; in seconds.

    Attributes:
        window_s: How far back the condition looks.
        short_s: How far back it still sees a fault that is over.
        least_share: The share of the window that suffices when every event in it is bad.
        settles_s: The window of the rates that are averaged.
        scrape_s: The interval of the scrape.
        takes_s: How long a scrape may take.
        evaluation_s: The interval of the rule group.
        for_s: How long the condition must hold.
        group_wait_s: How long the first notification waits for others.
        group_interval_s: How long at most the notification of the end waits.
    """

    window_s: float
    short_s: float
    least_share: float
    settles_s: float
    scrape_s: float
    takes_s: float
    evaluation_s: float
    for_s: float
    group_wait_s: float
    group_interval_s: float


class AlertEntry(Entry):
    """What is known of an alerting rule beside its file, which has condition, bound and texts; several share a name.

    Attributes:
        id: The only one of its kind within a service, ``api.outage.failing`` for example.
        name: The ``alertname``.
        severity: Its urgency.
        service: What is watched.
        owner: The team that is notified.
        group: The rule group that evaluates it.
        for_: How long it must hold, a duration.
        labels: Further labels that the rule sets.
        channels: How its notifications travel, at once and at all hours; none for the Watchdog.
        later: How else they travel: in some hours only, or when it still fires after some time.
        timing: How fast it is.
        signal: The signal whose panel its link opens.
    """

    id: str
    name: str
    severity: str
    service: str
    owner: str
    group: str
    for_: str = Field(alias="for")
    labels: Mapping[str, str]
    channels: tuple[Channel, ...]
    later: tuple[Channel, ...] = Field(default=(), exclude_if=is_empty)
    timing: AlertTiming
    signal: str | None

    @property
    def all_labels(self) -> dict[str, str]:
        """The labels with which it reaches Alertmanager, but for those of its series."""
        own = {"alertname": self.name, "severity": self.severity, "service": self.service, "owner": self.owner}
        return own | dict(self.labels)


class RouteEntry(Entry):
    """The channels on which a team is notified of one urgency: at once and at all hours, and later or in some hours."""

    owner: str
    severity: str
    channels: tuple[Channel, ...]
    later: tuple[Channel, ...] = Field(default=(), exclude_if=is_empty)


class MaintenanceEntry(Entry):
    """A window in which nothing is sent.

    Attributes:
        interval: The name of its time interval in Alertmanager.
        start: Its first moment, ISO 8601 in UTC.
        end: The first moment after it.
        why: One sentence.
        services: What is maintained; everything where there is none.
    """

    interval: str
    start: str
    end: str
    why: str
    services: tuple[str, ...]
