"""Recorded-value tests: panels show what is recorded, so a wrong number must be found even where no alert stands on it.

Each service or exporter shows everything that its contract lists, on two targets and with several values of each
label, growing at an unsteady pace that is the same in every run; a control service shows the same with other numbers.
What is recorded of it is held, series by series, to what the oracle counts from the samples.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from tests.alert_rules.everything_shown import LOW_TRAFFIC, MOMENTS, NAMED, STEP, STEPS, everything_shown, said_of
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.of_records import RECORDED
from tests.oracle.perturbed import asks
from tests.oracle.recorded_values import RecordedValue, Top
from tests.oracle.recorded_values_of_exporters import EXPORTERS
from tests.oracle.recorded_values_of_services import SERVICES
from vitals.render import Plan
from vitals.verify.oracle.measures import P95
from vitals.verify.oracle.observations import Observations, worlds
from vitals.verify.oracle.traffic import selector
from vitals.verify.project.promtool_test import one_test

RECORDS = {
    service: {**next((one.shown() for one in RECORDED if one.service == service), {}), **recorded}
    for service, recorded in {**SERVICES, **EXPORTERS}.items()
}
"""What is recorded of each service and exporter, for alerts and for panels."""
EVALUATED = 15
PARTS = 10**6
"""Two numbers are the same if they agree in so many parts of one: sums of floats depend on their order."""


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
        recorded = sorted({shown.partition("|")[0] for shown in RECORDS[service]})
        tokens = {
            **everything_shown(service, CONTROL, plan),
            **(said_of(CONTROL) if _is_foreseen(service) else {}),
            **_records_of_the_control(service, plan, but=recorded),
        }
        checks: list[dict[str, object]] = [
            {"expr": selector(record, {"service": CONTROL}), "eval_time": f"{MOMENTS[0]}s", "exp_samples": []}
            for record in recorded
        ]
        return one_test(name, tokens, step=STEP, checks=checks, summaries=())

    return PromtoolCase(name, frozenset(), _groups(service, plan), EVALUATED, test)


def _is_foreseen(service: str) -> bool:
    """Whether something is recorded of what the foresight service says of it."""
    return any(record.startswith("service_anomaly:") for record in RECORDS[service])


def _groups(service: str, plan: Plan) -> frozenset[str]:
    return frozenset(
        group.name
        for group in plan.groups
        if group.name.startswith(f"{service}.") and any("record" in rule for rule in group.rules)
    )


def _test(name: str, service: str, plan: Plan) -> dict[str, object]:
    tokens = {
        **everything_shown(service, service, plan),
        **everything_shown(service, CONTROL, plan),
        **({**said_of(service), **said_of(CONTROL)} if _is_foreseen(service) else {}),
        **_records_of_the_control(service, plan),
    }
    world = worlds(tokens, step=STEP, evaluations=range(0, MOMENTS[-1] + 1, EVALUATED))[service]
    checks = [
        check(name.partition("|")[0], shown, service, world, moment)
        for name, shown in RECORDS[service].items()
        for moment in MOMENTS
        if moment < STEP * LOW_TRAFFIC or not isinstance(shown.measure, Top)  # in low traffic many are the largest
    ]
    empty = {str(one["expr"]) for one in checks} - {str(one["expr"]) for one in checks if one["exp_samples"]}
    assert not empty, f"{name}: nothing would be recorded at any moment of {sorted(empty)}, so it would prove nothing"
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


def _records_of_the_control(service: str, plan: Plan, but: Collection[str] = ()) -> dict[str, list[str]]:
    """What is recorded of the control service under the same names, but for some of them."""
    found = {}
    for signal in plan.signals[service]:
        if signal.record not in but:
            labels = {label: NAMED.get(label, "x")[0] for label in signal.labels if label != "service"}
            series = selector(signal.record, {"service": CONTROL, **labels, **signal.static_labels})
            rng = seeded(series)
            found[series] = [f"{rng.uniform(1, 100):.4g}" for _ in range(STEPS)]
    return found
