"""The program that turns a drawing into pixels: one picture from standard input to standard output, then it ends.

The renderer is a browser's engine in a library. A process of its own gives its memory back, can be ended when it takes
too long, and takes nothing with it when it crashes.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass

from vitals.local.draw.theme import Theme
from vitals.local.pictures.arrangement import Tile
from vitals.local.pictures.ask import DrawnFile, TimeRange
from vitals.local.pictures.compose import compose
from vitals.local.pictures.pixels import png
from vitals.local.relay.problem import NoPictureError

WITHIN_S = 30.0
"""A picture takes one to two seconds on a core of its own; this is a machine that is busy with an outage."""
MOST_BYTES = 1024 * 1024
"""Of a picture: ten times a usual one, and less than any mail server refuses."""
_SCALES = (2.0, 1.0)
"""Pixels for one of the panel: two on a telephone's screen, one where that is too large to send."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel that is drawn, and what stands around it.

    Attributes:
        drawn: The panel as the only one of its dashboard.
        span: The stretch of time that it shows.
        theme: Its colours.
        source: The words below its title.
    """

    drawn: DrawnFile
    span: TimeRange
    theme: Theme
    source: str


def painted(drawing: Drawing, *, within_s: float = WITHIN_S) -> bytes:
    """Have a drawing painted by a process of its own.

    Args:
        drawing: What to paint.
        within_s: Seconds after which that process is ended.

    Returns:
        A PNG of at most ``MOST_BYTES``.

    Raises:
        NoPictureError: It took too long, crashed, or the picture is too large.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "vitals.local.relay.paint"],
            input=pickle.dumps(drawing),
            capture_output=True,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoPictureError("not_drawn", f"the drawing was not painted within {within_s:.0f} s") from error
    except OSError as error:
        raise NoPictureError("not_drawn", f"no process could be started: {error.strerror}") from error
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise NoPictureError("not_drawn", f"painting ended with code {done.returncode}: {last[:300]}")
    if len(done.stdout) > MOST_BYTES:
        raise NoPictureError("too_large", f"the picture has {len(done.stdout)} bytes, more than {MOST_BYTES}")
    return done.stdout


def paint(drawing: Drawing) -> bytes:
    """Paint a drawing, sharper where that stays within ``MOST_BYTES``."""
    tile: Tile = drawing.drawn.tiles[0].tile
    svg = compose(drawing.drawn, drawing.span, drawing.theme, source=drawing.source, grid_px=round(tile.width))
    found = b""
    for scale in _SCALES:
        found = png(svg, scale=scale)
        if len(found) <= MOST_BYTES:
            break
    return found


if __name__ == "__main__":
    sys.stdout.buffer.write(paint(pickle.load(sys.stdin.buffer)))  # noqa: S301 - from the process that started this one
