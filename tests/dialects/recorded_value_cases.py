"""What is recorded of a service, whatever it speaks: the numbers that the oracle counts of the same requests.

Each service shows the series of its recorded scrape on three targets, growing at an unsteady pace that is the same in
every run. One target has failures from some scrape on, and is not scraped for three minutes; one is scraped by a
Prometheus that does not know its past; one has just begun.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.recorded_value_cases import check
from tests.alert_rules.seeded_random import seeded
from tests.dialects.our_words import PARTS, Labels, is_known, translated
from tests.dialects.recorded import RECORDED, ExposedSeries, after
from tests.dialects.translations import IN_FLIGHT, TRANSLATIONS
from tests.oracle.recorded_values import RecordedValue
from tests.oracle.recorded_values_of_services import API, SERVICES, WORKER
from vitals.render import Plan
from vitals.verify.oracle.observations import Observations, worlds
from vitals.verify.oracle.traffic import MISSING, STALE, selector
from vitals.verify.project.promtool_test import one_test

STEP, STEPS, EVALUATED = 5, 181, 15
"""Seconds between two samples, how many there are, and seconds between two evaluations."""
GAP = range(21, 57)
"""The scrapes that are missing of the first target: three minutes."""
FAILS, FOUND, BEGINS = 63, 102, 144
"""The scrape that brings the first failures, the one that finds the second target, and the one that finds the third."""
REFUSED = range(80, FOUND)
"""Scrapes of the second target that fail: its past is not known from them."""
MOMENTS = (300, 315, 360, 390, 510, 570, 720, 765, 900)
"""After the gap; at the first failure, within and after its minute; likewise of both targets; and at last."""
LONG_AGO = -100_000
STARTED = "process_start_time_seconds"
COUNTERS = (*PARTS, "_total", "_xx")
"""How names of counters end; other metrics are gauges."""
_HELD = (
    "service_endpoint:api_",
    "service:api_calls:rate1m",
    "service:api_calls:irate",
    "service:api_errors:",
    "service:api_given_up:",
    "service:api_response_time_seconds:p95_5m",
    "service:api_requests_in_flight:",
    "service:up:",
    "service_slo:events:rate1m",
    "service_slo:bad_events:rate1m",
    "service_queue:",
    "service_queue_outcome:",
    "service_task:",
)
"""Records that read what a library exposes; what reads these is the same for every service."""
RECORDS: Mapping[str, RecordedValue] = {
    name: shown for service in (WORKER, API) for name, shown in SERVICES[service].items() if name.startswith(_HELD)
}


def recorded_value_cases(plan: Plan) -> list[PromtoolCase]:
    """A case of each service whose library is translated."""
    return [_case(service, plan) for service in TRANSLATIONS]


def records_of(service: str, plan: Plan) -> dict[str, RecordedValue]:
    """The records of a service that are held to the oracle, each perhaps with the promise that it is about."""
    rules = [rule for group in plan.groups if _is_of(service, group.name) for rule in group.rules if "record" in rule]
    recorded = {(str(rule["record"]), _promise(rule)) for rule in rules}
    return {
        name: shown
        for name, shown in RECORDS.items()
        if (name.partition("|")[0], dict(shown.fixed).get("slo", "")) in recorded
    }


def _is_of(service: str, group: str) -> bool:
    """Whether a rule group holds what is recorded of a service at once, and not over hours and weeks."""
    return group in {f"{service}.{one}" for one in ("api", "outage", "slo", "tasks")}


def _promise(rule: Mapping[str, object]) -> str:
    labels = rule.get("labels")
    return str(labels.get("slo", "")) if isinstance(labels, Mapping) else ""


def _case(service: str, plan: Plan) -> PromtoolCase:
    name = f"what is recorded of {service}"
    groups = frozenset(group.name for group in plan.groups if _is_of(service, group.name))

    def test() -> dict[str, object]:
        shown = _shown(service)
        series = {_text(service, sample): tokens for sample, tokens in shown.items()}
        of_whole, of_parts = (_world(service, shown, whole=whole) for whole in (True, False))
        checks = [
            check(record.partition("|")[0], value, service, of_parts if value.per else of_whole, moment)
            for record, value in records_of(service, plan).items()
            for moment in MOMENTS
        ]
        return one_test(name, series, step=STEP, checks=checks)

    return PromtoolCase(name, frozenset(), groups, EVALUATED, test)


def _world(service: str, shown: Mapping[ExposedSeries, list[str]], *, whole: bool) -> Observations:
    """The same samples in our own words."""
    found: dict[str, list[str]] = {}
    for sample, tokens in shown.items():
        if sample.name in ("up", STARTED):
            found[_text(service, sample)] = tokens
        if sample.name == "up":
            # A scrape that works shows a library's metrics, and of ours always the requests in flight.
            seen = ExposedSeries(IN_FLIGHT, sample.labels)
            found[_text(service, seen)] = [{"1": "0", "0": STALE}.get(token, token) for token in tokens]
        for ours, units in translated(TRANSLATIONS[service], sample, whole=whole):
            found[_text(service, ours)] = [
                token if token in (MISSING, STALE) else repr(float(token) / units) for token in tokens
            ]
    return worlds(found, step=STEP, evaluations=range(0, MOMENTS[-1] + 1, EVALUATED))[service]


def _shown(service: str) -> dict[ExposedSeries, list[str]]:
    """Tokens of promtool's notation by series, of all targets."""
    scrape = after(RECORDED[service])
    variants = dict.fromkeys(_variants(service, scrape))
    bounds = sorted({float(dict(sample.labels).get("le", "inf")) for sample in variants})
    found: dict[ExposedSeries, list[str]] = {}
    for target, first in enumerate((0, FOUND, BEGINS)):
        instance = f"t{target}:9000"
        shown = {ExposedSeries("up", ()): [MISSING] * first + ["1"] * (STEPS - first)}
        if first == FOUND:
            shown[ExposedSeries("up", ())][REFUSED.start : REFUSED.stop] = ["0"] * len(REFUSED)
        if any(sample.name == STARTED for sample in scrape):
            began = STEP * (BEGINS - 1) if first == BEGINS else LONG_AGO
            shown[ExposedSeries(STARTED, ())] = [MISSING] * first + [str(began)] * (STEPS - first)
        for sample in variants:
            late = FAILS if first == 0 and _fails(service, sample) else first
            shown[sample] = [MISSING] * late + _values(sample, (service, instance), late, bounds)
        for sample, tokens in shown.items():
            if first == 0:
                tokens[GAP.start : GAP.stop] = [MISSING] * len(GAP)
            found[ExposedSeries(sample.name, (*sample.labels, ("instance", instance)))] = tokens
    return found


