"""A Prometheus of our own on loopback, filled with synthetic series at their own time stamps.

Only what the drawn dashboards read is made: what is scraped by formula, what is recorded by asking that Prometheus for
the expression behind each record, so that recorded and raw panels tell the same. Nothing depends on the time of day.
"""

import asyncio
import contextlib
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from vitals.errors import VitalsError
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.rendered_rules import RenderedRule
from vitals.model.conventions import HISTOGRAM_PARTS
from vitals.verify.preview.read_series import COARSEST_S, SHORTEST_S, bounded, names_read, sample_steps, texts_of
from vitals.verify.preview.shapes import Shape, ShapedMetric, shape
from vitals.verify.query_cost.count import END, CountPrograms, running
from vitals.verify.query_cost.definitions import Definitions
from vitals.verify.query_cost.synthetic import Key, written
from vitals_telemetry.contract import MetricType

LONGEST_S = 24 * 3600
"""The longest range over synthetic series: a day of every dashboard is some twenty million samples, and more shows no
other shape."""
_LEAD_S = 3600
"""Raw data begin so long before the range: the windows of rates that panels draw are shorter."""
_STEP_S = 60
"""Seconds between two samples of a record, as most rules are evaluated; every moment that is asked is near one."""
_BLOCK = "7d"
"""Of the lengths that promtool has below it, one of which none begins at ``END``: with a day's, the last sample of each
series would be in a block of its own, and promtool reads its whole input once per block."""
_BLOCKS_LOADED = re.compile(r"^prometheus_tsdb_blocks_loaded (\d+)$", re.MULTILINE)
_AT_ONCE = 4
"""Records that are asked for at the same time: as many as a usual machine has processors."""
_LOADED_WITHIN_S, _LOOKS_AGAIN_S = 60.0, 0.05
"""Prometheus looks for new blocks every second; a machine that is busy gets a minute."""


class SeriesSource(Protocol):
    """What brings series home: a job of the catalogue, or what is made of queries."""

    @property
    def interval_s(self) -> float:
        """Seconds between scrapes."""

    @property
    def metrics(self) -> Sequence[ShapedMetric]:
        """What is behind the series."""

    def series(self, wanted: Collection[str]) -> Iterable[Key]:
        """Every series whose name is wanted."""


@dataclass(frozen=True)
class SyntheticPlatform:
    """What there is to invent data for: what targets expose, and what rules record of it."""

    jobs: Sequence[SeriesSource]
    rules: Sequence[RenderedRule]


@contextlib.asynccontextmanager
async def synthetic(
    files: Sequence[DashboardFile],
    platform: SyntheticPlatform,
    *,
    length_s: float,
    folder: Path,
    programs: CountPrograms,
    say: Callable[[str], None],
) -> AsyncIterator[MetricsApi]:
    """Run a Prometheus whose data end at ``END`` and reach back over ``length_s`` seconds.

    Args:
        files: The dashboards; what they do not read is not made.
        platform: What is exposed and recorded.
        length_s: Seconds that are drawn.
        folder: An empty folder for its data.
        programs: Prometheus and promtool.
        say: Called with what happens.

    Raises:
        VitalsError: Prometheus cannot start, or promtool refuses the series.
    """
    texts = texts_of(files, length_s)
    names = names_read(texts, platform.rules)
    recording = [rule for rule in platform.rules if rule.records and rule.name in names]
    begin = END - length_s - _LEAD_S
    steps = sample_steps([*texts, *(rule.expr for rule in recording)], least_s=SHORTEST_S)
    raw = paced(platform.jobs, names, steps)
    say(f"making {len(raw)} synthetic series over {(END - begin) / 3600:.3g} h")
    root = RunFolder(folder / "run")
    root.clear()
    metrics = by_series(platform.jobs)
    half = len(raw) // 2  # promtool uses one processor, and there are two at least
    await asyncio.gather(
        *(
            _add(sampled(some, begin, lambda key: shape(key, metrics, begin - _LEAD_S)), folder / name, root, programs)
            for name, some in (("first", raw[:half]), ("second", raw[half:]))
        )
    )
    async with running(root, programs, looks_for_blocks=bool(recording)) as api:
        if recording:
            say(f"computing {len(recording)} records of them")
            lines = await _recorded(recording, Definitions(platform.rules), api, END - length_s)
            if lines:
                await _add([*lines, "# EOF\n"], folder / "records", root, programs)
                await _loaded(root.samples, api)
        yield api


