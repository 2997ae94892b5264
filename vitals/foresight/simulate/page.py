"""The page of the simulation: every policy on every trace, at equal cost, and when the forecast fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from vitals.atomic import write_atomic
from vitals.foresight.simulate.demand import MEAN_PODS, REACTIVE_TARGET, rates
from vitals.foresight.simulate.failures import Failure, suite
from vitals.foresight.simulate.outcome import PolicyOutcome, gap_closed
from vitals.foresight.simulate.pareto import at_equal_pods, picture, with_sweep
from vitals.foresight.simulate.plan import BUDGET, FULLER
from vitals.foresight.simulate.policies import OURS, POLICIES, REACTIVE
from vitals.foresight.simulate.trace import Trace

_HEAD = """\
# Predictive scaling, simulated

A service under a recorded load, scaled by one policy after another on the same arrivals: requests wait for one of four
workers in each ready pod, pods take half a minute to a minute (nodes two more) and HPA decides every 15 s on data
that are as late as in a cluster. Loads are scaled so that their mean needs {mean:.0f} pods at {target:.0%}. A minute
is violating when its p95 is above 300 ms; a request is slow when it waits for a worker for longer than that. Policies
named after others are written from what is published about them.

`vitals` lets the reactive trigger run pods {fuller:.0%} fuller (points of utilisation) while its plan is trusted, and
spends what that saves, and a budget of {budget:.1%}, on pods that its outlook makes worth their price: more where the
load scatters, and before a burst is due. It is trusted while it leaves no more minutes short of pods than the trigger
at its own target; else, and when it is older than five minutes, that trigger is back. `vitals_additive` leaves the
trigger as it is and only adds pods within its budget. `vitals_trigger` is the forecast trigger that `vitals render`
writes; the other two are simulated only. `vitals_foreseen` is the ceiling of `vitals`: its plan, given when bursts
begin.

`vitals foresight simulate TRACE.csv` does this for one trace; with `--page` it makes this page ({seeds} runs each).
Traces are named by their files, which are not part of this repository.
"""
_EQUAL = """
At equal pod-hours, by the curves below: {sentence}

![Violating minutes against pod-hours]({picture})
"""
_FAILURES = """
## When the forecast fails

On the first {days} days of `{trace}`: changes against the reactive scaler in the same scenario.

"""
_FAILURE_DAYS = 4


def write_page(page: Path, traces: Sequence[Trace], seeds: int, say: Callable[[str], None]) -> None:
    """Simulate all policies on all traces, and write page and pictures.

    Args:
        page: File of the page; pictures go into the folder ``pictures`` beside it.
        traces: At least one.
        seeds: Runs of each.
        say: Gets what is done, as a line for the terminal.
    """
    parts = [_HEAD.format(mean=MEAN_PODS, target=REACTIVE_TARGET, seeds=seeds, fuller=FULLER, budget=BUDGET)]
    pictures = page.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    for trace in traces:
        say(f"{trace.name}: policies")
        rate = rates(trace)
        found, curves = with_sweep(rate, seeds, say)
        file = pictures / f"predictive-scaling-{Path(trace.name).stem.replace('_', '-')}.svg"
        write_atomic(file, picture(curves))
        parts.append(f"\n## {trace.name}, {len(trace.requests) / 1440:.0f} days\n\n{_table(found)}")
        parts.append(_gap(found))
        sentence = _sentence(at_equal_pods(curves, found[OURS].pod_hours), found[OURS])
        parts.append(_EQUAL.format(sentence=sentence, picture=f"pictures/{file.name}"))
    failing = rates(traces[0])[: _FAILURE_DAYS * 1440]
    parts.append(_FAILURES.format(trace=traces[0].name, days=_FAILURE_DAYS) + _failures(suite(failing, 1, say)))
    write_atomic(page, "".join(parts))


def _table(found: Mapping[str, PolicyOutcome]) -> str:
    base = found[REACTIVE]
    head = (
        "Policy",
        "Slow",
        "Violating minutes",
        "Pod-hours",
        "Against keda",
        "Actions/day",
        "Worst 10 min",
        "What it is",
    )
    rows = [
        (
            f"`{name}`",
            f"{one.slow_share:.2%}",
            f"{one.violating_minutes:,.0f}",
            f"{one.pod_hours:,.0f}",
            f"{one.pod_hours / base.pod_hours - 1:+.1%}",
            f"{one.scale_actions_per_day:,.0f}",
            f"{one.worst_10min:.0%}",
            POLICIES[name].says,
        )
        for name, one in found.items()
    ]
    return _markdown(head, rows)


def _gap(found: Mapping[str, PolicyOutcome]) -> str:
    base, ours = found[REACTIVE], found[OURS]
    gap = gap_closed(found)
    slow, minutes, pods = (
        _change(getattr(ours, name), getattr(base, name)) for name in ("slow_share", "violating_minutes", "pod_hours")
    )
    closed = "there is none" if gap is None else f"{gap:.0%}"
    return (
        f"\nOurs against the reactive scaler: slow requests {slow}, violating minutes {minutes}, pod-hours {pods}; "
        f"gap to the oracle closed: {closed}.\n"
    )


def _sentence(peers: Mapping[str, float | None], ours: PolicyOutcome) -> str:
    said = [
        f"{name} {'costs more at any target' if minutes is None else f'{minutes:,.0f}'}"
        for name, minutes in peers.items()
        if name != OURS
    ]
    return f"ours has {ours.violating_minutes:,.0f} violating minutes, {', '.join(said)}."


def _failures(failures: Iterable[Failure]) -> str:
    rows = [
        (
            one.name,
            f"{one.reactive.violating_minutes:,.0f}",
            _change(one.ours.violating_minutes, one.reactive.violating_minutes),
            _change(one.ours.slow_share, one.reactive.slow_share),
            _change(one.ours.pod_hours, one.reactive.pod_hours),
        )
        for one in failures
    ]
    return _markdown(("Scenario", "Violating, reactive", "Violating", "Slow", "Pod-hours"), rows)


def _change(value: float, base: float) -> str:
    return f"{value / base - 1:+.1%}" if base else ("unchanged" if value == 0 else f"from 0 to {value:.3g}")


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
