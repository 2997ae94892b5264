"""Recorded-value tests: panels show what is recorded, so a wrong number must be found even where no alert stands on it.

Each service or exporter shows everything that its contract lists, on two targets and with several values of each
label, growing at an unsteady pace that is the same in every run; a control service shows the same with other numbers.
What is recorded of it is held, series by series, to what the oracle counts from the samples.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.of_foresight import said
from tests.oracle.of_records import RECORDED
from tests.oracle.perturbed import asks
from tests.oracle.recorded_values import RecordedValue, Top
from tests.oracle.recorded_values_of_exporters import EXPORTERS
from tests.oracle.recorded_values_of_services import LATELY, SERVICES
from vitals.model.metrics import SYNTHETIC, vocabulary
from vitals.model.promql import Series, SeriesType
from vitals.render import Plan
from vitals.verify.oracle.lately import EXPORTER
from vitals.verify.oracle.measures import P95
from vitals.verify.oracle.observations import Observations, worlds
from vitals.verify.oracle.traffic import MISSING, STALE, selector
from vitals.verify.project.promtool_test import one_test

RECORDS = {
    service: {**next((one.shown() for one in RECORDED if one.service == service), {}), **recorded}
    for service, recorded in {**SERVICES, **EXPORTERS}.items()
}
"""What is recorded of each service and exporter, for alerts and for panels."""
STEP, STEPS = 5, 540
"""Seconds between two samples, and how many there are."""
LOW_TRAFFIC, NO_TRAFFIC = 264, 450
"""The steps from which on hardly anything happens, and nothing at all. Each time is longer than the windows of what is
recorded: a guard against too little can only be seen where there is too little."""
NEVER_ZERO = {
    "node_cpu_seconds_total",
    "node_memory_MemTotal_bytes",
    "prometheus_rule_group_interval_seconds",
}
"""What is never zero of its own nature: each processor spends every second on something."""
ONCE = {
    "node_cpu_seconds_total",
    "prometheus_rule_group_last_duration_seconds",
    "prometheus_rule_group_interval_seconds",
}
"""What is shown once, because its series are counted, or compared one by one."""
EVALUATED = 15
MOMENTS = (300, 1200, 1305, 2235, 2685)
"""When it is compared: with windows that are not full yet, twice with full ones, in low traffic, without traffic. At
the first two a slot of five minutes begins, and what is recorded once in each is there."""
WHOLE = MOMENTS[1]
"""The moment at which nothing is missing, so that several series of a group are told apart."""
TARGETS = (("t1:9000", "a"), ("t2:9000", "a"), ("t2:9000", "b"))
"""Targets and who scraped them: one is scraped twice, as where two servers watch the same."""
VARIANTS = 3
"""Values of each label, at most. Of the last nothing ever happens, and its gauges stay as they are."""
NAMED: Mapping[str, tuple[str, ...]] = {
    "mode": ("idle", "iowait", "user", "idle", "system"),
    "outcome": ("failed", "rejected", "retried", "rejected", "succeeded", "succeeded"),
    "status": ("200", "503", "500"),
    "response_code": ("OK", "UNAVAILABLE", "NOT_FOUND", "ALREADY_EXISTS"),
    "device": ("sda", "lo", "gke1f2e3d4c"),
    "database": ("wellness", "d1", "d2"),
    "queue": ("reports", "q1", "q2"),
    "le": ("10", "50", "+Inf"),
}
"""Values of labels that mean something, where a contract leaves them open or knows all of these."""
LATE, ERRORS = 80, {"503", "500", "UNAVAILABLE"}
"""The step in which the first error is counted, and values of labels that are errors: none is known before."""
ERRORS_COUNTED = ("_errors_total", "_failed_total")
"""Ends of names of counters of which one group has no series: it begins with the first error, and there was none."""
SWITCHES = ("node_filesystem_readonly", "_config_last_reload_successful")
"""Ends of names of gauges that are one or zero."""
GAPS = (0, 0, 1, 3, 4, 11, 12, 14, 15, 47, 48, 119, 120)
"""For how many steps a gauge has shown nothing when it is compared: not at all, and just within and just beyond each
window over which gauges are read, 20, 60, 75, 240 and 600 seconds. The first target shows all of its gauges, and is
itself gone for a while that lies likewise about the window that says whether a target is still one."""
UNKNOWN = 36
"""For how many steps a target is not known: three minutes."""
RARELY = 0.02
"""How likely something happens in a step of low traffic."""
PARTS = 10**6
"""Two numbers are the same if they agree in so many parts of one: sums of floats depend on their order."""
_OF_TARGET = ("job", "instance", "service")


def recorded_value_cases(plan: Plan) -> list[PromtoolCase]:
    """Two cases for each service and exporter of which something is recorded: it is right, and of no other service."""
    return [case for service in RECORDS for case in (_case(service, plan), _case_of_others(service, plan))]


def _case(service: str, plan: Plan) -> PromtoolCase:
    name = f"what is recorded of {service}"
    return PromtoolCase(name, frozenset(), _groups(service, plan), EVALUATED, lambda: _test(name, service, plan))


def _case_of_others(service: str, plan: Plan) -> PromtoolCase:
    """The rules of one service record nothing of another: each service would be recorded by the rules of all."""
    name = f"the rules of {service} record no other service"

    def test() -> dict[str, object]:
        tokens = {
            **_samples(service, CONTROL, plan),
            **(_said_of(CONTROL) if service in SERVICES else {}),
            **_records_of_the_control(service, plan, but=RECORDS[service]),
        }
        recorded = sorted({shown.partition("|")[0] for shown in RECORDS[service]})
        checks: list[dict[str, object]] = [
            {"expr": selector(record, {"service": CONTROL}), "eval_time": f"{MOMENTS[0]}s", "exp_samples": []}
            for record in recorded
        ]
        return one_test(name, tokens, step=STEP, checks=checks, summaries=())

    return PromtoolCase(name, frozenset(), _groups(service, plan), EVALUATED, test)


def _groups(service: str, plan: Plan) -> frozenset[str]:
    return frozenset(
        group.name
        for group in plan.groups
        if group.name.startswith(f"{service}.") and any("record" in rule for rule in group.rules)
    )


def _test(name: str, service: str, plan: Plan) -> dict[str, object]:
    tokens = {
        **_samples(service, service, plan),
        **_samples(service, CONTROL, plan),
        **({**_said_of(service), **_said_of(CONTROL)} if service in SERVICES else {}),
        **_records_of_the_control(service, plan),
    }
    world = worlds(tokens, step=STEP, evaluations=range(0, MOMENTS[-1] + 1, EVALUATED))[service]
    checks = [
        check(name.partition("|")[0], shown, service, world, moment)
        for name, shown in RECORDS[service].items()
        for moment in MOMENTS
        if moment < STEP * LOW_TRAFFIC or not isinstance(shown.measure, Top)  # in low traffic many are the largest
    ]
    return one_test(name, tokens, step=STEP, checks=checks, summaries=())


def check(record: str, shown: RecordedValue, service: str, world: Observations, moment: int) -> dict[str, object]:
    """Every series of a record and no other, rounded; a quantile of nothing is not a number and left out."""
    fixed = {"service": service, **dict(shown.fixed)}
    numbers = " > -Inf" if asks(shown.measure, (P95,)) else ""
    query = f"round({selector(record, fixed)}{numbers}, {1 / PARTS:g})"
    samples = [
        {
            "labels": selector("", {**fixed, **dict(zip(shown.per, group, strict=True))}),
            "value": math.floor(value * PARTS + 0.5) / PARTS,
        }
        for group, value in sorted(shown.measure.at(world, moment).items())
    ]
    return {"expr": query, "eval_time": f"{moment}s", "exp_samples": samples}


def _samples(job: str, service: str, plan: Plan) -> dict[str, list[str]]:
    """Everything that a target of a job may show, under the name of a service."""
    described = next(one for one in plan.jobs if one.name == job).metrics
    shown = vocabulary([*SYNTHETIC[:2], *described])
    found: dict[str, list[str]] = {}
    for name, series in sorted(shown.items()):
        for instance, replica in TARGETS[: -1 if name in ONCE else None]:
            first = (instance, replica) == TARGETS[0]
            for variant, labels in enumerate(_variants(series)):
                if name.endswith(ERRORS_COUNTED) and variant % VARIANTS == 1:
                    continue
                target = {"job": job, "instance": instance, "replica": replica, "service": service}
                rng = seeded(name.removesuffix("_count"), service, instance, replica, variant)
                if name.endswith("_bucket"):
                    found |= _buckets(series, labels | target, rng, idle=variant == VARIANTS - 1)
                else:
                    values = list(_values(name, series, rng, idle=variant == VARIANTS - 1))
                    if name == "up" and first:
                        _open_gaps(values, _about(LATELY.get(job, EXPORTER) // STEP))
                    elif series.type is SeriesType.GAUGE and not first and name != "up":
                        _open_gaps(values, _anywhere(rng))
                    unknown = LATE if ERRORS & set(labels.values()) else 0
                    found[selector(name, labels | target)] = [MISSING] * unknown + values[unknown:]
    return found


def _said_of(service: str) -> dict[str, list[str]]:
    """What the foresight service says of two series of a service, twice, with gaps; and what another one says."""
    found: dict[str, list[str]] = {}
    for metric in ("anomaly_score", "anomaly_active", "forecast_limit_seconds"):
        for name, kind in (("a", "latency"), ("b", "errors")):
            ((series, _),) = said(metric, service, name, kind, float)([0.0], STEP).items()
            second, other = series.replace('"f1"', '"f2"'), series.replace('service="foresight"', 'service="another"')
            for one in (series, second, other):
                rng = seeded(metric, service, name, one)
                whole = metric == "anomaly_active"
                values = [f"{float(rng.random() < 1 / 2) if whole else rng.uniform(0, 1):.4g}" for _ in range(STEPS)]
                _open_gaps(values, _anywhere(rng))
                found[one] = values
    return found


def _records_of_the_control(service: str, plan: Plan, but: Collection[str] = ()) -> dict[str, list[str]]:
    """What is recorded of the control service under the same names, but for some of them."""
    found = {}
    for signal in plan.signals[service]:
        if signal.record not in {name.partition("|")[0] for name in but}:
            labels = {label: NAMED.get(label, "x")[0] for label in signal.labels if label != "service"}
            series = selector(signal.record, {"service": CONTROL, **labels, **signal.static_labels})
            rng = seeded(series)
            found[series] = [f"{rng.uniform(1, 100):.4g}" for _ in range(STEPS)]
    return found


def _variants(series: Series) -> list[dict[str, str]]:
    """Several values of each label at once: the first of each, the second of each, and so on."""
    labels = {name: _known(name, values) for name, values in series.labels.items()}
    labels = {name: values for name, values in labels.items() if name not in (*_OF_TARGET, "le")}
    if not labels:
        return [{}]
    most = max(VARIANTS, *(len(values) for values in labels.values()))
    return [
        {name: values[n % len(values)] if values else f"{name[:1]}{n}" for name, values in labels.items()}
        for n in range(most)
    ]


def _known(label: str, values: Collection[str]) -> Sequence[str]:
    """The values that a label has: those that mean something, else all of a contract; none where it may be any."""
    named = NAMED.get(label, ())
    return named if set(named) <= set(values) or not values else sorted(values)


def _values(name: str, series: Series, rng: random.Random, *, idle: bool) -> Iterator[str]:
    low, none = (STEPS, STEPS) if name in NEVER_ZERO else (LOW_TRAFFIC, NO_TRAFFIC)
    if name == "up":
        yield from _scrapes(rng)
    elif name.endswith(SWITCHES):
        yield from (str(int(rng.random() < 0.3)) for _ in range(STEPS))
    elif series.type is SeriesType.GAUGE and idle:
        yield from [f"{rng.uniform(1, 100):.4g}"] * STEPS
    elif series.type is SeriesType.GAUGE:
        yield from (f"{rng.uniform(1, 100):.4g}" for _ in range(low))
        yield from (f"{rng.uniform(0, 1):.4g}" for _ in range(low, none))
        yield from ["0"] * (STEPS - none)
    else:
        yield from (f"{total:.10g}" for total in _totals(rng, idle=idle, low=low, none=none))


def _about(window: int) -> tuple[int, ...]:
    """For how many steps a target is gone at each moment: within a window, just beyond it, within twice of it."""
    return (window - 1, 0, window, 2 * window - 1, window // 2)


def _anywhere(rng: random.Random) -> list[int]:
    """For how many steps a gauge shows nothing at each moment; at one of them every gauge is there."""
    return [0 if moment == WHOLE else rng.choice(GAPS) for moment in MOMENTS]


def _open_gaps(values: list[str], gaps: Iterable[int]) -> None:
    """Take out what is shown in so many steps up to each moment."""
    for moment, steps in zip(MOMENTS, gaps, strict=True):
        now = moment // STEP
        gap = min(steps, (moment - WHOLE) // STEP if moment > WHOLE else now + 1)
        if gap:
            values[now - gap + 1 : now + 1] = [STALE, *[MISSING] * (gap - 1)]


def _scrapes(rng: random.Random) -> Iterator[str]:
    """Some work, some fail, some are not tried; now and then the target is not known for a while."""
    for _ in range(STEPS // UNKNOWN):
        if rng.random() < 1 / 4:
            yield from [STALE, *[MISSING] * (UNKNOWN - 1)]
        else:
            yield from rng.choices(("0", "1", MISSING), weights=(3, 6, 1), k=UNKNOWN)


def _totals(rng: random.Random, *, idle: bool, low: int = LOW_TRAFFIC, none: int = NO_TRAFFIC) -> list[float]:
    """A counter that grows by fits and starts, then hardly, then not at all."""
    total, found, pace = float(rng.randint(0, 500)), [], 0
    for step in range(STEPS):
        if step % 7 == 0:
            pace = 0 if idle else rng.randint(0, 40)
        found.append(total)
        if step < low:
            total += 0 if idle else pace + rng.randint(0, 5)
        elif step < none:
            total += 0 if idle else rng.random() < RARELY
    return found


def _buckets(series: Series, labels: dict[str, str], rng: random.Random, *, idle: bool) -> dict[str, list[str]]:
    """Buckets that hold a growing part of all events each; none is slower than the last finite one."""
    bounds = sorted(series.labels["le"] or NAMED["le"], key=float)
    events = [_totals(rng, idle=idle or bound == bounds[-1]) for bound in bounds]
    found = {}
    within = [0.0] * STEPS
    for bound, more in zip(bounds, events, strict=True):
        within = [one + other for one, other in zip(within, more, strict=True)]
        found[selector(series.name, labels | {"le": bound})] = [f"{value:.10g}" for value in within]
    return found