async def _add(lines: Iterable[str], blocks: Path, run: RunFolder, programs: CountPrograms) -> None:
    """Make blocks of lines and put them beside others, which a Prometheus that runs sees: a start costs a second."""
    await create_blocks(programs.promtool, lines, blocks, longest=_BLOCK)
    run.samples.mkdir(exist_ok=True)
    for block in sorted(blocks.iterdir()):
        shutil.move(block, run.samples / block.name)


async def _loaded(samples: Path, api: MetricsApi) -> None:
    """Wait until Prometheus has loaded every block of its folder.

    Raises:
        VitalsError: It does not within ``_LOADED_WITHIN_S`` seconds.
    """
    there = sum((folder / "meta.json").is_file() for folder in samples.iterdir())
    deadline = time.monotonic() + _LOADED_WITHIN_S
    while True:
        found = _BLOCKS_LOADED.search((await api.client.get(f"{api.url}/metrics")).text)
        if found and int(found[1]) >= there:
            return
        if time.monotonic() > deadline:
            raise VitalsError(
                f"Prometheus did not load the synthetic records within {_LOADED_WITHIN_S:.0f} s, so panels of them "
                "would be empty. Nothing was written. Look whether the disk or the memory is full, and try again."
            )
        await asyncio.sleep(_LOOKS_AGAIN_S)


def by_series(jobs: Sequence[SeriesSource]) -> Mapping[str, ShapedMetric]:
    """The metric behind the name of each series; a histogram is behind three."""
    found: dict[str, ShapedMetric] = {}
    for metric in (metric for job in jobs for metric in job.metrics):
        parts = HISTOGRAM_PARTS if metric.type is MetricType.HISTOGRAM else ("",)
        found |= {metric.name + part: metric for part in parts}
    return found


def paced(jobs: Iterable[SeriesSource], wanted: Collection[str], steps: Mapping[str, float]) -> list[tuple[Key, float]]:
    """Every wanted series with the seconds between two of its samples, in an order that is always the same.

    Args:
        jobs: What brings them home.
        wanted: Names of series.
        steps: How many seconds may lie between two samples, by name; it is never asked more often than it is scraped.
    """
    paces = {key: job.interval_s for job in jobs for key in job.series(wanted)}
    return [(key, max(pace, steps.get(key[0], COARSEST_S))) for key, pace in sorted(paces.items())]


def sampled(series: Iterable[tuple[Key, float]], begin: float, shape_of: Callable[[Key], Shape]) -> Iterator[str]:
    """The samples of series as OpenMetrics text.

    Args:
        series: Each with the seconds between two samples.
        begin: Unix seconds of the first sample at the earliest; the last one is where all synthetic series end.
        shape_of: The values of a series.
    """
    for key, step_s in series:
        text = written(key)
        moments = END - step_s * np.arange(int((END - begin) // step_s), -1, -1, dtype=np.float64)
        values = shape_of(key)(moments)
        yield "".join(
            f"{text} {value:.6g} {at:.3f}\n" for at, value in zip(moments.tolist(), values.tolist(), strict=True)
        )
    yield "# EOF\n"


async def _recorded(
    rules: Sequence[RenderedRule], definitions: Definitions, api: MetricsApi, start: float
) -> list[str]:
    """Lines of OpenMetrics text for every record, those of one name together."""
    span = {"start": f"{start:.0f}", "end": str(END), "step": str(_STEP_S)}
    slots = asyncio.Semaphore(_AT_ONCE)

    async def of(rule: RenderedRule) -> list[str]:
        query = bounded(definitions.raw(rule.expr), END - start + _LEAD_S)
        async with slots:
            try:
                data = await api.get("query_range", query=query, **span)
            except QueryError:
                return []  # the same question behind a panel is refused there as well, in words
        lines = []
        for one in data["result"]:
            labels = {k: v for k, v in one["metric"].items() if k != "__name__"} | dict(rule.labels)
            text = written((rule.name, tuple(sorted(labels.items()))))
            lines += [f"{text} {value} {at}\n" for at, value in one["values"]]
        return lines

    ordered = sorted(rules, key=lambda rule: (rule.name, rule.group, sorted(rule.labels.items())))
    return [line for lines in await asyncio.gather(*map(of, ordered)) for line in lines]