def _variants(service: str, scrape: Collection[ExposedSeries]) -> Iterator[ExposedSeries]:
    """The series of a scrape that mean something, and the same with other labels.

    A library may have a label of our name that means something else, so each counter is there once more with one.
    """
    translation = TRANSLATIONS[service]
    for sample in scrape:
        inners: tuple[Labels, ...] = ({}, {"endpoint": "inner"}) if sample.name.endswith(COUNTERS) else ({},)
        for added in translation.added if is_known(translation, sample.name) else ():
            usual = {**dict(sample.labels), **added}
            for other in ({}, *translation.also):
                if not set([*other][:1]) <= usual.keys():
                    continue
                for inner in inners:
                    labels = {name: value for name, value in {**usual, **other, **inner}.items() if value}
                    yield ExposedSeries(sample.name, tuple(sorted(labels.items())))


def _fails(service: str, sample: ExposedSeries) -> bool:
    """Whether it counts failures; the buckets of a histogram do where its count does."""
    counts = ExposedSeries(f"{_whole(sample.name)}_count", tuple(one for one in sample.labels if one[0] != "le"))
    ours = [one for each in (sample, counts) for one, _ in translated(TRANSLATIONS[service], each, whole=False)]
    return any(dict(one.labels).get("status", "").startswith("5") for one in ours)


def _whole(name: str) -> str:
    """The histogram that a series belongs to."""
    return name.removesuffix(next((part for part in PARTS if name.endswith(part)), ""))


def _values(sample: ExposedSeries, of: tuple[str, str], first: int, bounds: list[float]) -> list[str]:
    """What it shows from some step on: a counter grows by fits and starts, as does all of one histogram together."""
    labels = dict(sample.labels)
    bound = labels.pop("le", "")
    rng = seeded(*of, _whole(sample.name), labels)
    if not sample.name.endswith(COUNTERS):
        return [str(rng.randint(0, 9)) for _ in range(first, STEPS)]
    slow, total, pace = rng.uniform(0.5, 2), rng.randint(1, 50), 0
    found: list[float] = []
    share = ((bounds.index(float(bound)) + 1) / len(bounds)) ** slow if bound else 1
    for step in range(first, STEPS):
        pace = rng.randint(0, 40) if step % 7 == 0 or step == first else pace
        found.append(total * slow / 10 if sample.name.endswith("_sum") else math.floor(total * share))
        total += pace + rng.randint(0, 5)
    return [f"{value:.10g}" for value in found]


def _text(service: str, sample: ExposedSeries) -> str:
    """The series as promtool reads it."""
    return selector(sample.name, {**dict(sample.labels), "service": service, "job": service})
