"""What a comparison says: of one measure of one endpoint, and over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ComparisonVerdict(StrEnum):
    """What is known about B."""

    BETTER = "better"
    WORSE = "worse"
    NO_EVIDENCE = "no evidence"
    CANNOT_JUDGE = "cannot judge"


class ComparedMeasure(StrEnum):
    """What is compared of an endpoint."""

    LATENCY = "p95"
    ERRORS = "errors"


@dataclass(frozen=True)
class Effects:
    """Which effects matter; they change no verdict, only how long a run is said to need.

    Attributes:
        latency: As a share of A's p95.
        errors: As a difference of shares of failed requests.
    """

    latency: float = 0.10
    errors: float = 0.01


@dataclass(frozen=True)
class EndpointVerdict:
    """One measure of one endpoint.

    Latency is a relative change of the p95 (0.1 is 10 % slower), errors are a difference of shares (0.01 is one
    point more). Numbers are None where they cannot be had.

    Attributes:
        endpoint: Whose.
        measure: What was compared.
        verdict: About B.
        effect: Estimate of the change.
        low: Lower end of its 95 % interval, which holds for all comparisons together.
        high: Upper end.
        smallest_found: Change that would have been found with the chance .9.
        minutes: Groups of minutes that were compared.
        decided_after_min: Minute of the verdict, of better and worse ones.
        minutes_needed: Length of a run that finds the effect that matters with the chance .9; None where it is more
            than a week, or unknown.
        why: Of one that cannot be judged.
    """

    endpoint: str
    measure: ComparedMeasure
    verdict: ComparisonVerdict
    minutes: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    smallest_found: float | None = None
    decided_after_min: int | None = None
    minutes_needed: int | None = None
    why: str = ""


@dataclass(frozen=True)
class ComparisonResult:
    """Both sides compared.

    Attributes:
        a: Name of the one that stands.
        b: Name of the one that is judged.
        verdict: Over all endpoints.
        why: The verdict's reason in a sentence.
        endpoints: Worst first.
        remarks: What a reader must know about the sources.
        looks: Whether it all holds at ``any`` look, or at ``one``, after both sides have ended as planned.
    """

    a: str
    b: str
    verdict: ComparisonVerdict
    why: str
    endpoints: tuple[EndpointVerdict, ...]
    remarks: tuple[str, ...] = ()
    looks: Literal["any", "one"] = "any"
