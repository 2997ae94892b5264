"""A drill that went as it must, for tests of what is said of one."""

from __future__ import annotations

from vitals.verify.scaling_loop.outcome import FaultOutcome, LoopOutcome

GOOD = LoopOutcome(
    environment="prod",
    service="wellness-api",
    lowest=2,
    slo_s=0.25,
    first_scale_up_s=41.0,
    first_scale_up_computed_s=58.0,
    slo_recovered_s=80.0,
    max_replicas=4,
    back_to_min_s=400.0,
    back_to_min_computed_s=420.0,
    failed_requests=0,
    drill_cpu=80.0,
    machine_cpu=100.0,
    replicas=[(-1.0, 2), (41.0, 4), (400.0, 2)],
    ready=[(-1.0, 2), (55.0, 4), (400.0, 2)],
    load=[(-1.0, 150), (0.0, 230), (100.0, 150), (410.0, 150)],
    p95=[(-1.0, 0.15), (20.0, 0.9), (80.0, 0.15)],
    faults=[FaultOutcome(name="prometheus-killed", begun=90, ended=180, asked_for=3, fewest=4, failed_requests=2)],
)
