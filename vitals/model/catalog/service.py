"""A service: what its users are promised, the service level objectives (SLOs), and what it stands on.

An SLO is checked against the mathematics of burn-rate alerts as soon as it is written: one whose page could never
fire is refused here, because such an alert stays silent for ever without being noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, InstanceOf, StringConstraints, field_validator, model_validator
from pydantic.dataclasses import dataclass

from vitals.errors import did_you_mean
from vitals.model.catalog.burn_windows import STEEPEST
from vitals.model.catalog.demand import Demand, OwnDemand
from vitals.model.catalog.fields import STRICT, Duration, Name, Sentence, Share, seconds, share
from vitals.model.catalog.load_test import LoadTest
from vitals.model.catalog.pod import Pod
from vitals.model.catalog.resources import Cache, Firestore, Queue
from vitals.model.catalog.scaling import Scaling
from vitals.model.conventions import (
    ALERTNAME,
    ALERTSTATE,
    INSTANCE,
    JOB,
    OWNER,
    REASON,
    SERVICE,
    SEVERITY,
    SIGNAL,
    SLO,
)
from vitals.model.dialects import DIALECTS, VITALS, Dialect
from vitals_telemetry.contract import Metric, MetricType, Unit
from vitals_telemetry.metrics import METRICS, PROCESS_METRICS


class _Objective:
    """What both kinds of SLO have: a share of good events, and the budget that is left for bad ones."""

    objective: str

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad: 0.001 for an objective of 99.9%."""
        return 1 - share(self.objective)


def _can_page(objective: str) -> str:
    if STEEPEST * (1 - share(objective)) >= 1:
        least = float(100 * (1 - 1 / STEEPEST))
        raise ValueError(
            f"an objective of {objective} can never page: {STEEPEST} times its budget is more than all requests. "
            f"The alert would stay silent in a total outage. Promise more than {least:.2f}%"
        )
    return objective


@dataclass(frozen=True, config=STRICT)
class Availability(_Objective):
    """The share of requests that are answered without a server error (status below 500)."""

    objective: Share
    kind: ClassVar[Literal["availability"]] = "availability"

    _possible = field_validator("objective")(_can_page)


@dataclass(frozen=True, config=STRICT)
class Latency(_Objective):
    """The share of requests that are answered within a time; the time must be a bucket bound of the histogram."""

    within: Duration
    objective: Share
    kind: ClassVar[Literal["latency"]] = "latency"

    _possible = field_validator("objective")(_can_page)

    @property
    def bound(self) -> float:
        """The time in seconds."""
        return seconds(self.within)


Slo = Availability | Latency
LabelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
ALERT_LABELS = frozenset({ALERTNAME, ALERTSTATE, INSTANCE, JOB, OWNER, REASON, SERVICE, SEVERITY, SIGNAL, SLO})
"""What alerts say of themselves."""


def _dialect(spoken: object) -> object:
    """The dialect of a name; everything else is left to the type."""
    if not isinstance(spoken, str):
        return spoken
    if spoken not in DIALECTS:
        hint = did_you_mean(spoken, DIALECTS, f"Known are {', '.join(DIALECTS)}.")
        raise ValueError(
            f"{spoken!r} is not a dialect, so nothing would say what its metrics mean. {hint} One of your own is a "
            "file in catalog/dialects/"
        )
    return DIALECTS[spoken]()


