"""The page of the simulation: how often verdicts are false, what they find, how long a run must be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from vitals.verify.compare.evidence import AUTOCORRELATIONS as SUPPOSED
from vitals.verify.compare.interval import POWER, Noise, minutes_needed
from vitals.verify.compare.judge import ALPHA, FEWEST, LATENCY_FLOOR
from vitals.verify.compare.robustness import Robustness
from vitals.verify.compare.simulation import AUTOCORRELATIONS, DEVIATIONS, EFFECT, ENDPOINTS, SimulationReport

_HEAD = """\
# Comparing two versions or two load tests

`vitals compare A B` compares the p95 and the share of failed requests of every endpoint, of two load tests or, with
`--prometheus URL --service NAME`, of two versions that run at the same time. It answers *worse* (exit code 3), *better*
or *no evidence* (0), or *cannot judge* (4), and may be asked as often as one likes: the chance of one false
verdict or more, over all endpoints and all looks, is meant to stay below {alpha:.0%}.

Minutes of both sides are compared in pairs, so what both share (a slow database, a busy hour) drops out of versions
that run at the same time; load tests are paired by the minute since their warm-up. Each minute resembles the one
before, so an hour holds less than sixty of them; the evidence averages over autocorrelations from 0 to {top:.1f} and
pays for not knowing which it is. Errors need the evidence of their counts besides, which is right from the first one
on. Several endpoints are corrected for by closed testing with mean evidence: one that differs alone pays for all,
and where all differ, none pays. The interval of a change is what the same evidence does not refute. Each verdict of *no
evidence* says which change would have been found, and how long a run must be to find the one that matters (`--effect`).

`vitals compare --simulate docs/comparison.md` makes this page: {runs:,} runs of each kind, an hour long, of log-normal
p95 by the minute; the first verdict comes after {fewest} minutes. Beside ours stands a judge like Kayenta's at its
documented defaults (Mann-Whitney, 98 %, increase only), on the same data. A metric that it flags lowers a canary's
score; whether that fails the canary depends on weights, which the table leaves out.
"""
_FALSE = """
## False verdicts

Share of runs with at least one false verdict, where A and B are alike. Standard error of a share of 5 %: half a point.
"""
_POWER = """
## Power

Share of runs in which an endpoint whose p95 is {effect:.0%} slower is found within the hour, looking at every
minute, by the standard deviation of one minute's p95. *Limit* is the power of a test at the same level that looks once
at one endpoint and knows the noise beforehand: no honest test exceeds it. The other judge looks once; where it finds
more than the limit, it pays with the false verdicts above.
"""
_LENGTH = """
## How long a run must be

Minutes that find a p95 that is {effect:.0%} slower with a chance of {power:.0%}, as `vitals compare` computes them from
the noise that it measures: for one endpoint, and for one of twenty.
"""
_OTHER = """
## Data of other kinds

False verdicts of ours, looking at every minute, on data that its model does not suppose, and in longer runs. Errors in
bursts have a rate that varies by a factor of e from minute to minute; a gate that stays open for hours over them is
wrong somewhat more often than promised.
"""


def page(report: SimulationReport, others: Iterable[Robustness]) -> str:
    """Write the page in Markdown."""
    head = _HEAD.format(alpha=ALPHA, runs=report.runs, fewest=FEWEST, top=SUPPOSED[-1])
    false = [
        (f"{one.autocorrelation:g}", one.endpoints, one.looks, _share(one.ours), _share(one.kayenta_like))
        for one in report.wrong
    ]
    power = [
        (
            f"{one.autocorrelation:g}",
            _share(one.deviation, 0),
            _share(one.one),
            _share(one.any_of_twenty),
            _share(one.one_of_twenty),
            _share(one.best_possible),
            _share(one.kayenta_like),
        )
        for one in report.power
    ]
    kinds = [(one.data, one.minutes, one.endpoints, _share(one.ours)) for one in others]
    columns = ("Autocorrelation", "Deviation", "One", "All of twenty", "One of twenty", "Limit", "Kayenta-like")
    return "".join(
        (
            head,
            _FALSE,
            "\n",
            _table(("Autocorrelation", "Endpoints", "Looks", "Ours", "Kayenta-like"), false),
            _POWER.format(effect=EFFECT),
            "\n",
            _table(columns, power),
            _LENGTH.format(effect=EFFECT, power=POWER),
            "\n",
            _table(("Autocorrelation", "Deviation", "One", "One of twenty"), list(_lengths())),
            _OTHER,
            "\n",
            _table(("Data", "Minutes", "Endpoints", "False verdicts"), kinds),
        )
    )


def _lengths() -> Iterable[tuple[object, ...]]:
    most = max(ENDPOINTS)
    for rho in AUTOCORRELATIONS:
        for deviation in DEVIATIONS:
            noise = Noise(deviation * math.sqrt(2), rho)
            needed = [
                minutes_needed(noise, math.log1p(EFFECT), math.log(endpoints / ALPHA), LATENCY_FLOOR, FEWEST)
                for endpoints in (1, most)
            ]
            yield (f"{rho:g}", _share(deviation, 0), *("over a week" if one is None else one for one in needed))


def _share(value: float, digits: int = 1) -> str:
    return f"{value * 100:.{digits}f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
