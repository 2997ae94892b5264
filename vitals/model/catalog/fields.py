"""The field types that catalogue entries share: names, durations, shares, and how strictly they are read.

Quantities stay the text that people wrote ("250ms", "99.9%") and are read once, here, into exact numbers.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated, TypeVar

import promql_parser
from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints

from vitals_telemetry.contract import Unit

STRICT = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)
"""Unknown fields and silent conversions are refused everywhere in the catalogue."""


@lru_cache(maxsize=1024)
def seconds(text: str) -> float:
    """Read a duration such as ``250ms``, ``5m`` or ``1h30m`` as seconds.

    Raises:
        ValueError: The text is not a duration as Prometheus writes them, or it is zero.
    """
    if not re.fullmatch(r"(\d+(ms|[smhdwy]))+", text):
        raise ValueError(f"{text!r} is not a duration; write one as Prometheus does, such as '250ms', '5m', '1h'")
    if not re.search(r"[1-9]", text):
        raise ValueError(f"{text!r} is not a time at all; give a duration above zero")
    try:
        return promql_parser.parse_duration(text).total_seconds()
    except ValueError:
        raise ValueError(f"{text!r} is not a duration; name each unit once, the largest first, as in '1h30m'") from None


@lru_cache(maxsize=1024)
def share(text: str) -> Decimal:
    """Read a percentage such as ``99.9%`` as an exact share (0.999).

    Raises:
        ValueError: The text is not a percentage between 0 % and 100 %, both excluded.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", text)
    try:
        value = Decimal(match[1]) / 100 if match else None
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        value = None
    if value is None or not 0 < value < 1:
        raise ValueError(f"{text!r} is not a share between 0% and 100%; write it as '99.9%'")
    return value


def quantity(text: str, unit: Unit) -> float:
    """Read a bound such as ``500ms`` or ``5%`` in the base unit of what it bounds.

    Raises:
        ValueError: The text is not a quantity of that unit.
    """
    match unit:
        case Unit.SECONDS:
            return seconds(text)
        case Unit.RATIO:
            return float(share(text))
        case _:
            try:
                value = float(text)
            except ValueError:
                value = math.nan
            if not 0 <= value < math.inf:
                raise ValueError(f"{text!r} is not a number of zero or more, which its unit ({unit.value}) asks for")
            return value


def _duration(text: str) -> str:
    seconds(text)
    return text


def _share(text: str) -> str:
    share(text)
    return text


def _one_is_a_list_too(given: object) -> object:
    return (given,) if isinstance(given, str) else given


Duration = Annotated[str, AfterValidator(_duration)]
Share = Annotated[str, AfterValidator(_share)]
NAME = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
LONGEST_NAME = 40
"""Characters: what is made of a name for Kubernetes is longer, and may have 63."""
Name = Annotated[str, StringConstraints(pattern=NAME.pattern, max_length=LONGEST_NAME)]
"""Lower-case words joined by hyphens: valid as label value, Kubernetes name and file name."""
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
"""The name of a secret's file inside the environment's secrets folder; never a path, never the secret."""
Sentence = Annotated[str, StringConstraints(min_length=10, pattern=r"\.$")]
"""Plain words for people, closed with a full stop."""
_Word = TypeVar("_Word", bound=str)
OneOrMore = Annotated[tuple[_Word, ...], BeforeValidator(_one_is_a_list_too)]
"""Several words; one may stand alone, without a tuple."""
