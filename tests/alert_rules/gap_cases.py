"""Each page with gaps while it fires: test cases of the real promtool, held to the oracle at every evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tests.alert_rules.all_scenarios import CASES
from tests.alert_rules.promtool_cases import PromtoolCase, expectations
from tests.alert_rules.scenario_run import expected_by_oracle, groups_of, paced, promtool_test
from tests.alert_rules.scrape_gaps import with_gap
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Scenario
from tests.oracle.specs import SPECS
from vitals.model.conventions import ALERTNAME, ALERTSTATE, SERVICE, Severity
from vitals.render import Plan
from vitals.verify.oracle.traffic import selector

GAPS_OF_MINUTES = (2, 3, 20)
BY_THEMSELVES = {
    "api.outage.absent": "that no target is known is what it says",
    "slo.availability.fast": "it is judged by the share that is known, see above",
    "slo.latency.fast": "it is judged by the share that is known, see above",
}
"""Pages that need no rule for gaps, with the reason."""
OF_TWO_SERVICES = {"anomaly.active.burning"}
"""Pages that read the foresight service, too: its scrapes would have to fail at the same time, and end together."""
LONG_GAP = 45
"""Minutes within the hour at most for which a page goes on by itself; how far within depends on the page."""
BEYOND_THE_HOUR = 75
EARLY = 20
"""Minutes of a gap before a page fires: longer than any of them waits, so one that a gap brings is seen."""
TAIL = 240
"""Seconds for which a scenario must go on behind its fault, so that it can be repaired in a gap."""
SETTLES = 60
"""So many seconds later a page may end than without a gap: a window that holds less than it would."""


def pages(
    plan: Plan, groups: frozenset[str] = frozenset(), tail: int = 0
) -> dict[tuple[str, str], tuple[Scenario, int]]:
    """Each page with the shortest scenario in which it fires for a minute at least, once of each series; and when.

    Args:
        plan: The environment.
        groups: Names of rule groups; all if empty.
        tail: For how many seconds the scenario must go on behind the last moment at which it fires.
    """
    found: dict[tuple[str, str], tuple[Scenario, int]] = {}
    by_length = sorted(CASES, key=lambda case: case.lasts / case.evaluated)
    for alert in plan.alerts:
        if alert.severity is not Severity.CRITICAL or alert.where or alert.id in BY_THEMSELVES:
            continue
        if groups and alert.group not in groups:
            continue
        for case in by_length:
            if case.service == alert.service and alert.id in {fires.alert for fires in case.fires}:
                fires = list(expected_by_oracle(case, plan)[alert.id, alert.service].values())
                first, last = max((one for one, *_ in fires), key=lambda stretch: stretch[1] - stretch[0])
                goes_on = case.lasts - max(stretches[-1][1] for stretches in fires) >= tail
                if all(len(stretches) == 1 for stretches in fires) and last - first >= 60 and goes_on:
                    found[alert.id, alert.service] = case, (first + last) // 2 // case.evaluated * case.evaluated
                    break
    return found


@dataclass(frozen=True)
class PageWithGap:
    """A page that fires while nothing is scraped.

    Attributes:
        alert: Its id.
        service: Of what.
        scenario: The scenario with the gap.
        ends: When it ends without the gap, by its labels.
        late: Seconds by which everything is later with the gap.
        over: The second at which the gap is over.
    """

    alert: str
    service: str
    scenario: Scenario
    ends: Mapping[tuple[str, ...], int]
    late: int
    over: int

    def case(self, plan: Plan) -> PromtoolCase:
        """The one alert, held to the oracle at every evaluation."""

        def test() -> dict[str, object]:
            name = SPECS[self.alert, self.service].name
            fires = {
                key: found for key, found in expected_by_oracle(self.scenario, plan).items() if SPECS[key].name == name
            }
            return promtool_test(self.scenario, plan, expectations(self.scenario, plan, fires))

        return self._case(plan, self.scenario.name, test)

    def ended(self, plan: Plan) -> PromtoolCase:
        """At the end of the gap it does not fire: after an hour without a scrape nothing is known of it any more."""
        name = SPECS[self.alert, self.service].name
        firing = f'ALERTS{{alertname="{name}", alertstate="firing"}}'
        check = {"expr": firing, "eval_time": f"{self.over}s", "exp_samples": []}
        over = replace(self.scenario, name=f"{self.scenario.name}, is over")
        return self._case(plan, over.name, lambda: promtool_test(over, plan, [check]))

    def _case(self, plan: Plan, name: str, test: Callable[[], dict[str, object]]) -> PromtoolCase:
        groups = groups_of(self.scenario, plan)
        return PromtoolCase(name, frozenset({self.alert}), groups, self.scenario.evaluated, test)


def pages_with_gap(plan: Plan, minutes: int, groups: frozenset[str] = frozenset()) -> list[PageWithGap]:
    """Each page with a gap of so many minutes."""
    seconds = 60 * minutes
    found = []
    for (alert, service), (case, begins) in pages(plan, groups).items():
        without = {
            group: last
            for group, ((first, last),) in expected_by_oracle(case, plan)[alert, service].items()
            if first < begins < last
        }
        pauses = min(without.values()) < begins + seconds + SETTLES
        gap = with_gap(case, alert, plan, begins=begins, seconds=seconds, pauses=pauses)
        found.append(PageWithGap(alert, service, gap, without, seconds if pauses else 0, begins + seconds))
    return found


def pages_after_a_gap(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PageWithGap]:
    """Each page with a gap while all is well, half as late as it fires; another alert fires, and this one waits."""
    found = []
    for (alert, service), (case, _) in pages(plan, groups).items():
        fires = expected_by_oracle(case, plan)[alert, service]
        first = min(stretches[0][0] for stretches in fires.values())
        begins = first // 2 // case.evaluated * case.evaluated
        gap = with_gap(case, alert, plan, begins=begins, seconds=60 * EARLY, pauses=True)
        beside = ScrapedSeries(_alike(alert, service, plan, fires, gap))
        gap = replace(gap, replicas=[*gap.replicas, beside])
        found.append(PageWithGap(alert, service, gap, {}, 60 * EARLY, begins + 60 * EARLY))
    return found


def _alike(
    alert: str, service: str, plan: Plan, groups: Iterable[tuple[str, ...]], gap: Scenario
) -> dict[str, list[str]]:
    """``ALERTS`` that do not let a page go on, for each of its groups: of another name, and one that does not fire."""
    samples = round(gap.lasts) // (gap.step or 1)
    (own,) = (one for one in plan.alerts if (one.id, one.service) == (alert, service))
    spec = SPECS[alert, service]
    found = {}
    for group in groups:
        labels = {SERVICE: service, **own.labels, **dict(zip(spec.per, group, strict=True))}
        for name, state in (("AnotherAlert", "firing"), (spec.name, "pending")):
            found[selector("ALERTS", {ALERTNAME: name, ALERTSTATE: state, **labels})] = [f"1x{samples}"]
    return found


def pages_while_scrapes_fail(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PageWithGap]:
    """Each page while it fires, and then every scrape is tried and fails: that is known, and not a gap."""
    seconds = 60 * EARLY
    found = []
    for (alert, service), (case, begins) in pages(plan, groups).items():
        if alert in OF_TWO_SERVICES:
            continue
        failing = with_gap(case, alert, plan, begins=begins, seconds=seconds, pauses=True, fails=True)
        found.append(PageWithGap(alert, service, failing, {}, seconds, begins + seconds))
    return found


def pages_repaired_in_a_gap(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PageWithGap]:
    """Each page whose fault is over before a gap is: the third scrape behind it says so, and ends the page."""
    found = []
    for (alert, service), (case, _) in pages(plan, groups, TAIL).items():
        last = max(last for spans in expected_by_oracle(case, plan)[alert, service].values() for _, last in spans)
        begins = (last - 60) // case.evaluated * case.evaluated
        # Where scrapes are closer than evaluations, just three of them are seen at one, and not four.
        seconds = min(60 * EARLY, round(case.lasts) - last - 60) // case.evaluated * case.evaluated + paced(case, plan)
        gap = with_gap(case, alert, plan, begins=begins, seconds=seconds)
        repaired = replace(gap, name=f"{gap.name}, repaired in it")
        found.append(PageWithGap(alert, service, repaired, {}, 0, begins + seconds))
    return found


def ended_in_a_gap(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PromtoolCase]:
    """Each page is over at the end of a gap of more than an hour; one that is about targets that are gone goes on."""
    gone = {SPECS[one].name for one in SPECS if one[0] in BY_THEMSELVES}
    found = pages_with_gap(plan, BEYOND_THE_HOUR, groups)
    return [one.ended(plan) for one in found if SPECS[one.alert, one.service].name not in gone]


def gap_cases(plan: Plan, groups: frozenset[str] = frozenset()) -> list[PromtoolCase]:
    """Every page with gaps, also one before it fires, or the pages of some rule groups.

    The shortest gap is left out: it repeats the next one with another number.
    """
    lengths = (*GAPS_OF_MINUTES[1:], LONG_GAP)
    while_it_fires = (one for minutes in lengths for one in pages_with_gap(plan, minutes, groups))
    others = (
        *pages_after_a_gap(plan, groups),
        *pages_while_scrapes_fail(plan, groups),
        *pages_repaired_in_a_gap(plan, groups),
    )
    held = [one.case(plan) for one in (*while_it_fires, *others)]
    return [*held, *ended_in_a_gap(plan, groups)]
