"""Dashboards that people wrote for metrics of their own: what they read beyond what is declared is made of the queries.

A dashboard that someone writes for this platform may read both. What rules record is computed of declared series there,
and the made ones have the values of their labels, so that both meet in a join.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vitals.local.draw.dashboard import DrawnDashboard, Panel, Variable
from vitals.local.draw.template import Choice, substitute
from vitals.local.draw.window import Window
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.variable_options import LABEL_VALUES, QUERY_RESULT
from vitals.local.portal.variables import written_choices
from vitals.model.promql.variables import QUOTED, filled
from vitals.verify.preview.label_values import ENTITIES, MARK, AskedVariable, LabelValues, is_marked
from vitals.verify.preview.read_series import names_read, texts_of
from vitals.verify.preview.selections import Patterns, Selection, selections
from vitals.verify.preview.shapes import ShapedMetric
from vitals.verify.preview.synthetic import SeriesSource, SyntheticPlatform, by_series
from vitals.verify.preview.unknown import takes, unknown_series
from vitals.verify.query_cost.synthetic import Key

_OF_RULES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""What Prometheus itself makes of alerts: on a healthy platform there are none."""
_LEGEND = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_PICKED_LABEL = re.compile(r"(\w+)\\?=\\?\"")
_VARIABLE = re.compile(r"\$\{(\w+)(?:[.:][^}]*)?\}|\[\[(\w+)(?::\w+)?\]\]|\$(\w+)")
_COLUMN = re.compile(r"[a-z_]\w*")


@dataclass(frozen=True, slots=True)
class _Query:
    """PromQL as it stands in a dashboard, and the labels that are shown of its result."""

    text: str
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MadeUp:
    """A platform that has all that dashboards read.

    Attributes:
        platform: With the series that were made.
        files: The dashboards; the picture of one says how much in it is made up.
        metrics: Names of the metrics that nothing declares and that were made, by the stem of the file.
        left_out: Those of which nothing was made, because there would be too many series.
    """

    platform: SyntheticPlatform
    files: Sequence[DashboardFile]
    metrics: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: Sequence[str] = ()


def made_up(platform: SyntheticPlatform, files: Sequence[DashboardFile], window: Window) -> MadeUp:
    """Make what dashboards of other people read and a platform does not have.

    Where a dashboard reads nothing but what is declared, nothing is made. Else all that it reads is made, of declared
    metrics too: half of a join from elsewhere would meet nothing. What rules record is always of declared series.

    Args:
        platform: What is declared.
        files: Dashboards; for those that are rendered nothing is made.
        window: The stretch of time that is drawn, for intervals that follow it.
    """
    variables: list[AskedVariable] = []
    patterns = Patterns()
    foreign = [file for file in files if not file.rendered]
    by_file = {file.stem: set(_selections(file.dashboard, window, variables, patterns)) for file in foreign}
    read = {one for each in by_file.values() for one in each}
    recorded = {rule.name for rule in platform.rules if rule.records} | _OF_RULES
    selected = sorted((one for one in read if one.name not in recorded), key=repr)
    names = {one.name for one in selected}
    declared = _by_name(platform.jobs, names)
    missed = [one for one in selected if not any(_finds(one, labels) for labels in declared.get(one.name, ()))]
    if not missed:
        return MadeUp(platform, files)
    of_rules = {one.name for one in read} & recorded
    kept = names_read([*texts_of([file for file in files if file.rendered]), *sorted(of_rules)], platform.rules)
    wanted = [one for one in selected if one.name not in kept or one in missed]
    known = _known(labels for each in _by_name(platform.jobs, kept).values() for labels in each)
    values = LabelValues(wanted, variables, patterns.of_label, known)
    metric_of = by_series(platform.jobs)
    unknown = unknown_series(wanted, values, metric_of)
    made = {one.name for one in unknown.metrics} - metric_of.keys()
    metrics = {stem: sorted({unknown.metric_of(one.name) for one in each} & made) for stem, each in by_file.items()}
    jobs: list[SeriesSource] = [_Without(job, frozenset(names - kept)) for job in platform.jobs]
    return MadeUp(
        replace(platform, jobs=[*jobs, unknown]),
        [_noted(file, len(metrics.get(file.stem, ()))) for file in files],
        metrics,
        unknown.left_out,
    )


