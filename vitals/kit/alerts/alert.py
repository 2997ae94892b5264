"""What an alert is, whatever its family: a condition, who must know how fast, what it means and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vitals.errors import VitalsError
from vitals.kit.alerts.because import covered, declared_at
from vitals.kit.alerts.gaps import LastShown
from vitals.model.catalog import Environment
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import INSTANCE, OWNER, SERVICE, SEVERITY, DashboardUid, Severity
from vitals.model.promql import Expr, form_of, laid_out
from vitals.model.signals import Signal

TOO_SLOW = "its windows and its duration are longer than a drill may take"
ELSEWHERE = "it watches what does not run on one machine"
"""Why several kinds of alert have no drill."""


def overview_url(environment: Environment) -> str:
    """The address of the dashboard that lists every alert that fires."""
    return f"{environment.dashboards_url}/d/{DashboardUid.OVERVIEW}/{DashboardUid.OVERVIEW}"


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
        owner: The team that is notified.
        group: The rule group that evaluates it, ``<service>.<group>``.
        expr: The condition.
        summary: One line with the current value, as a Prometheus template.
        impact: What it means for users.
        action: The first thing to do.
        signal: The signal on whose panel the alert can be seen; ``None`` where no panel shows it.
        for_: How long the condition must hold (``for``); ``0s`` where window pairs do that work.
        bounds: The lines it draws on panels.
        labels: Labels beside severity, service and owner.
        because: Why each bound and window of it is that number, by the number as people say it.
        evidence: How much must go wrong; ``None`` where the longest window that is read says it.
        keeps_firing: How long it goes on firing after its condition (``keep_firing_for``); ``0s`` for not at all.
        annotations: What a pasted rule says beside summary and description.
        page: The runbook; empty for the page of its name.
        where: File, line and rule of a pasted alert; empty for an alert of ours.
        fires_when: The condition in words, with every number of it, for the runbook; empty for the expression itself.
        no_drill: Why no drill makes it fire; empty where one does.
        declared: File and line of its declaration; where not given, those at which it is made.
        last: What it showed last, with which it goes on while nothing is scraped; ``None`` where its condition says by
            itself how it ends, or where it may end and come again.
    """

    id: str
    name: str
    severity: Severity
    service: str
    owner: str
    group: str
    expr: Expr
    summary: str
    impact: str
    action: str
    signal: Signal | None = None
    for_: str = "0s"
    bounds: tuple[Bound, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence | None = None
    keeps_firing: str = "0s"
    annotations: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    where: str = ""
    fires_when: str = ""
    no_drill: str = ""
    declared: str = field(default="", compare=False)
    last: LastShown | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is not CamelCase or a text that leaves people without help.

        Raises:
            VitalsError: Naming the alert and the field; also when ``for_`` is not a duration, and when nothing says why
                a number of ours is that number.
        """
        if not (self.declared or self.where):
            object.__setattr__(self, "declared", declared_at())
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*" if self.where else r"([A-Z][a-z0-9]+)+", self.name):
            raise VitalsError(f"{self.what}: names are CamelCase, such as ServiceOutage.")
        for label in ("summary", "impact", "action"):
            if not getattr(self, label).strip():
                raise VitalsError(f"{self.what}: {label} is empty, and the person on call needs it. Write it.")
        if not self.where and ": " in self.impact + self.action:  # what is pasted stays, and messages take the space
            raise VitalsError(
                f"{self.what}: ': ' in impact or action. Alertmanager reads what it sends to PagerDuty as YAML, "
                "and a colon would turn the text into a map. Write a comma or a full stop."
            )
        if self.for_ != "0s":
            try:
                seconds(self.for_)
            except ValueError as error:
                raise VitalsError(f"{self.what}: {error}. Nothing was rendered; correct it.") from None
        if not self.where:
            covered(self.what, form_of(self.expr.text, self.service), self.for_, self.because)

    @property
    def what(self) -> str:
        """The alert as a message names it."""
        return self.where or f"{self.declared}, alert {self.name}"

    @property
    def whole(self) -> Expr:
        """The condition, and what keeps the alert through a gap once it fires."""
        if self.last is None:
            return self.expr
        return self.expr | self.last.of(self.name, {SERVICE: self.service, **self.labels})

    def rule(self, environment: Environment) -> dict[str, object]:
        """The alerting rule in the form of a Prometheus rule file, with links for one environment."""
        durations = {"for": self.for_, "keep_firing_for": self.keeps_firing}
        return {
            "alert": self.name,
            "expr": laid_out(self.whole, self.service),
            **{field: duration for field, duration in durations.items() if duration != "0s"},
            "labels": {
                SEVERITY: self.severity.value,
                SERVICE: self.service,
                OWNER: self.owner,
                **self.labels,
            },
            "annotations": {
                "summary": self.summary,
                "description": f"{self.impact} {self.action}",
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
        dashboard = self.signal.dashboard
        machine = "&var-instance={{ $labels.instance }}" if INSTANCE in self.signal.labels else ""
        view = f"viewPanel={self.signal.panel}&var-service={self.service}{machine}&{time}"
        return f"{environment.dashboards_url}/d/{dashboard}/{dashboard}?{view}"
