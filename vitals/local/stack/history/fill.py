"""One call that gives a run its past: what to fill, with which values, into which folder."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.history.history_series import HistorySeries, history_series
from vitals.local.stack.history.samples import STEP_S, Moments, open_metrics, require_levels
from vitals.local.stack.rendered_rules import rules_in
from vitals.rendered import Rendered


@dataclass(frozen=True, kw_only=True)
class Past:
    """The synthetic past that was asked for.

    Attributes:
        span_s: How far it reaches back, in seconds.
        promtool: The program that writes blocks.
        say: Called with what happens.
    """

    span_s: int
    promtool: Path
    say: Callable[[str], None]


def check_past(rendered: Rendered) -> None:
    """Find out, before anything is touched, whether a past can be made.

    Raises:
        VitalsError: A rule file cannot be read, too many series are needed, or one has no level.
    """
    require_levels(_series(rendered))


async def fill(past: Past, rendered: Rendered, data: Path) -> float:
    """Fill Prometheus' empty data folder with a past that ends now.

    Args:
        past: What is asked for.
        rendered: The environment.
        data: Prometheus' storage folder; its parent exists.

    Returns:
        The unix second from which on data are real.

    Raises:
        VitalsError: The past cannot be made, or the folder is not empty.
        OSError: The disk is full.
    """
    services = {service.name: service for service in rendered.model.services}
    series = _series(rendered)
    begun = time.monotonic()
    end = int(time.time()) // STEP_S * STEP_S
    moments = Moments(end, past.span_s)
    past.say(
        f"making synthetic history of {past.span_s / 86400:.3g} days for {len(series)} series, "
        f"{len(series) * (past.span_s // STEP_S + 1):,} samples"
    )
    await create_blocks(past.promtool, open_metrics(series, services, moments), data)
    past.say(f"synthetic history made in {time.monotonic() - begun:.1f} s")
    return float(end)


def _series(rendered: Rendered) -> list[HistorySeries]:
    model = rendered.model
    return history_series(rules_in(rendered.groups()), model.records, model.services)
