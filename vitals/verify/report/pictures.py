"""Before, after and difference of each changed dashboard, drawn from one Prometheus over synthetic series.

A second Prometheus is needed only where the two sides would see other data: a record that means something else, or a
service that exposes something else.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.draw.theme import LIGHT
from vitals.local.pictures.ask import DrawnFile, TimeRange, ask
from vitals.local.pictures.compose import NOT_MARKED, Marked, compose
from vitals.local.pictures.files import DashboardFile, read_dashboard
from vitals.local.pictures.renderers import Renderers, renderers
from vitals.local.portal.prometheus import Prometheus, QueryError, UnansweredError
from vitals.local.stack.rendered_rules import RenderedRule
from vitals.rendered import RenderedModel, names
from vitals.verify.preview.exposed import exposed
from vitals.verify.preview.read_series import names_read, texts_of
from vitals.verify.preview.synthetic import SyntheticPlatform, synthetic
from vitals.verify.query_cost.count import END, CountPrograms
from vitals.verify.report.difference import difference
from vitals.verify.report.sides import ChangedDashboard, ReportSide

RANGE_S = 3 * 3600.0
"""A third of the wave that synthetic traffic makes in a day's shape, at half the data of the preview's six hours."""
_SCALE = 1.0
"""Pixels for one of the grid: a comment shows three pictures side by side, each as wide as a panel of the page, and
pixels are a third of the time of a report."""
_SOURCE = "synthetic data"


@dataclass(frozen=True)
class KeptPicture:
    """A PNG and the name under which it is kept: the hash of its content, so that it never changes."""

    content: bytes

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{hashlib.sha256(self.content).hexdigest()[:32]}.png"


@dataclass(frozen=True)
class DashboardPictures:
    """The pictures of a changed dashboard.

    Attributes:
        of: The dashboard.
        before: As it was; None where it is new or cannot be drawn.
        after: As it is; None where it is removed or cannot be drawn.
        difference: What changed; None where one of both is missing.
        notes: What a reader should know: queries that are refused, panels that lost their data.
    """

    of: ChangedDashboard
    before: KeptPicture | None = None
    after: KeptPicture | None = None
    difference: KeptPicture | None = None
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> list[tuple[str, KeptPicture]]:
        """Each picture with what it is."""
        found = (("before", self.before), ("after", self.after), ("difference", self.difference))
        return [(word, one) for word, one in found if one is not None]


@dataclass(frozen=True)
class _Wanted:
    """One side of a dashboard: what is drawn, and over which data."""

    key: tuple[str, str]
    file: DashboardFile
    rules: tuple[RenderedRule, ...]
    model: RenderedModel


async def draw_changed(
    changed: Sequence[ChangedDashboard], programs: CountPrograms, say: Callable[[str], None]
) -> list[DashboardPictures]:
    """Draw every changed dashboard.

    Args:
        changed: What to draw.
        programs: Prometheus and promtool.
        say: Called with what happens.

    Raises:
        VitalsError: Prometheus cannot start.
    """
    wanted: list[_Wanted] = []
    notes: dict[str, list[str]] = defaultdict(list)
    for one in changed:
        for word, text, side in (
            ("before", one.before, one.environment.before),
            ("after", one.after, one.environment.after),
        ):
            if text is None or side is None:
                continue
            try:
                wanted.append(_wanted((one.uid, word), text, side))
            except VitalsError as error:
                notes[one.uid].append(f"{word}: {error}")
    drawn: dict[tuple[str, str], DrawnFile] = {}
    async with renderers(scale=_SCALE) as pool:
        for same in _by_data(wanted):
            drawn |= await _drawn(same, programs, pool, say, notes)
        return await asyncio.gather(*(_pictures(one, drawn, pool, notes[one.uid]) for one in changed))


def _wanted(key: tuple[str, str], text: str, side: ReportSide) -> _Wanted:
    if side.model is None:
        raise VitalsError(f"its {names.MODEL} is of another version of Vitals, so what is exposed there is not known")
    file = read_dashboard(Path(names.dashboard_file(key[0])), text)
    return _Wanted(key, file, side.rules, side.model)


def _by_data(wanted: Sequence[_Wanted]) -> list[list[_Wanted]]:
    """What can be drawn from the same Prometheus: sides of which no name means two things."""
    groups: list[tuple[dict[str, object], list[_Wanted]]] = []
    for one in wanted:
        own = _meaning(one)
        for meaning, members in groups:
            if all(meaning.get(name, what) == what for name, what in own.items()):
                meaning.update(own)
                members.append(one)
                break
        else:
            groups.append((dict(own), [one]))
    return [members for _, members in groups]


def _meaning(one: _Wanted) -> Mapping[str, object]:
    """What stands behind each name that a dashboard reads: the rules that record it, or the targets that expose it."""
    read = names_read(texts_of([one.file]), one.rules)
    found: dict[str, object] = {"services": one.model.services, "jobs": one.model.jobs}
    for name in read:
        if ":" in name:  # a recorded name that no rule records here any more must stay without data here
            rules = [(rule.expr, tuple(sorted(rule.labels.items()))) for rule in one.rules if rule.name == name]
            found[name] = sorted(rules)
    return found


async def _drawn(
    same: Sequence[_Wanted],
    programs: CountPrograms,
    pool: Renderers,
    say: Callable[[str], None],
    notes: Mapping[str, list[str]],
) -> dict[tuple[str, str], DrawnFile]:
    files = [one.file for one in same]
    rules = list({(r.name, r.expr, tuple(sorted(r.labels.items()))): r for one in same for r in one.rules}.values())
    texts = [*texts_of(files), *(rule.expr for rule in rules)]
    platform = SyntheticPlatform(exposed(same[0].model, texts), rules)
    span = TimeRange(END, RANGE_S)
    found: dict[tuple[str, str], DrawnFile] = {}
    with tempfile.TemporaryDirectory(prefix="vitals-report-", ignore_cleanup_errors=True) as temporary:
        made = synthetic(files, platform, length_s=RANGE_S, folder=Path(temporary), programs=programs, say=say)
        async with made as api:
            prometheus = Prometheus(api.client, api.url)
            for one in same:
                say(f"drawing {one.key[0]} {one.key[1]}")
                try:
                    found[one.key] = await ask(one.file, span, LIGHT, prometheus)
                    pool.begin(found[one.key])
                except UnansweredError:
                    raise
                except QueryError as error:
                    notes[one.key[0]].append(f"{one.key[1]}: a variable could not be filled: {error}")
    return found


async def _pictures(
    one: ChangedDashboard, drawn: Mapping[tuple[str, str], DrawnFile], pool: Renderers, notes: Sequence[str]
) -> DashboardPictures:
    span = TimeRange(END, RANGE_S)
    before, after = (drawn.get((one.uid, word)) for word in ("before", "after"))

    async def picture(side: DrawnFile | None, source: str = _SOURCE, marked: Marked = NOT_MARKED) -> KeptPicture | None:
        if side is None:
            return None
        svg = compose(await pool.rendered(side), span, LIGHT, source=source, marked=marked)
        return KeptPicture(await pool.picture(svg))

    first, second, both = await asyncio.gather(
        picture(before),
        picture(after),
        picture(after if before else None, f"what differs, {_SOURCE}", _marked(before, after)),
    )
    return DashboardPictures(one, first, second, both, (*notes, *_problems(before, after)))


def _marked(before: DrawnFile | None, after: DrawnFile | None) -> Marked:
    return difference(before, after) if before and after else NOT_MARKED


def _problems(before: DrawnFile | None, after: DrawnFile | None) -> list[str]:
    """Queries that are refused, and panels that show nothing over data that were made for them, where that is new."""
    known = {(one.tile.panel.id, bool(one.problem), one.empty) for one in (before.tiles if before else ())}
    new = [
        one for one in (after.tiles if after else ()) if (one.tile.panel.id, bool(one.problem), one.empty) not in known
    ]
    found = [f"panel {one.title}: refused by Prometheus: {one.problem}" for one in new if one.problem]
    empty = [one.title for one in new if one.empty]
    if empty:
        panels = f"{len(empty)} panels have" if len(empty) > 1 else "1 panel has"
        found.append(f"{panels} no data, over series that were made for them: {', '.join(empty)}")
    return found
