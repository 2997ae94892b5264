"""What a scenario says in round numbers, held to what the oracle computed: neither may stand alone.

The oracle could be wrong in the same way as a rule; a bound that a person wrote down and can read is a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.oracle.scenario import Fires, Scenario
from tests.oracle.specs import SPECS
from vitals.model.conventions import Severity
from vitals.verify.oracle.conditions import Firing

ExpectedFiring = Mapping[tuple[str, str], Firing]


def contradictions(scenario: Scenario, expected_by_oracle: ExpectedFiring) -> list[str]:
    """Where the scenario and the oracle disagree.

    Args:
        scenario: Its bounds, and the alerts that it says are quiet. One that pages and is not named must be quiet.
        expected_by_oracle: When each judged alert fires.

    Returns:
        A sentence for each disagreement.
    """
    named = scenario.named
    found = [f"{alert} is not covered" for alert in sorted(named - {alert for alert, _ in expected_by_oracle})]
    for (alert, service), firing in expected_by_oracle.items():
        said = [fires for fires in scenario.fires if fires.alert == alert and service in (scenario.service, "vitals")]
        for fires in said:
            found += [f"{alert}{dict(fires.labels)}: {what}" for what in _of(fires, scenario, service, firing)]
        pages = SPECS[alert, service].severity == Severity.CRITICAL
        for group, stretches in firing.items():
            declared = any(group in _groups(fires, service, firing) for fires in said)
            if not declared and (alert in named or pages) and service == scenario.service:
                found.append(f"{alert} of {service} {group} fires unexpectedly: {stretches}")
    return found


def _groups(fires: Fires, service: str, firing: Firing) -> list[tuple[str, ...]]:
    per = SPECS[fires.alert, service].per
    return [group for group in firing if not fires.labels or tuple(map(fires.labels.get, per)) == group]


def _of(fires: Fires, scenario: Scenario, service: str, firing: Firing) -> Iterator[str]:
    moments = sorted(
        moment
        for group in _groups(fires, service, firing)
        for first, last in firing[group]
        for moment in range(first, last + 1, scenario.evaluated)
    )
    newest = int(fires.by // scenario.evaluated) * scenario.evaluated
    if newest not in moments:
        yield f"does not fire at {newest}, but {moments[:1]} to {moments[-1:]}"
    if moments and moments[0] <= fires.quiet_until and fires.quiet_until:
        yield f"fires at {moments[0]} and must be quiet until {fires.quiet_until}"
    if moments and fires.over_by is not None and moments[-1] > fires.over_by:
        yield f"fires at {moments[-1]} and must be over by {fires.over_by}"
