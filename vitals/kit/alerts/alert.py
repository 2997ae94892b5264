"""What an alert is, whatever its family: a condition, who must know how fast, what it means and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vitals.errors import VitalsError
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.fields import seconds
from vitals.model.promql import Expr
from vitals.model.signals import Signal


class Severity(StrEnum):
    """How urgent an alert is: ``critical`` wakes somebody, ``warning`` waits for working hours, ``info`` is context.

    ``none`` is for the Watchdog, which proves that the chain works by firing always.
    """

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    NONE = "none"


def overview_url(environment: Environment) -> str:
    """The address of the board that lists every alert that fires."""
    return f"{environment.boards_url}/d/vitals-overview/vitals-overview"


@dataclass(frozen=True, slots=True)
class Bound:
    """The line that an alert draws on the panel of a signal.

    Attributes:
        signal: Id of the signal.
        value: Where the line lies, in the signal's base unit.
        severity: Its colour.
    """

    signal: str
    value: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much must go wrong until a condition holds, where the windows that it reads do not say it by themselves.

    Attributes:
        window: How far back it looks, a duration.
        short: How far back it still sees a fault that is over: the shorter window of a pair.
        least_share: The share of ``window`` that suffices when every event in it is bad.
        settles: The window of the rates that are averaged, which both ends are late by; ``0s`` where there are none.
    """

    window: str
    short: str
    least_share: float = 1.0
    settles: str = "0s"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alerting rule for one service.

    Attributes:
        id: Stable id of the kind, by which an environment overrides its bound.
        name: CamelCase; the same for every service.
        severity: How urgent it is.
        service: Value of the ``service`` label.
        owner: The team that is told.
        group: The rule group that evaluates it, ``<service>.<group>``.
        expr: The condition.
        summary: One line with the current value, as a Prometheus template.
        means: What it means for users.
        do: The first thing to do.
        signal: The signal on whose panel the alert can be seen; ``None`` where no panel shows it.
        lasting: How long the condition must hold (``for``); ``0s`` where window pairs do that work.
        bounds: The lines it draws on panels.
        labels: Labels beside severity, service and owner.
        evidence: How much must go wrong; ``None`` where the longest window that is read says it.
        keeps_firing: How long it goes on firing after its condition (``keep_firing_for``); ``0s`` for not at all.
        annotations: What a pasted rule says beside summary and description.
        page: The runbook; empty for the page of its name.
        where: File, line and rule of a pasted alert; empty for an alert of ours.
    """

    id: str
    name: str
    severity: Severity
    service: str
    owner: str
    group: str
    expr: Expr
    summary: str
    means: str
    do: str
    signal: Signal | None = None
    lasting: str = "0s"
    bounds: tuple[Bound, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence | None = None
    keeps_firing: str = "0s"
    annotations: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        """Refuse a name that is not CamelCase or a text that leaves people without help.

        Raises:
            VitalsError: Naming the alert and the field; also when ``lasting`` is no duration.
        """
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*" if self.where else r"([A-Z][a-z0-9]+)+", self.name):
            raise VitalsError(f"Alert {self.name!r}: names are CamelCase, such as ServiceOutage.")
        for label in ("summary", "means", "do"):
            if not getattr(self, label).strip():
                raise VitalsError(f"Alert {self.name}: {label} is empty, and whoever is woken needs it. Write it.")
        if ": " in self.means + self.do:
            raise VitalsError(
                f"Alert {self.name}: ': ' in means or do. Alertmanager reads what it sends to PagerDuty as YAML, and a "
                "colon would turn the text into a map. Write a comma or a full stop."
            )
        if self.lasting != "0s":
            try:
                seconds(self.lasting)
            except ValueError as error:
                raise VitalsError(f"Alert {self.name}: {error}. Nothing was rendered; correct it.") from None

    def rule(self, environment: Environment) -> dict[str, object]:
        """The alerting rule in the form of a Prometheus rule file, with links for one environment."""
        keeps = {"keep_firing_for": self.keeps_firing} if self.keeps_firing != "0s" else {}
        return {
            "alert": self.name,
            "expr": self.expr.pretty(),
            "for": self.lasting,
            **keeps,
            "labels": {
                "severity": self.severity.value,
                "service": self.service,
                "owner": self.owner,
                **self.labels,
            },
            "annotations": {
                "summary": self.summary,
                "description": f"{self.means} {self.do}",
                "runbook_url": f"{environment.runbooks_url}/{self.page or self.name}",
                "dashboard_url": self.link(environment),
                "source_url": environment.rule_url.format(group=self.group, alert=self.name),
                **self.annotations,
            },
        }

    def link(self, environment: Environment) -> str:
        """The address of the very panel that shows the alert, for its service and machine, over the last hour."""
        time = "from=now-1h&to=now"
        if self.signal is None:
            return f"{overview_url(environment)}?{time}"
        board = self.signal.board
        machine = "&var-instance={{ $labels.instance }}" if "instance" in self.signal.labels else ""
        view = f"viewPanel={self.signal.panel}&var-service={self.service}{machine}&{time}"
        return f"{environment.boards_url}/d/{board}/{board}?{view}"


def whose(signal: Signal, service: Service) -> str:
    """Whom a summary speaks of: the service, and the labels that tell its series apart.

    Returns:
        For example ``wellness-api ({{ $labels.cache }})``.
    """
    more = [label for label in signal.labels if label != "service" and label not in signal.fixed]
    return f"{service.name} ({', '.join(f'{{{{ $labels.{label} }}}}' for label in more)})" if more else service.name


def subject(signal: Signal, service: Service) -> str:
    """What a summary speaks of, and whose it is.

    Returns:
        For example ``Hit ratio of wellness-api ({{ $labels.cache }})``.
    """
    what, _, _ = signal.title.partition(" by ")
    return f"{what.removesuffix(',')} of {whose(signal, service)}"
