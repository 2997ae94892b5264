"""What metrics and machines cost: prices with their date and source, read from ``prices.toml`` and never fetched.

A price list ages silently, so each part says where it comes from and whether a reviewer compared it with the provider's
own page; an amount is printed with that.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import Sentence

_CLOSED = ConfigDict(extra="forbid")
"""Unknown fields are refused; types come from TOML, so tables may become objects."""


@dataclass(frozen=True, config=_CLOSED)
class Tier:
    """A price that holds up to an amount.

    Attributes:
        per_million: US dollars for a million samples.
        up_to_million: Millions of samples in a month up to which it holds; ``None`` for the rest.
    """

    per_million: Decimal = Field(gt=0)
    up_to_million: int | None = Field(default=None, gt=0)


@dataclass(frozen=True, config=_CLOSED)
class Managed:
    """What a managed back end bills for samples.

    Attributes:
        name: The product.
        source: Where the prices were read.
        verified: Whether they were compared with the provider's current page.
        tiers: Cheapest last; only the last one is open.
    """

    name: str
    source: str
    verified: bool
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @field_validator("tiers")
    @classmethod
    def _rising_and_open(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        *limits, last = [tier.up_to_million for tier in tiers]
        closed = [limit for limit in limits if limit is not None]
        if last is not None or len(closed) < len(limits) or closed != sorted(set(closed)):
            raise ValueError(
                "each tier but the last needs a higher up_to_million than the one before; the last has none"
            )
        return tiers


@dataclass(frozen=True, config=_CLOSED)
class SelfHosted:
    """What one's own Prometheus needs.

    Attributes:
        source: Where the numbers come from.
        bytes_per_sample: On the disk, after compression.
        bytes_per_series: In memory, for each active series.
    """

    source: Sentence
    bytes_per_sample: Decimal = Field(gt=0)
    bytes_per_series: int = Field(gt=0)


@dataclass(frozen=True, config=_CLOSED)
class Machine:
    """A family of machines, billed by what they have.

    Attributes:
        cpu_hour: US dollars for a virtual CPU and hour.
        gib_hour: US dollars for a GiB of memory and hour.
    """

    cpu_hour: Decimal = Field(gt=0)
    gib_hour: Decimal = Field(gt=0)


@dataclass(frozen=True, config=_CLOSED)
class ClusterPrices:
    """What a cluster costs.

    Attributes:
        source: Where the prices were read.
        verified: Whether they were compared with the provider's current page.
        machines: Prices by the family of the machine type.
        control_plane_hour: US dollars for an hour of the control plane.
        disk_gib_month: US dollars for a GiB of disk and month.
    """

    source: str
    verified: bool
    machines: Mapping[str, Machine]
    control_plane_hour: Decimal = Field(ge=0)
    disk_gib_month: Decimal = Field(gt=0)


@dataclass(frozen=True, config=_CLOSED)
class Prices:
    """The price list of a catalogue.

    Attributes:
        as_of: The day on which its numbers were written down.
        managed: A managed back end.
        self_hosted: One's own Prometheus.
        cluster: Where everything runs.
    """

    as_of: datetime.date
    managed: Managed
    self_hosted: SelfHosted
    cluster: ClusterPrices


def read_prices(file: Path) -> Prices:
    """Read a price list.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not valid TOML, or a field is missing, unknown or impossible; one line for each.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        return TypeAdapter(Prices).validate_python(content)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        lines = [f"field {'.'.join(str(part) for part in p['loc'])}: {p['msg']}" for p in problems]
        raise ValueError("; ".join(lines)) from None
