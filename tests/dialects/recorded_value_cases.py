"""What is recorded of a service, whatever it speaks: the numbers that the oracle counts of the same requests.

The traffic is unsteady (:mod:`tests.dialects.unsteady_traffic`), and the oracle reads it in our own words
(:mod:`tests.dialects.our_words`).
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.recorded_value_cases import check
from tests.dialects.our_words import translated
from tests.dialects.recorded import ExposedSeries
from tests.dialects.translations import IN_FLIGHT, TRANSLATIONS
from tests.dialects.unsteady_traffic import STARTED, STEP, unsteady_traffic
from tests.oracle.recorded_values import RecordedValue
from tests.oracle.recorded_values_of_services import API, SERVICES, WORKER
from vitals.render import Plan
from vitals.verify.oracle.observations import Observations, worlds
from vitals.verify.oracle.traffic import MISSING, STALE, selector
from vitals.verify.project.promtool_test import one_test

EVALUATED = 15
"""Seconds between two evaluations."""
MOMENTS = (300, 315, 360, 390, 510, 570, 720, 765, 900)
"""After the gap; at the first failure, within and after its minute; likewise of both targets; and at last."""
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
        shown = unsteady_traffic(service)
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


def _text(service: str, sample: ExposedSeries) -> str:
    """The series as promtool reads it."""
    return selector(sample.name, {**dict(sample.labels), "service": service, "job": service})