@dataclass(frozen=True, config=STRICT)
class Service:
    """One deployable of the platform.

    Attributes:
        name: Its ``service`` and ``job`` label.
        owner: The team that is notified; a name from ``receivers.py``.
        description: One sentence that says what it does for users.
        api: Whether it serves HTTP through the telemetry middleware.
        slos: What its users are promised; at most one of each kind.
        replicas: How many run in normal times.
        expects: Usual number of values of a label, by its name, where the contract's own expectation does not fit:
            count them on the running service. Only the estimate of cost reads it.
        stores: The databases that it asks.
        caches: The caches that it asks.
        queues: The queues whose tasks it does.
        cohorts: Whether its telemetry distinguishes users by cohort.
        components: Whether its telemetry times the parts of requests or tasks.
        scaling: How it grows with its load; ``None`` for one that always runs ``replicas``.
        load: How it is load-tested; ``None`` for one that is not.
        bounds: Bounds of threshold alerts that differ for it, by alert id; they go before those of an environment.
        labels: Labels that every alert of it carries beside ours, for routes and silences of one's own.
        namespace: The Kubernetes namespace in which it runs; empty for whichever. Alerts on its pods and replicas then
            reach its owner.
        app: The ``app.kubernetes.io/name`` of its Kubernetes Service and Deployment, where that is not ``name``: two
            services may have one there, in namespaces of their own. Where Google collects, its pods carry the label
            ``vitals/job`` with its name.
        metrics: Further metrics that it exposes, for rules and panels of its own team.
        metrics_path: Path of its metrics, where that is not the one of its dialect.
        metrics_port: Name of the port of its Kubernetes Service on which they are, likewise.
        metrics_scheme: ``https`` where its metrics are served so; the certificate is not checked.
        idle_for: How long it may be without any request or task, such as ``12h`` where nights are quiet; only after
            that is it reported that nothing of it is recorded. Empty for a service that always has some.
        speaks: Which library exposes its metrics: the name of a dialect, or a dialect with options or of one's own.
        pod: What one replica is given on a cluster; ``None`` for what the cluster gives by itself.
    """

    name: Name
    owner: Name
    description: Sentence
    api: bool = False
    slos: tuple[Slo, ...] = Field(default=(), strict=False)
    replicas: int = Field(default=2, ge=1, le=1000)
    expects: Mapping[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    stores: tuple[Firestore, ...] = Field(default=(), strict=False)
    caches: tuple[Cache, ...] = Field(default=(), strict=False)
    queues: tuple[Queue, ...] = Field(default=(), strict=False)
    cohorts: bool = False
    components: bool = False
    scaling: Scaling | None = None
    load: LoadTest | None = None
    bounds: Mapping[str, str] = Field(default_factory=dict)
    labels: Mapping[LabelName, str] = Field(default_factory=dict)
    namespace: Name | Literal[""] = ""
    app: Name | Literal[""] = ""
    metrics: Annotated[tuple[InstanceOf[Metric], ...], BeforeValidator(tuple)] = ()
    metrics_path: Annotated[str, StringConstraints(pattern=r"^(/[^\s?#]*)?$")] = ""
    metrics_port: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,15}$")] = ""
    metrics_scheme: Literal["http", "https"] = "http"
    idle_for: Duration | Literal[""] = ""
    speaks: Annotated[str | InstanceOf[Dialect], BeforeValidator(_dialect)] = Field(
        default=VITALS, validate_default=False, union_mode="left_to_right"
    )
    pod: Pod | None = None

    @model_validator(mode="after")
    def _slos_have_events(self) -> Service:
        if self.slos and not self.api and (self.dialect.ours or not self.queues):
            raise ValueError("slos count HTTP requests, and api is False: no event would ever be counted. Set api=True")
        if self.latency and not self.api:
            raise ValueError("a latency objective counts HTTP requests, and api is False. Promise availability only")
        kinds = [slo.kind for slo in self.slos]
        if len(set(kinds)) < len(kinds):
            raise ValueError("two slos of one kind would record the same series twice. Keep one of each kind")
        return self

    @model_validator(mode="after")
    def _families_have_events(self) -> Service:
        if self.cohorts and not self.api:
            raise ValueError(
                "cohorts are counted from HTTP requests, and api is False: no cohort would be seen. Set api=True"
            )
        if self.load and not self.slos:
            raise ValueError(
                "load has no slos to be judged by, so every load test would pass. Promise something in slos"
            )
        for field in ("stores", "caches", "queues"):
            names = [resource.name for resource in getattr(self, field)]
            if len(set(names)) < len(names):
                raise ValueError(f"two {field} of one name would mix in every series. Give each a name of its own")
        return self

    @model_validator(mode="after")
    def _dialect_has_families(self) -> Service:
        speaks = self.dialect
        if speaks.ours:
            return self
        if self.api and not speaks.requests:
            counts, fix = ("tasks and no requests", ", and queues") if speaks.tasks else ("no requests", "")
            raise ValueError(f"{speaks.name} counts {counts}, and api is True. Set api=False{fix}")
        if self.queues and not speaks.tasks:
            counts = "requests and no tasks" if speaks.requests else "no tasks"
            raise ValueError(f"{speaks.name} counts {counts}, and queues are declared. Leave them out")
        for field in ("stores", "caches", "cohorts", "components"):
            if getattr(self, field):
                raise ValueError(
                    f"{field} are measured by vitals-telemetry, and the service speaks {speaks.name}, which does not: "
                    "nothing of it would be watched. Leave it out, or let the service speak vitals"
                )
        return self

    @model_validator(mode="after")
    def _labels_are_free(self) -> Service:
        taken = sorted(self.labels.keys() & ALERT_LABELS)
        if taken:
            raise ValueError(f"labels: {', '.join(taken)} is set by every alert itself. Choose another name")
        return self

    @model_validator(mode="after")
    def _own_metrics_are_new(self) -> Service:
        names = [metric.name for metric in self.metrics]
        taken = {metric.name for metric in (*METRICS, *PROCESS_METRICS, *self.dialect.metrics)}
        for name in names:
            if name in taken or names.count(name) > 1:
                raise ValueError(f"{name} is declared twice, here and by the telemetry or dialect. Leave it out here")
        return self

    @model_validator(mode="after")
    def _demands_are_measured(self) -> Service:
        scaling = self.scaling
        if scaling is None:
            return self
        if {Demand.REQUESTS, Demand.CONCURRENCY} & set(scaling.on) and not self.api:
            raise ValueError("scaling counts requests, and api is False: none would ever be counted. Scale on queue")
        if Demand.QUEUE in scaling.on and not self.queues:
            raise ValueError("scaling counts waiting tasks, and no queue is declared. Declare it in queues")
        for demand in scaling.own:
            self._counts(demand)
        if not scaling.min_replicas <= self.replicas <= scaling.max_replicas:
            raise ValueError(
                f"replicas {self.replicas} is outside scaling's {scaling.min_replicas} to {scaling.max_replicas}, so "
                "it cannot be "
                "the usual number"
            )
        return self

    def _counts(self, demand: OwnDemand) -> None:
        """Refuse a demand of a metric that says no load of the whole service."""
        metric = next((one for one in self.metrics if one.name == demand.metric), None)
        if metric is None:
            raise ValueError(
                f"scaling is on {demand.metric}, which is not among the service's metrics, so nothing would ever be "
                "counted. Declare it in metrics"
            )
        if metric.type not in (MetricType.COUNTER, MetricType.GAUGE):
            raise ValueError(
                f"scaling is on {demand.metric}, a {metric.type}, which is not a load. Name a counter or gauge"
            )
        if metric.unit is Unit.RATIO or (metric.unit is Unit.SECONDS and metric.type is MetricType.GAUGE):
            raise ValueError(
                f"scaling is on {demand.metric}, which is in {metric.unit}: twice the users do not make it twice as "
                "much, so replicas would be added for ever or never. Scale on what is counted"
            )
        unknown = sorted({label for label, _ in demand.where} - set(metric.label_names))
        if unknown:
            raise ValueError(f"scaling is on {demand.metric} by {', '.join(unknown)}, a label that it does not have")

    @property
    def selected_by(self) -> str:
        """The ``app.kubernetes.io/name`` of what runs for it."""
        return self.app or self.name

    @property
    def dialect(self) -> Dialect:
        """How it speaks; the name has become a dialect when the entry was read."""
        if isinstance(self.speaks, str):  # pragma: no cover - the validator has replaced it
            raise TypeError(self.speaks)
        return self.speaks

    @property
    def availability(self) -> Availability | None:
        """The availability SLO, where there is one."""
        return next((slo for slo in self.slos if isinstance(slo, Availability)), None)

    @property
    def latency(self) -> Latency | None:
        """The latency SLO, where there is one."""
        return next((slo for slo in self.slos if isinstance(slo, Latency)), None)
