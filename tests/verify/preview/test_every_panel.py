"""Every query of every rendered dashboard, asked of a real Prometheus over series that the contract says there are.

One Prometheus holds what all dashboards read. A query may be empty where its panel says why (``model.json``).
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.verify.preview.panel_answers import TargetAnswer, opened, panel_answers
from vitals.local.pictures.ask import TimeRange
from vitals.local.pictures.files import chosen
from vitals.local.portal.prometheus import Prometheus
from vitals.local.stack.rendered_rules import load_rules
from vitals.local.tools import ensure, showing_progress
from vitals.paths import RENDERED
from vitals.rendered import RenderedModel, names, read
from vitals.verify.preview.exposed import exposed
from vitals.verify.preview.read_series import texts_of
from vitals.verify.preview.synthetic import SyntheticPlatform, synthetic
from vitals.verify.query_cost.count import END, CountPrograms

pytestmark = pytest.mark.live

ENV = "prod"
RANGE_S = 3600.0
UIDS = sorted(path.stem for path in (RENDERED / ENV / names.DASHBOARDS).glob("*.json"))
MOST_SERIES = 8
"""As many colours as people distinguish in one panel."""
NOT_NEGATIVE = frozenset(
    {"percentunit", "percent", "s", "ms", "bytes", "decbytes", "reqps", "ops", "Bps", "binBps", "cps", "short"}
)
LARGEST = {"percentunit": 1.000001, "percent": 100.0001}
_LABEL = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
Answers = Mapping[str, Sequence[TargetAnswer]]


@pytest.fixture(scope="module")
def model() -> RenderedModel:
    """The model of the environment."""
    return read(RENDERED / ENV).model


@pytest.fixture(scope="module")
def answers(model: RenderedModel, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every answer, by dashboard."""
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    files = [opened(one) for one in chosen(UIDS, RENDERED / ENV)]
    rules = load_rules(RENDERED / ENV / names.RULES)
    jobs = exposed(model, [*texts_of(files), *(rule.expr for rule in rules)])

    async def asked(folder: Path) -> Answers:
        made = synthetic(
            files,
            SyntheticPlatform(jobs, rules),
            length_s=RANGE_S,
            folder=folder,
            programs=CountPrograms(found["prometheus"], found["promtool"]),
            say=lambda _: None,
        )
        async with made as api:
            prometheus = Prometheus(api.client, api.url)
            span = TimeRange(END, RANGE_S)
            return {file.stem: await panel_answers(file, span, prometheus) for file in files}

    return asyncio.run(asked(tmp_path_factory.mktemp("panels")))


def _place(one: TargetAnswer) -> str:
    return f"{one.panel.title}: {one.target.expr}"


@pytest.mark.parametrize("uid", UIDS)
def test_no_query_is_empty_without_a_reason(uid: str, answers: Answers, model: RenderedModel) -> None:
    """What is exposed and recorded as declared is seen, or the model says why it may not be."""
    assert answers[uid]
    empty = []
    for one in answers[uid]:
        excuses = model.excuses(uid, one.panel.id)
        excused = one.number < len(excuses) and excuses[one.number] is not None
        if not any(series.times for series in one.series) and not excused:
            empty.append(_place(one))

    assert empty == []


@pytest.mark.parametrize("uid", UIDS)
def test_values_fit_their_unit(uid: str, answers: Answers) -> None:
    """A share is between 0 and 1, and nothing that is counted, timed or weighed is below 0."""
    odd = [
        f"{_place(one)}: {value} {one.panel.unit}"
        for one in answers[uid]
        for series in one.series
        for value in series.values
        if not math.isnan(value)
        and ((one.panel.unit in NOT_NEGATIVE and value < -1e-9) or value > LARGEST.get(one.panel.unit, math.inf))
    ]

    assert any(one.series for one in answers[uid])
    assert sorted({text.rpartition(": ")[0] for text in odd}) == []


@pytest.mark.parametrize("uid", UIDS)
def test_legends_name_labels_that_are_there_and_tell_lines_apart(uid: str, answers: Answers) -> None:
    """A legend whose label is missing is an empty name, and two lines of one name cannot be distinguished."""
    unresolved, alike = [], []
    for one in answers[uid]:
        if one.panel.kind == "table":
            continue
        for label in _LABEL.findall(one.target.legend):
            unresolved += [f"{_place(one)}: {{{{{label}}}}}" for series in one.series if label not in series.labels]
        names_of = Counter(series.name for series in one.series)
        alike += [f"{_place(one)}: {name}" for name, count in names_of.items() if count > 1]

    assert sorted(set(unresolved)) == []
    assert sorted(set(alike)) == []


@pytest.mark.parametrize("uid", UIDS)
def test_no_panel_has_more_lines_than_colours(uid: str, answers: Answers) -> None:
    """Above eight series a panel asks for the largest only."""
    crowded = [
        f"{_place(one)}: {len(one.series)}"
        for one in answers[uid]
        if one.panel.kind == "timeseries"
        and len(one.series) > MOST_SERIES
        and not re.search("(top|bottom)k", one.target.expr)
    ]

    assert crowded == []
