"""The results as a page: the same numbers give the same text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, median

from vitals.foresight.bench.clean import KINDS as CLEAN_KINDS
from vitals.foresight.bench.clean import SEEDS
from vitals.foresight.bench.compare import MOST_FALSE_ALARMS, MethodResult
from vitals.foresight.bench.demand import DemandResult
from vitals.foresight.bench.events import EventCount
from vitals.foresight.bench.inject import INCIDENTS
from vitals.foresight.bench.kpis import KINDS
from vitals.foresight.bench.recall import FALSE_ALARMS
from vitals.foresight.bench.together import EVENTS, SERVICES, RuleResult

Recall = dict[str, tuple[dict[str, float], float]]
Ranking = dict[str, dict[str, float]]


def results_page(
    methods: Sequence[MethodResult],
    ranking: Ranking,
    recall: Recall,
    demand: Sequence[DemandResult],
    left_out: Sequence[str],
    *,
    clean: Mapping[float, Mapping[str, float]],
    second: Sequence[RuleResult] = (),
    chance: tuple[float, float] = (0.0, 0.0),
) -> str:
    """Write the page of results, in Markdown.

    Args:
        methods: Detection of labelled series.
        ranking: VUS-PR by method and kind of simulated KPI.
        recall: Shares of incidents found and false alarms, by method.
        demand: Forecasts of traces.
        left_out: Peers whose library is not there.
        clean: Our false alarms per week on series without an incident, by seconds between rows and kind.
        second: Rules of two signals.
        chance: Pages per week of two of four labelled series, and the weeks that were counted.
    """
    parts = [
        "# Foresight: results",
        (
            "`vitals foresight bench` writes this page; what numbers mean, which aims they reach and what was tried "
            "is in [Foresight](foresight.md)."
        ),
        "## Labelled series",
        (
            f"Thresholds of the peers: best F1 on the tuned part at no more than {MOST_FALSE_ALARMS:g} false alarms "
            "per series and week. Every method has the same pager: an hour marked, a day of quiet. FA is false alarms "
            "per series and week."
        ),
        _methods(methods),
        "![F1 and false alarms of each method](pictures/foresight-methods.png)",
        "### By collection",
        _groups(methods),
        "## Ranking of simulated KPIs",
        (
            "VUS-PR of the score by kind of series: three weeks of five minutes, about 2 % of the rows anomalous. The "
            "scores of the peers fade as ours does."
        ),
        _ranking(ranking),
        "## Types of incident",
        (
            f"Share of simulated incidents that was found; thresholds of the peers allow {FALSE_ALARMS:g} false alarms "
            "per week on clean signals."
        ),
        _types(recall),
        "![A simulated signal with its bounds and what was marked](pictures/foresight-example.png)",
        "## Series without an incident",
        (
            f"Our false alarms per week in two simulated weeks, {len(SEEDS)} series of each kind and cadence, after "
            "the first day and a half."
        ),
        _clean(clean),
        "## Two signals at once",
        (
            f"A rule pages when signals of a service are anomalies within an hour. Simulated services with four "
            f"signals, {SERVICES} for each event: pages per week where nothing happens, and the share of services that "
            f"were paged during an event. Of four labelled series taken as one service, two were anomalies within an "
            f"hour, outside any labelled window, {chance[0]:.3f} times a week (in {chance[1]:.0f} weeks)."
        ),
        _second(second),
        "## Forecasts of request traces",
        (
            "Quantile loss over that of the same minute yesterday (seasonal naive), and over that of the last value; "
            "coverage is the share of values at or below the 90 % quantile."
        ),
        _demand(demand),
    ]
    if left_out:
        parts.append(f"Left out, because a library is not installed: {', '.join(left_out)}.")
    return "\n\n".join(parts) + "\n"


def _methods(methods: Sequence[MethodResult]) -> str:
    head = ("method", "F1 tuned part", "FA", "F1 scored part", "FA", "recall", "precision", "delay (median)", "VUS-PR")
    rows = [
        (
            one.name,
            f"{one.tuned.f1:.2f}",
            f"{one.tuned.false_per_week:.2f}",
            f"{one.scored.f1:.2f}",
            f"{one.scored.false_per_week:.2f}",
            f"{one.scored.hits}/{one.scored.events}",
            f"{one.scored.precision:.2f}",
            _delay(one.scored),
            "-" if math.isnan(one.vus) else f"{one.vus:.2f}",
        )
        for one in methods
    ]
    return _table(head, rows)


def _delay(count: EventCount) -> str:
    return f"{median(count.delays) / 3600:.1f} h" if count.delays else "-"


def _groups(methods: Sequence[MethodResult]) -> str:
    groups = sorted(methods[0].by_group) if methods else []
    rows = [
        (one.name, *(f"{one.by_group[group].f1:.2f} @ {one.by_group[group].false_per_week:.2f}" for group in groups))
        for one in methods
    ]
    return _table(("F1 @ FA", *groups), rows)


def _ranking(ranking: Ranking) -> str:
    rows = [
        (name, *(f"{kinds[kind]:.2f}" for kind in KINDS), f"{mean(kinds.values()):.2f}")
        for name, kinds in ranking.items()
    ]
    return _table(("method", *KINDS, "mean"), rows)


def _types(recall: Recall) -> str:
    rows = [
        (name, *(f"{shares[incident]:.0%}" for incident in INCIDENTS), f"{false:.2f}")
        for name, (shares, false) in recall.items()
    ]
    return _table(("method", *INCIDENTS, "FA"), rows)


def _clean(clean: Mapping[float, Mapping[str, float]]) -> str:
    rows = [
        (f"every {cadence:.0f} s", *(f"{kinds[kind]:.2f}" for kind in CLEAN_KINDS), f"{mean(kinds.values()):.2f}")
        for cadence, kinds in clean.items()
    ]
    return _table(("rows", *CLEAN_KINDS, "mean"), rows)


def _second(second: Sequence[RuleResult]) -> str:
    """A row per event, harmless ones first, a column per rule."""
    rows = [("nothing (pages per week)", "-", *(f"{one.calm:.3f}" for one in second))]
    rows += [
        (name, "yes" if event.hurts else "no", *(f"{one.by_event[name]:.0%}" for one in second))
        for name, event in EVENTS.items()
    ]
    return _table(("event", "hurts users", *(one.name for one in second)), rows)


def _demand(demand: Sequence[DemandResult]) -> str:
    head = (
        "trace",
        "lead",
        "90 % quantile / yesterday",
        "median / yesterday",
        "90 % quantile / last value",
        "coverage",
    )
    rows = [
        (
            one.trace,
            f"{one.lead:.0f} s",
            f"{one.upper_ratio:.2f}",
            f"{one.middle_ratio:.2f}",
            f"{one.last_ratio:.2f}",
            f"{one.coverage:.1%}",
        )
        for one in demand
    ]
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