def _noted(file: DashboardFile, count: int) -> DashboardFile:
    words = f"made up of the queries for {count} metrics that the catalogue does not know"
    return replace(file, note=words) if count else file


@dataclass(frozen=True)
class _Without:
    """A job without the series that are made."""

    job: SeriesSource
    left_out: frozenset[str]

    @property
    def interval_s(self) -> float:
        return self.job.interval_s

    @property
    def metrics(self) -> Sequence[ShapedMetric]:
        return self.job.metrics

    def series(self, wanted: Collection[str]) -> Iterable[Key]:
        return self.job.series(set(wanted) - self.left_out)


def _by_name(jobs: Iterable[SeriesSource], names: Collection[str]) -> dict[str, list[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for name, pairs in (key for job in jobs for key in job.series(names)):
        found.setdefault(name, []).append(dict(pairs))
    return found


def _finds(one: Selection, labels: Mapping[str, str]) -> bool:
    return all(
        bool(labels.get(matched.label)) if is_marked(matched) else takes(matched, labels.get(matched.label, ""))
        for matched in one.matched
    )


def _known(series: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """The first values of each label in the order in which a variable offers them."""
    found: dict[str, set[str]] = {}
    for labels in series:
        for label, value in labels.items():
            found.setdefault(label, set()).add(value)
    return {label: sorted(values)[:ENTITIES] for label, values in found.items()}


def _selections(
    dashboard: DrawnDashboard, window: Window, variables: list[AskedVariable], patterns: Patterns
) -> Iterator[Selection]:
    """The selections of one dashboard; ``variables`` and ``patterns`` get what it has of them."""
    choices = written_choices(dashboard, window)
    numbers: dict[str, int] = {}
    queries = [query for panel in dashboard.panels for query in _of_panel(panel)]
    queries += [_Query(one.expr) for one in dashboard.annotations]
    for variable in dashboard.variables:
        if variable.name in choices or variable.kind == "datasource":
            continue
        asked, query = _asked(replace(variable, all_value=_marked(substitute(variable.all_value, choices), numbers)))
        numbers[variable.name] = len(variables)
        variables.append(asked)
        queries.append(query)
    for query in queries:
        yield from selections(_plain(query.text, choices, numbers), query.labels, patterns)


def _of_panel(panel: Panel) -> Iterator[_Query]:
    columns: frozenset[str] = frozenset()
    if panel.kind == "table":
        organized = [one.get("options") or {} for one in panel.transformations if one.get("id") == "organize"]
        renamed = {str(name) for one in organized for name in one.get("renameByName") or ()}
        columns = frozenset(name for name in renamed if _COLUMN.fullmatch(name))
    for target in panel.targets:
        yield _Query(target.expr, columns | frozenset(_LEGEND.findall(target.legend)))


def _asked(variable: Variable) -> tuple[AskedVariable, _Query]:
    """Of a variable that Prometheus is asked for: whose values it has, and what it reads."""
    query = variable.query.strip()
    several = variable.include_all
    all_value = variable.all_value if several else ""
    if match := LABEL_VALUES.fullmatch(query):
        label = match["label"]
        return AskedVariable(label, variable.regex, several, all_value), _Query(
            match["selector"] or "", frozenset({label})
        )
    text = match["expr"] if (match := QUERY_RESULT.fullmatch(query)) else query
    named = _PICKED_LABEL.search(variable.regex.replace("\\b", ""))
    label = named[1] if named else ""
    return AskedVariable(label, "", several, all_value), _Query(text, frozenset({label} if label else ()))


def _plain(text: str, choices: Mapping[str, Choice], numbers: Mapping[str, int]) -> str:
    """A query without variables: those that are known are filled in, others are marked where they are a value."""
    known = substitute(text, choices)
    return filled(QUOTED.sub(lambda quoted: _marked(quoted[0], numbers), known))


def _marked(text: str, numbers: Mapping[str, int]) -> str:
    def marked(found: re.Match[str]) -> str:
        number = numbers.get(found[1] or found[2] or found[3])
        return found[0] if number is None else MARK.format(number)

    return _VARIABLE.sub(marked, text)
