"""An environment as data: where alerts lead, how often targets are scraped, what is there to watch.

Whatever differs between environments is a field here, so no generator ever asks which environment it works for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.budget import Budget
from vitals.model.catalog.channel import SecretFile
from vitals.model.catalog.fields import STRICT, Duration, FileName, Name, Sentence, seconds
from vitals.model.catalog.scaling import Autoscaling
from vitals.model.catalog.servers import Servers
from vitals.model.catalog.service import Service
from vitals.model.catalog.time_zone import UTC, TimeZone

Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s]+[^/\s]|__[a-z_]+_url__(/[^\s]*)?)$")]
"""A base URL without a final slash, or a declared placeholder that the local stack fills."""

RuleUrl = Annotated[
    str,
    StringConstraints(pattern=r"^(https?://[^\s{}]+|__[a-z_]+_url__)/[^\s{}]*\{group\}([^\s{}]|\{alert\})*$"),
]
"""An address with the rule group in it, and the alert's name where the place shows one alert at a time."""


@dataclass(frozen=True, config=STRICT)
class Scrape:
    """How often targets are scraped and rules evaluated.

    Attributes:
        page: Interval of targets whose outage pages, and of the outage rules.
        page_timeout: Time limit of such a scrape.
        others: Interval of everything else, and of the other rules.
        slow: Interval of trends and forecasts.
        budgets: Interval of error budgets and of burn rates over a day or more. Thirty days are 17,280 samples an
            objective, so not every minute; and a panel sees five minutes back, so one evaluation may be missed.
    """

    page: Duration = "5s"
    page_timeout: Duration = "2s"
    others: Duration = "15s"
    slow: Duration = "1m"
    budgets: Duration = "2m"

    @model_validator(mode="after")
    def _a_scrape_ends_before_the_next(self) -> Scrape:
        if seconds(self.page_timeout) > min(seconds(self.page), seconds(self.others)):
            raise ValueError(
                f"page_timeout {self.page_timeout} is longer than the time between scrapes, which Prometheus refuses. "
                "Shorten it"
            )
        return self

    def of(self, service: Service) -> str:
        """How often a service is scraped: one that promises availability pages, so it is asked at the page's pace."""
        return self.page if service.availability else self.others

    def timeout_of(self, service: Service) -> str:
        """How long a scrape of a service may take; never longer than the time until the next."""
        own = service.dialect.scrape_timeout
        return min(own, self.of(service), key=seconds) if own else self.page_timeout

    def asked(self, *, slow: bool) -> str:
        """How often an exporter is scraped; slowly if what it hands on is itself minutes old."""
        return self.slow if slow else self.others


@dataclass(frozen=True, config=STRICT)
class Smtp:
    """The mail server that Alertmanager uses; ``password_file`` names the secret's file where it wants one."""

    smarthost: str
    sender: str
    username: str | None = None
    password_file: FileName | None = None
    require_tls: bool = True


RELAY = "pictures"
"""The exporter that the relay of pictures is."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Pictures:
    """The relay that sends the picture of an alert's panel after its notification.

    Attributes:
        url: Where Alertmanager finds it.
        token_file: The secret file with the token by which it knows Alertmanager.
        every: How long a group of alerts waits for its next picture: news of a group come every fifteen seconds, and
            the panel looks the same.
    """

    url: Url
    token_file: SecretFile = "pictures-token"  # noqa: S105 - the name of a file, not a token
    every: Duration = "10m"


@dataclass(frozen=True, config=STRICT)
class Environment:
    """One place where the stack runs.

    Attributes:
        name: Also the folder under ``rendered/`` and the external label ``environment``.
        description: One sentence that says what it is for.
        delivery: Configuration as ``files`` for programs on one machine, as objects for the Prometheus ``operator``,
            or as objects for Google's ``managed`` Prometheus, where no Prometheus of ours runs.
        dashboards_url: Base of links to dashboards.
        runbooks_url: Base of links to runbooks.
        rule_url: Address of an alert's rule, with ``{group}`` and perhaps ``{alert}`` in it.
        pagerduty_url: PagerDuty's Events v2 address.
        secrets_dir: The folder in which Alertmanager finds secret files.
        smtp: The mail server; needed where a team has a mailbox.
        exporters: Names of the exporters that run there (:data:`vitals.model.metrics.EXPORTERS`); the relay of
            ``pictures`` is watched without being named.
        operators: The team that is notified about the monitoring itself.
        budget: What its metrics may come to at most.
        targets: How many of an exporter run there, by its name; one where nothing is said.
        deadman_file: The secret file with the address outside that must hear the Watchdog every minute, where there
            is one; it raises the alarm when it does not.
        aws_credentials_file: The secret file with AWS' credentials, in AWS' own form; needed where a team has a
            topic of SNS.
        channels_url: Base of what stands in for the services of channels, where nothing may leave: the local stack's
            receivers. Mail, Slack and PagerDuty have addresses of their own.
        pictures: Who sends pictures after notifications to the channels that want them; none are sent where it is
            ``None``.
        servers: What Prometheus and Alertmanager are given where they run as objects of the operator.
        autoscaling: What the autoscaler works with; ``None`` where there is none.
        scrape: Intervals.
        time_zone: Whose clock decides the working hours of a team that names no time zone of its own.
        bounds: Bounds of threshold alerts that differ here, by alert id.
        clusters: Whether its dashboards choose one of several clusters, whose series are in one place and have the
            label ``cluster``: what ``vitals:clusterLabel`` of each stack says, or Google.
    """

    name: Name
    description: Sentence
    delivery: Literal["files", "operator", "managed"]
    dashboards_url: Url
    runbooks_url: Url
    rule_url: RuleUrl
    secrets_dir: str
    operators: Name
    budget: Budget
    smtp: Smtp | None = None
    deadman_file: FileName | None = None
    aws_credentials_file: FileName | None = None
    channels_url: Url | None = None
    pictures: Pictures | None = None
    pagerduty_url: Url = "https://events.pagerduty.com/v2/enqueue"
    exporters: tuple[Name, ...] = Field(default=(), strict=False)
    targets: Mapping[Name, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    servers: Servers | None = None
    autoscaling: Autoscaling | None = None
    scrape: Scrape = Scrape()
    time_zone: TimeZone = UTC
    bounds: Mapping[str, str] = Field(default_factory=dict)
    clusters: bool = False

    @property
    def scraped_exporters(self) -> tuple[str, ...]:
        """Every exporter that is scraped: those that are named, and the relay of pictures where there are pictures."""
        return tuple(dict.fromkeys((*self.exporters, *((RELAY,) if self.pictures else ()))))

    @model_validator(mode="after")
    def _objects_have_sizes(self) -> Environment:
        if (self.delivery == "files") == (self.servers is not None):
            raise ValueError(
                "servers says what Alertmanager and Prometheus are given on a cluster, so it belongs to every delivery "
                "but 'files'. Say both or neither"
            )
        ours = self.servers is not None and (self.servers.prometheus, self.servers.retention) != (None, None)
        if self.servers and ours != (self.delivery == "operator"):
            raise ValueError(
                f"servers.prometheus and servers.retention {'are' if ours else 'are not'} given and delivery is "
                f"{self.delivery!r}: our own Prometheus exists for 'operator' only. Correct one of them"
            )
        if self.autoscaling and "keda" not in self.exporters:
            raise ValueError(
                "autoscaling needs KEDA, and exporters does not name 'keda': no receiver would hear that it cannot "
                "read the "
                "load. Add it"
            )
        return self
