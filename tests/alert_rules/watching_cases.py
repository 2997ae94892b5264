"""Every target and every scrape job is watched alike: it is down, its scrapes are slow, its scrapes are missed.

There is one rule per job, so each job has its own scenarios: a rule that looks at another job's series is found.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.alert_rules.level_scenarios import STEP, LevelScenarios
from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.levels import gauge

SCRAPED = {"wellness-api": 5, "stackdriver": 60}
JOBS = (
    "wellness-api",
    "wellness-worker",
    "prometheus",
    "alertmanager",
    "node",
    "kubelet",
    "kube-state-metrics",
    "redis",
    "stackdriver",
    "keda",
    "collector",
    "foresight",
)
TIMED = tuple(job for job in JOBS if job != "stackdriver")
"""Jobs whose scrape time is watched: the other one waits for Google and is asked once a minute."""
LIMIT = {"kubelet": 10, "kube-state-metrics": 10}
"""Seconds that the scrape of a job may take where it is not the usual two."""
MISSED = "meta.scrape.missed_high"


def _target(job: str) -> dict[str, str]:
    return {"instance": "t1", "job": job}


def _labels(job: str, instance: str) -> str:
    return f'service="{job}", job="{job}", instance="{instance}"'


def _seconds(job: str) -> Callable[[float], float]:
    """A share of the time limit of a job, in seconds."""
    return lambda share: LIMIT.get(job, 2) * share


DOWN = tuple(
    LevelScenarios(
        "meta.target_down",
        job,
        (gauge(f"up{{{_labels(job, 't1')}}}"), gauge(f"up{{{_labels(job, 't2')}}}", lambda _: 1)),
        low=1, under=1, high=0, warm=150, creeps=0, holds=150, step=min(STEP, SCRAPED.get(job, STEP)),
        summary=f"{job} (t1): target down, up 0 (< 1)",
        labels=_target(job),
    )
    for job in JOBS
)  # fmt: skip
SLOW = tuple(
    LevelScenarios(
        "meta.scrape.slow",
        job,
        (
            gauge(f"scrape_duration_seconds{{{_labels(job, 't1')}}}", _seconds(job)),
            gauge(f"scrape_duration_seconds{{{_labels(job, 't2')}}}", lambda _: 0.1),
        ),
        low=0.2, under=0.75, high=0.9, warm=150, holds=900, step=min(STEP, SCRAPED.get(job, STEP)),
        summary=f"{job}: scrape duration at 90% of its timeout (> 75%)",
    )
    for job in TIMED
)  # fmt: skip
CONFIG = LevelScenarios(
    "meta.config.refused",
    "alertmanager",
    (gauge(f"alertmanager_config_last_reload_successful{{{_labels('alertmanager', 't1')}}}"),),
    low=1, under=1, high=0, warm=150, creeps=0, holds=600,
    summary="alertmanager: config reload failed, success 0 (< 1)",
)  # fmt: skip
FILES = tuple(
    LevelScenarios(
        "mixins.process.OpenFilesNearLimit",
        job,
        (
            gauge(f"process_open_fds{{{_labels(job, 't1')}}}"),
            gauge(f"process_max_fds{{{_labels(job, 't1')}}}", lambda _: 1),
        ),
        low=0.5, under=0.8, high=0.9, holds=900,
        summary=f"{job} (t1): 90% of file descriptors open (> 80%)",
        labels=_target(job),
    )
    for job in ("alertmanager", "node")
)  # fmt: skip


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


EXTRA = (*DOWN, *SLOW, CONFIG, *FILES)
CASES = (
    *(scenario for kind in EXTRA for scenario in kind.scenarios()),
    *(scenario for job in TIMED for scenario in _missed(job)),
)
