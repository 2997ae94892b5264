"""The text of ``catalog/measured/<environment>/<service>.toml``: a capacity with where it comes from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import LatencyEntry
from vitals.verify.capacity.estimate import CONFIDENCE, CapacityEstimate, Interval
from vitals.verify.load.recorded_run import LoadRun, Provenance


def measured_path(environment: str, service: str) -> Path:
    """Where the file is, relative to the catalogue."""
    return Path("measured", environment, f"{service}.toml")


def measured_toml(found: CapacityEstimate, slo: LatencyEntry, first: LoadRun) -> str:
    """Write a capacity.

    Args:
        found: The capacity.
        slo: What held at it.
        first: The run, or the first of several.

    Raises:
        VitalsError: The run does not say which commit measured, so it cannot be measured again.
    """
    one = first.provenance
    if not one.commit:
        raise VitalsError(
            "The run was recorded outside a checkout, so it does not say which commit measured and cannot be repeated. "
            "Nothing was written. Run `vitals load stress` from a checkout."
        )
    lines = [
        "# Written by `vitals capacity`. Measure again rather than edit.",
        f"run = {json.dumps(run_id(one))}",
        *("", "[tool]", f"version = {json.dumps(one.tool.split(',')[0].removeprefix('vitals '))}"),
        *(f"commit = {json.dumps(one.commit)}", f"date = {one.started_at:%Y-%m-%d}"),
        *("", "[machine]", f'kind = "{one.machine}"', f"cores = {one.cores}"),
        *("", "[slo]", f"within = {json.dumps(slo.within)}", f"objective = {json.dumps(slo.objective)}"),
        *_table("requests", found.requests),
        *_table("concurrency", found.concurrency),
    ]
    return "\n".join(lines) + "\n"


def _table(demand: str, found: Interval) -> tuple[str, ...]:
    numbers = (
        f"{name} = {float(f'{value:.3g}')}"
        for name, value in zip(("per_replica", "low", "high"), _ordered(found), strict=True)
    )
    return ("", f"[capacity.{demand}]", *numbers, f'confidence = "{CONFIDENCE:.0%}"')


def _ordered(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def run_id(one: Provenance) -> str:
    """A name for a run: its start, and what tells it from another one of that second."""
    digest = hashlib.sha256(one.model_dump_json().encode()).hexdigest()
    return f"{one.started_at:%Y%m%d-%H%M%S}-{digest[:4]}"
