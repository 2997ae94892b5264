"""One call that gives a run its past: what to fill, with which values, into which folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.history.remembered import load_services, remembered
from vitals.local.stack.history.samples import STEP_S, Moments, open_metrics, require_levels
from vitals.local.stack.rendered_model import RenderedModel
from vitals.local.stack.rendered_rules import load_rules


@dataclass(frozen=True, kw_only=True)
class Past:
    """The synthetic past that somebody asked for.

    Attributes:
        span_s: How far it reaches back, in seconds.
        promtool: The program that writes blocks.
        say: Told what happens.
    """

    span_s: int
    promtool: Path
    say: Callable[[str], None]


def check_past(rendered: Path, model: RenderedModel) -> None:
    """Find out, before anything is touched, whether a past can be made.

    Raises:
        VitalsError: The rendered files are of another version, too many series are needed, or one has no level.
    """
    require_levels(remembered(load_rules(rendered / "rules"), model.records, load_services(rendered)))


async def fill(past: Past, rendered: Path, model: RenderedModel, data: Path) -> float:
    """Fill Prometheus' empty data folder with a past that ends now.

    Args:
        past: What is asked for.
        rendered: The environment.
        model: Its ``model.json``.
        data: Prometheus' storage folder; its parent exists.

    Returns:
        The unix second from which on data are real.

    Raises:
        VitalsError: The past cannot be made, or the folder is not empty.
        OSError: The disk is full.
    """
    services = load_services(rendered)
    series = remembered(load_rules(rendered / "rules"), model.records, services)
    begun = time.monotonic()
    end = int(time.time()) // STEP_S * STEP_S
    moments = Moments(end, past.span_s)
    past.say(
        f"making a synthetic past of {past.span_s / 86400:.3g} days for {len(series)} series, "
        f"{len(series) * (past.span_s // STEP_S + 1):,} samples"
    )
    await create_blocks(past.promtool, open_metrics(series, services, moments), data)
    past.say(f"the past was made in {time.monotonic() - begun:.1f} s")
    return float(end)
