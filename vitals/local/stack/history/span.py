"""How far back a synthetic past reaches, as people write it: ``8d``."""

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_duration

SHORTEST = "1h"
LONGEST = "30d"
_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400}


def parse_span(text: str) -> int:
    """Return the seconds of a span in whole hours, days or weeks.

    Raises:
        VitalsError: It is not such a duration, or outside one hour to 30 days.
    """
    number, unit = text.strip()[:-1], text.strip()[-1:]
    if not (number.isdecimal() and number.isascii() and unit in _SECONDS):
        raise VitalsError(
            f"--history {text!r} is not a duration, so nothing was started. Write whole hours, days or weeks from "
            f"{SHORTEST} to {LONGEST}, for example 8d: enough for every comparison with last week."
        )
    span = int(number) * _SECONDS[unit]
    if not (parse_duration(SHORTEST) or 0) <= span <= (parse_duration(LONGEST) or 0):
        raise VitalsError(
            f"--history {text} is outside of {SHORTEST} to {LONGEST}, so nothing was started. No window is shorter or "
            "longer than that; 8d is enough for every comparison with last week."
        )
    return span
