"""ScrapesMissed: just above and just below a fifth of the scrapes that five minutes must hold.

There is one rule per job, so each job has its own scenarios: a rule that looks at another job's series is found.
"""

from __future__ import annotations

from tests.oracle.jobs import SCRAPED, TIMED
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario, specs_of
from vitals.verify.oracle.scrapes import missed

STEP = 15
"""Seconds between two scrapes and between two evaluations, where a job says nothing else."""
MISSED = "meta.scrape.missed_high"


def _labels(job: str, instance: str) -> str:
    return f'service="{job}", job="{job}", instance="{instance}"'


def _missing(job: str, times: int, *patterns: str, vanishes: bool = False) -> ScrapedSeries:
    """A target for each pattern, which holds for so many times its length between two healthy stretches."""
    return ScrapedSeries(
        {
            f"up{{{_labels(job, f't{n}')}}}": ["1"] * 40
            + pattern.split() * (times // len(pattern.split()))
            + ["stale" if vanishes else "1"] * 80
            for n, pattern in enumerate(patterns)
        }
    )


FOURTH, FIFTH, TWENTIETHS = "1 1 1 _", "1 1 1 1 _", "1 1 1 1 1 1 _ 1 1 1 1 1 1 _ 1 1 1 1 1 _"


def _missed(job: str) -> tuple[Scenario, ...]:
    step = SCRAPED.get(job, STEP)
    times = 1200 // step
    ends = (40 + times + 80) * step - step
    fires_by = 40 * step + 1185
    words = f"{job}: 21.67% of scrapes missed (> 20%)"
    return (
        Scenario(
            f"{job} misses a little more than a fifth of its scrapes",
            [_missing(job, times, FOURTH, FOURTH, TWENTIETHS)],
            lasts=ends,
            fires=[Fires(MISSED, by=fires_by, quiet_until=40 * step + 600, summary=words)],
            step=step,
            service=job,
        ),
        Scenario(
            f"{job} misses a little less than a fifth of its scrapes, and a target is down",
            [
                _missing(job, times, FIFTH, FIFTH, TWENTIETHS),
                ScrapedSeries({f"up{{{_labels(job, 'down')}}}": ["0"] * (times + 120)}),
            ],
            lasts=ends,
            quiet=[MISSED],
            proves=[Proof.UNDER],
            step=step,
            service=job,
        ),
        Scenario(
            f"{job} misses scrapes, and then its targets are gone",
            [_missing(job, times, FOURTH, vanishes=True)],
            lasts=ends,
            fires=[Fires(MISSED, by=fires_by, over_by=40 * step + 1230)],
            proves=[Proof.MISSING],
            step=step,
            service=job,
        ),
    )


SPECS = {alert: said for job in TIMED for alert, said in specs_of(job, missed(SCRAPED.get(job, STEP))).items()}
SCENARIOS = tuple(scenario for job in TIMED for scenario in _missed(job))
