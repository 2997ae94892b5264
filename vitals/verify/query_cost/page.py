"""The page of the count: two sentences around each table, and the command that makes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from vitals.verify.query_cost.report import QueryCost

_HEAD = """\
# What rules and dashboards make Prometheus read

Samples queried are what a busy Prometheus runs out of first. A real Prometheus counted them (its query
statistic `totalQueryableSamples`) on series as the contract and the catalogue of the demo's machine say they are.
`vitals query-cost --catalogue tests/wellness_catalogue --page docs/query-cost.md` makes this page; a test counts again
and compares.

## Dashboards

One load asks every query of a dashboard once over its own time range. *Raw* is the same one with every recorded name
replaced by the expression that defines it, as if nothing were recorded; windows of more than two hours are cut there
and means over recorded rates are written as one rate, both in favour of raw. Each dashboard reads recorded signals, and
none may read more than a tenth of its raw cost.
"""
_SLOS = """
## Objectives

All rules and alerts of one objective, one evaluation each. Windows of a day and more are evaluated every two
minutes.
"""
_GROUPS = """
## Rule groups

Those that read most in a minute come first.
"""


def page(report: QueryCost) -> str:
    """Write the page in Markdown."""
    dashboards = [
        (dashboard.title, dashboard.queries, f"{dashboard.recorded:,}", f"{dashboard.raw:,}", f"{dashboard.ratio:.2%}")
        for dashboard in report.dashboards
    ]
    return "".join(
        (
            f"{_HEAD}\n{table(('Dashboard', 'Queries', 'Samples', 'Raw', 'Share'), dashboards)}",
            f"{_SLOS}\n{table(('Service', 'Objective', *_COLUMNS), _rows(report.objectives(), 'service', 'slo'))}",
            f"{_GROUPS}\n{table(('Group', *_COLUMNS), _rows(report.groups(), 'group'))}",
        )
    )


_COLUMNS = ("Rules", "Samples per evaluation", "Samples per minute")


def _rows(found: Iterable[dict[str, Any]], *names: str) -> list[tuple[object, ...]]:
    return [
        (
            *(one[name] for name in names),
            one["rules"],
            f"{one['samples_per_evaluation']:,}",
            f"{one['samples_per_minute']:,}",
        )
        for one in found
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table: text in the first column, numbers in the others."""
    lines = [head, ["---" if index == 0 else "---:" for index in range(len(head))], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
