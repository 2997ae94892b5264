"""One line about a run that goes on."""

from __future__ import annotations

from vitals.verify.load.measure import GrowingRun
from vitals.verify.load.totals import totals

_LOOK_BACK_S = 10.0


def line_of(record: GrowingRun) -> str:
    """Say how the last ten seconds were.

    Args:
        record: The run so far.
    """
    run = record.run("planned")
    recent = totals(run, since_s=max(0.0, run.measured_s - _LOOK_BACK_S))
    newest = run.generator[-1]
    p95 = recent.good.quantile(0.95)
    offered = f"{newest.offered:.4g} arrivals/s" if newest.offered else f"{newest.users} users"
    latency = f"p95 {p95 * 1000:.0f} ms" if p95 is not None else "none served"
    return (
        f"{run.measured_s:.0f} s of {record.profile.plan.duration_s:.0f}: {offered}, "
        f"{recent.throughput:.1f} req/s, {latency}, {recent.failed} failed"
    )
