"""Read the ``from`` and ``to`` of a Grafana-style address."""

import re

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_duration

_MILLISECONDS_FROM = 1e11


def parse_moment(text: str, now: float) -> float:
    """Return unix seconds for ``now``, ``now-15m``, ``now+1h``, unix milliseconds or unix seconds.

    Raises:
        VitalsError: Anything else.
    """
    match = re.fullmatch(r"now(?:([+-])(\w+))?", text)
    if match:
        offset = parse_duration(match[2]) if match[2] else 0.0
        if offset is not None:
            return now - offset if match[1] == "-" else now + offset
    elif re.fullmatch(r"\d{1,16}", text):
        number = float(text)
        return number / 1000 if number >= _MILLISECONDS_FROM else number
    raise VitalsError(
        f"The time {text!r} cannot be read, so the panel cannot be drawn. Write now, now-15m (s, m, h, d or w) or "
        "unix milliseconds."
    )
