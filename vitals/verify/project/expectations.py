"""What the oracle expects of alerts, as checks of promtool that leave no evaluation and no label open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vitals.verify.oracle.conditions import Firing, Statement
from vitals.verify.oracle.traffic import selector


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """When an alert of a service fires.

    Attributes:
        statement: What is promised of it.
        service: The service or exporter.
        owner: Who is notified.
        fires: The evaluations at which it fires.
    """

    statement: Statement
    service: str
    owner: str
    fires: Firing


def expectations(alerts: Iterable[ExpectedAlert], *, last: int, pace: int) -> list[dict[str, object]]:
    """Checks of every alert of some names, over a whole run.

    Between two moments at which any alert of a name begins or ends to fire, each of its series has fired at every
    evaluation or at none. So one query for each such span says all, and an alert with a label more or less is found.

    Args:
        alerts: All alerts of each name that is named.
        last: The second of the last evaluation.
        pace: Seconds between two evaluations.
    """
    by_name: dict[str, list[tuple[str, list[tuple[int, int]]]]] = defaultdict(list)
    for alert in alerts:
        said = alert.statement
        by_name[said.name] += []
        for group, stretches in alert.fires.items():
            labels = {
                "alertname": said.name,
                "alertstate": "firing",
                "severity": said.severity,
                "service": alert.service,
                "owner": alert.owner,
                **said.labels,
                **dict(zip(said.per, group, strict=True)),
            }
            by_name[said.name].append((selector("", labels), stretches))
    return [check for name, series in by_name.items() for check in _every_span(name, series, last=last, pace=pace)]


def _every_span(
    name: str, series: Sequence[tuple[str, list[tuple[int, int]]]], *, last: int, pace: int
) -> Iterator[dict[str, object]]:
    edges = {edge for _, stretches in series for first, end in stretches for edge in (first - pace, end)}
    for begin, end in pairwise([-1, *sorted(edges - {-pace, last}), last]):
        fired = {
            labels: sum(begin < moment <= end for first, stop in stretches for moment in range(first, stop + 1, pace))
            for labels, stretches in series
        }
        yield {
            "expr": f'count_over_time(ALERTS{{alertname="{name}", alertstate="firing"}}[{end - begin}s])',
            "eval_time": f"{end}s",
            "exp_samples": [{"labels": labels, "value": times} for labels, times in fired.items() if times],
        }


def in_order(groups: Iterable[str]) -> list[str]:
    """Groups, those that read what others record or fire behind them.

    promtool evaluates one after the other at the same instant. A real Prometheus spreads them over their interval, so
    there a reader may see what it reads up to one evaluation later.
    """
    last = ("arrival", "slo", "slo-long", "capacity", "trend")
    return sorted(
        groups,
        key=lambda name: (name == "vitals.meta", *(name.endswith(f".{group}") for group in reversed(last)), name),
    )
