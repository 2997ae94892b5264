"""The visible list of all rules, and the one function that runs them."""

from __future__ import annotations

from vitals.kit.dashboards.lint import (
    annotated,
    axes,
    datasources,
    described,
    exemplars,
    grid,
    legends,
    links,
    names,
    nulls,
    queries,
    series,
    settings,
    targets,
    titles,
    units,
    variables,
)
from vitals.kit.dashboards.lint.problem import DashboardsJson, Problem, Rule
from vitals.model.promql import Vocabulary

RULES: dict[str, Rule] = {
    "settings": settings.check,
    "names": names.check,
    "grid": grid.check,
    "described": described.check,
    "titles": titles.check,
    "units": units.check,
    "targets": targets.check,
    "datasources": datasources.check,
    "variables": variables.check,
    "queries": queries.check,
    "series": series.check,
    "exemplars": exemplars.check,
    "legends": legends.check,
    "axes": axes.check,
    "annotations": annotated.check,
    "links": links.check,
    "nulls": nulls.check,
}


def lint(dashboards: DashboardsJson, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Every problem of every dashboard.

    Args:
        dashboards: Dashboards by uid, as :func:`vitals.kit.dashboards.build` returns them.
        vocabulary: Every series that a query may read.
    """
    return tuple(Problem(name, *found) for name, rule in RULES.items() for found in rule(dashboards, vocabulary))
