"""The page of the simulation: how often verdicts are false, what they find, how long a run must be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from vitals.verify.compare.evidence import log_evidence
from vitals.verify.compare.interval import POWER, Noise, Question
from vitals.verify.compare.judge import ALPHA, FEWEST, LATENCY_FLOOR
from vitals.verify.compare.one_look import log_inverse_p
from vitals.verify.compare.robustness import BURST_EVERY_MIN, BURST_MIN, Robustness
from vitals.verify.compare.simulation import AUTOCORRELATIONS, DEVIATIONS, EFFECT, ENDPOINTS, SimulationReport
from vitals.verify.compare.whitening import SLOWEST

_HEAD = """\
# Comparing two versions or two load tests

`vitals compare A B` compares the p95 and the share of failed requests of every endpoint, of two load tests or, with
`--prometheus URL --service NAME`, of two versions that run at the same time. It answers *worse* (exit code 3), *better*
or *no evidence* (0), or *cannot judge* (4). The chance of one false verdict or more, over all endpoints and looks, is
meant to stay below {alpha:.0%}:

- of versions, and of load tests that did not end as planned, **at any look**: it may be asked as often as one likes;
- of two load tests that ended as planned, **once**: their length was fixed whatever their numbers would be. That finds
  smaller changes, save where minutes resemble each other most (.8). A test that is made longer because of its
  numbers, or repeated until it pleases, is looked at again.

Minutes of both sides are compared in pairs, so what both share (a slow database, a busy hour) drops out of versions
that run at the same time; load tests are paired by the minute since their warm-up. A part of each minute resembles the
minute before (load, caches, neighbours), and a part is its own (a p95 of few requests), which hides the first, so an
hour holds less than sixty minutes. Both ways average over such noises, with autocorrelations from 0 to {top:g} of a
quarter to all of it, and pay for not knowing which it is; at any look, runs shorter and longer than an hour pay more.

Errors need the evidence of their counts besides, which is right from the first one on; they are judged as at any look
in finished runs, too. Several endpoints are corrected for, at any look by closed testing with mean evidence, at one by
Holm's method: one that differs alone pays for all. Two or more endpoints are compared together as well (*all
endpoints*): each with itself, then their mean by the traffic of both sides, so that another mix of endpoints counts as
no change, and what makes all of them a little slower is found although it shows on none. The interval of a change is
what the same minutes do not refute. Each verdict of *no evidence* says which change would have been found, and how long
a run must be to find the one that matters (`--effect`).

The p95 of versions comes from the buckets of a histogram. Where both sides have it in one bucket that is wider than
10 %, a note says that a change inside it may not show.

Two load tests differ in everything that changed between them: nodes, neighbours, data. No length of a run makes that
smaller, because it is the same in all its minutes. *Worse* says that the runs differ, and not why. Runs of two services
are refused. A B that broke off, because its host went down for example, or a version that is not asked any more while A
goes on, is *worse* or *cannot judge*, whatever it served before.

`vitals compare --simulate docs/comparison.md` makes this page: {runs:,} runs of each kind, an hour long, of log-normal
p95 by the minute; the first verdict comes after {fewest} minutes. Beside ours stands a judge like Kayenta's at its
documented defaults (Mann-Whitney, 98 %, increase only), on the same data. A metric that it flags lowers a canary's
score; whether that fails the canary depends on weights, which the table leaves out.
"""
_FALSE = """
## False verdicts

Share of runs with at least one false verdict, where A and B are alike: *ours* by what holds at any look, *once* by what
holds at the end of finished runs. Standard error of a share of 5 %: half a point.
"""
_POWER = """
## Power

Share of runs in which an endpoint whose p95 is {effect:.0%} slower is found within the hour, by the standard deviation
of one minute's p95 beside what both sides share: looking at every minute, and once at finished runs; of one endpoint,
of twenty of which all are slower (one of them or their mean is found), and of twenty of which one is. *Limit* is the
power of a test at the same level that looks once at one endpoint and knows the noise beforehand: no honest test of that
endpoint exceeds it. The other judge looks once; where it finds more than the limit, it pays with the false verdicts
above.
"""
_LENGTH = """
## How long a run must be

Minutes that find a p95 that is {effect:.0%} slower with a chance of {power:.0%}, as `vitals compare` computes them from
the noise that it measures: for one endpoint, and for one of twenty, at any look and once.
"""
_OTHER = """
## Data of other kinds

False verdicts on data of other kinds, and in shorter and longer runs, looking at every minute and once after the last
one. Errors are judged together with the p95 of the same endpoints, as the command does. Errors in bursts have a rate
that varies by a factor of e from minute to minute, with an autocorrelation of .8. In bursts of {burst} minutes a third
of the requests fails; on each side by itself, the next begins {every} minutes after one ends, on average. One that is
there when the run begins looks like a version that fails from its first minute on, until it ends: a wait for that would
hide the version that does. Where such bursts are common, look after the first {burst} minutes.
"""


def page(report: SimulationReport, others: Iterable[Robustness]) -> str:
    """Write the page in Markdown."""
    head = _HEAD.format(alpha=ALPHA, runs=report.runs, fewest=FEWEST, top=SLOWEST)
    false = [
        (
            f"{one.autocorrelation:g}",
            one.endpoints,
            one.looks,
            _share(one.ours),
            "" if one.once is None else _share(one.once),
            _share(one.kayenta_like),
        )
        for one in report.wrong
    ]
    power = [
        (
            f"{one.autocorrelation:g}",
            _share(one.deviation, 0),
            *(
                _share(getattr(found, case))
                for case in ("one", "any_of_twenty", "one_of_twenty")
                for found in (one.any_look, one.once)
            ),
            _share(one.best_possible),
            _share(one.kayenta_like),
        )
        for one in report.power
    ]
    kinds = [(one.data, one.minutes, one.endpoints, _share(one.ours), _share(one.once)) for one in others]
    cases = [name for case in ("One", "All of twenty", "One of twenty") for name in (case, f"{case}, once")]
    return "".join(
        (
            head,
            _FALSE,
            "\n",
            _table(("Autocorrelation", "Endpoints", "Looks", "Ours", "Once", "Kayenta-like"), false),
            _POWER.format(effect=EFFECT),
            "\n",
            _table(("Autocorrelation", "Deviation", *cases, "Limit", "Kayenta-like"), power),
            _LENGTH.format(effect=EFFECT, power=POWER),
            "\n",
            _table(
                ("Autocorrelation", "Deviation", "One", "One, once", "One of twenty", "One of twenty, once"),
                list(_lengths()),
            ),
            _OTHER.format(burst=BURST_MIN, every=BURST_EVERY_MIN),
            "\n",
            _table(("Data", "Minutes", "Endpoints", "Ours", "Once"), kinds),
        )
    )


def _lengths() -> Iterable[tuple[object, ...]]:
    for rho in AUTOCORRELATIONS:
        for deviation in DEVIATIONS:
            noise = Noise(deviation * math.sqrt(2), rho)
            needed = [
                Question(math.log(endpoints / ALPHA), LATENCY_FLOOR, strength).minutes_needed(
                    noise, math.log1p(EFFECT), FEWEST
                )
                for endpoints in (1, max(ENDPOINTS))
                for strength in (log_evidence, log_inverse_p)
            ]
            yield (f"{rho:g}", _share(deviation, 0), *("over a week" if one is None else one for one in needed))


def _share(value: float, digits: int = 1) -> str:
    return f"{value * 100:.{digits}f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
