"""Every scenario there is, by the file of ``tests/alerts`` that has it: of a level, and of any other past."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from tests.oracle.declared import FILES, AlertFile
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED, AlertCase, LevelRun, Shows

PROVES = {Shows.UNDER: [Proof.UNDER], Shows.VANISHING: [Proof.MISSING], Shows.FEW: [Proof.FEW]}


def _of(file: AlertFile) -> tuple[Scenario, ...]:
    levels = (_of_level(case, run) for case in file.cases for run in case.runs())
    return (*levels, *file.scenarios)


def _of_level(case: AlertCase, run: LevelRun) -> Scenario:
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


BY_FILE: Mapping[str, tuple[Scenario, ...]] = {name: _of(file) for name, file in FILES.items()}
CASES = tuple(chain.from_iterable(BY_FILE.values()))
