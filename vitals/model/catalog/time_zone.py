"""Time zones by the names of the IANA database, ``Europe/Berlin``: the day of a team in summer and in winter."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from typing import Annotated

from pydantic import AfterValidator

UTC = "UTC"


def known_time_zone(name: str) -> str:
    """The name of a time zone; refuse what Alertmanager would not load, or would load as something else.

    Alertmanager reads names as files of its own machine: case matters, ``Local`` is wherever it runs, and a name
    without a region is an offset in one half of the year only, or gone from a newer database.

    Raises:
        ValueError: It names the nearest zone that there is.
    """
    if name == UTC:
        return name
    known = {zone for zone in zoneinfo.available_timezones() if re.fullmatch(r"[A-Z]\w+(/[A-Z][\w+-]+)+", zone)}
    if not known:
        raise ValueError(
            "this machine has no time zone database, so no zone but UTC can be checked. Install tzdata (apt install "
            "tzdata, or pip install tzdata)"
        )
    if name in known:
        return name
    # Not Etc/GMT+2, which is two hours behind UTC, so not what a person means who writes GMT+2.
    named = sorted(zone for zone in known if not zone.startswith("Etc/"))
    lower = {zone.lower(): zone for zone in named}
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in named}
    wanted = "" if name.isupper() and "/" not in name else name.lower().replace(" ", "_")  # CEST is near to no city
    near = difflib.get_close_matches(wanted, list(lower), n=1) or difflib.get_close_matches(wanted, list(by_city), n=1)
    hint = (
        f"Did you mean {lower.get(near[0]) or by_city[near[0]]!r}?" if near else "Write it as 'Europe/Berlin' or 'UTC'"
    )
    raise ValueError(
        f"{name!r} is not a time zone of the IANA database by region and city, so Alertmanager could not compute the "
        f"working hours. {hint}"
    )


TimeZone = Annotated[str, AfterValidator(known_time_zone)]
