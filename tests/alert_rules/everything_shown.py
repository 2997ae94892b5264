"""Everything that the targets of a service or an exporter may show, in numbers that are the same in every run.

Counters grow by fits and starts, then hardly, then not at all; gauges jump, stand still, or are missing for a while;
targets vanish and come back, and one is scraped twice. What the contract leaves open has several values.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tests.alert_rules.seeded_random import seeded
from tests.oracle.of_foresight import said
from tests.oracle.recorded_values_of_services import LATELY, LIMIT_OF_TOP
from vitals.model.metrics import SYNTHETIC, vocabulary
from vitals.model.promql import Series, SeriesType
from vitals.render import Plan
from vitals.verify.oracle.lately import CONTAINER, EXPORTER
from vitals.verify.oracle.traffic import MISSING, STALE, selector

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
MOMENTS = (300, 1200, 1305, 2235, 2685)
"""When it is compared: with windows that are not full yet, twice with full ones, in low traffic, without traffic. At
the first two a slot of five minutes begins, and what is recorded once in each is there."""
WHOLE = MOMENTS[1]
"""The moment at which nothing is missing, so that several series of a group can be distinguished."""
TARGETS = (("t1:9000", "a"), ("t2:9000", "a"), ("t2:9000", "b"))
"""Targets and who scraped them: one is scraped twice, as where two servers watch the same."""
VARIANTS = 3
"""Values of each label, at most. Of the last nothing ever happens, and its gauges stay as they are."""
NAMED: Mapping[str, tuple[str, ...]] = {
    "mode": ("idle", "iowait", "user", "idle", "system"),
    "outcome": ("failed", "rejected", "retried", "rejected", "succeeded", "succeeded"),
    "status": ("200", "503", "500"),
    "response_code": ("OK", "UNAVAILABLE", "NOT_FOUND", "ALREADY_EXISTS"),
    "device": ("sda", "nodelocaldns", "gke1f2e3d4c"),
    "database": ("wellness", "d1", "d2"),
    "queue": ("reports", "q1", "q2"),
    "query": tuple(f"q{number}" for number in range(LIMIT_OF_TOP + 2)),
    "receiver_name": ("platform-pictures", "platform", "r2"),
    "le": ("10", "50", "+Inf"),
}
"""Values of labels that mean something, where a contract leaves them open or knows all of these."""
LATE, ERRORS = 80, {"503", "500", "UNAVAILABLE"}
"""The step in which the first error is counted, and values of labels that are errors: none is known before."""
ERRORS_COUNTED = ("_errors_total", "_failed_total")
"""Ends of names of counters of which one group has no series: it begins with the first error, and there was none."""
SWITCHES = ("node_filesystem_readonly", "_config_last_reload_successful")
"""Ends of names of gauges that are one or zero."""
WINDOWS = {**LATELY, "kubelet-volumes": 240, "stackdriver": 600, "kubelet": CONTAINER}
"""Seconds over which the gauges of a target are read, where it is not as long as of most exporters."""
UNKNOWN = 36
"""For how many steps a target is not known: three minutes."""
RARELY = 0.02
"""How likely something happens in a step of low traffic."""
_OF_TARGET = ("job", "instance", "service")


def everything_shown(job: str, service: str, plan: Plan) -> dict[str, list[str]]:
    """Everything that a target of a job may show, under the name of a service."""
    described = next(one for one in plan.jobs if one.name == job).metrics
    shown = vocabulary([*SYNTHETIC[:2], *described])
    window = WINDOWS.get(job, EXPORTER) // STEP
    found: dict[str, list[str]] = {}
    for name, series in sorted(shown.items()):
        for instance, replica in TARGETS[: -1 if name in ONCE else None]:
            first = (instance, replica) == TARGETS[0]
            for variant, labels in enumerate(_variants(series)):
                if name.endswith(ERRORS_COUNTED) and variant % VARIANTS == 1:
                    continue
                target = {"job": job, "instance": instance, "replica": replica, "service": service}
                rng = seeded(name.removesuffix("_count"), service, instance, replica, variant)
                idle = variant == VARIANTS - 1
                if name.endswith("_bucket"):
                    found |= _buckets(series, labels | target, rng, idle=idle)
                else:
                    values = list(_values(name, series, rng, variant))
                    if name == "up" and first:
                        _open_gaps(values, _about(window))
                    elif series.type is SeriesType.GAUGE and not first and name != "up":
                        _open_gaps(values, _anywhere(rng, window))
                    unknown = LATE if ERRORS & set(labels.values()) else 0
                    found[selector(name, labels | target)] = [MISSING] * unknown + values[unknown:]
    return found


def said_of(service: str) -> dict[str, list[str]]:
    """What the foresight service says of three series of a service, twice, with gaps; and what another one says."""
    found: dict[str, list[str]] = {}
    for metric in ("anomaly_score", "anomaly_active", "forecast_limit_seconds"):
        for name, kind in (("a", "latency"), ("b", "errors"), ("c", "errors")):
            ((series, _),) = said(metric, service, name, kind, float)([0.0], STEP).items()
            second, other = series.replace('"f1"', '"f2"'), series.replace('service="foresight"', 'service="another"')
            for one in (series, second, other):
                rng = seeded(metric, service, name, one)
                whole = metric == "anomaly_active"
                values = [f"{float(rng.random() < 1 / 2) if whole else rng.uniform(0, 1):.4g}" for _ in range(STEPS)]
                _open_gaps(values, _anywhere(rng, EXPORTER // STEP))
                found[one] = values
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
    return named if (named and set(named) <= set(values)) or not values else sorted(values)


def _values(name: str, series: Series, rng: random.Random, variant: int) -> Iterator[str]:
    """A series at each step; where nothing happens any more, a gauge is zero on every target, or on none."""
    idle = variant == VARIANTS - 1
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
        stays = seeded(name, variant).random() < 1 / 2
        yield from (f"{rng.uniform(0, 1):.4g}" if stays else "0" for _ in range(none, STEPS))
    else:
        yield from (f"{total:.10g}" for total in _totals(rng, idle=idle, low=low, none=none))


def _about(window: int) -> tuple[int, ...]:
    """For how many steps a target is gone at each moment: within a window, just beyond it, within twice of it.

    The first target shows all of its gauges, and is itself gone so.
    """
    return (window - 1, 0, window, 2 * window - 1, window // 2)


def _anywhere(rng: random.Random, window: int) -> list[int]:
    """For how many steps a gauge shows nothing at each moment; at one of them every gauge is there."""
    return [0 if moment == WHOLE else rng.choice(_about(window)) for moment in MOMENTS]


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
