"""The scenarios of the alerts that have their whole test in one file of ``tests/alerts/``."""

from __future__ import annotations

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario
from tests.oracle.declared import CASES as DECLARED
from vitals.verify.oracle.alert_case import EVALUATED, AlertCase, LevelRun, Shows

PROVES = {Shows.UNDER: [Proof.UNDER], Shows.VANISHING: [Proof.MISSING], Shows.FEW: [Proof.FEW]}


def scenario(case: AlertCase, run: LevelRun) -> Scenario:
    """A run of a case, by the bounds that follow from its level alone."""
    fires = []
    if run.fires_by is not None:
        settled = run.shows is Shows.RISE
        summary, labels = (case.summary, case.labels) if settled else ("", {})
        fires = [Fires(case.id, by=run.fires_by, quiet_until=run.quiet_until, summary=summary, labels=labels)]
    return Scenario(
        f"{case.id} of {case.service} {run.shows}",
        [ScrapedSeries(run.series)],
        lasts=run.lasts,
        fires=fires,
        quiet=() if fires else [case.id],
        evaluated=EVALUATED,
        step=case.every,
        service=case.service,
        proves=PROVES.get(run.shows, ()),
    )


BY_SERVICE: dict[str, list[Scenario]] = {}
"""By service or exporter."""
for declared in DECLARED:
    BY_SERVICE.setdefault(declared.service, []).extend(scenario(declared, run) for run in declared.runs())
