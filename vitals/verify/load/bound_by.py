"""Whether a run was bound by its own generator or by the machine, so that it says nothing of the service."""

from __future__ import annotations

from vitals.verify.load.recorded_run import GeneratorInterval, LoadRun

GENERATOR_CPU = 0.9
"""Of the one core that a generator can use; above it, requests wait for their turn to be sent."""
LONGEST_LAG_S = 0.05
"""How late the generator's timer may be in nine of ten intervals: a fifth of the tightest usual objective, 250 ms."""
HOST_CPU = 0.9
"""Of all cores; above it, programs that share the machine wait for each other."""
_MOST = 0.5
"""A run is bound by something that held for more than half of what is judged."""
_NINE_TENTHS = 0.9


def generator_bound(run: LoadRun, since_s: float = 0.0, until_s: float | None = None) -> str | None:
    """Why the generator and not the service made the latencies; None if it did not."""
    judged = _judged(run, since_s, until_s)
    if not judged:
        return None
    busy = sum(one.cpu > GENERATOR_CPU for one in judged)
    if busy > _MOST * len(judged):
        return f"the generator used more than {GENERATOR_CPU:.0%} of its core in {busy} of {len(judged)} intervals"
    lag_s = sorted(one.lag_s for one in judged)[int(_NINE_TENTHS * (len(judged) - 1))]
    if lag_s > LONGEST_LAG_S:
        return f"the generator's own timer was up to {lag_s * 1000:.0f} ms late (> {LONGEST_LAG_S * 1000:.0f} ms)"
    return None


def host_bound(run: LoadRun, since_s: float = 0.0, until_s: float | None = None) -> str | None:
    """Why the machine that generator and service share was the limit; None if it was not."""
    judged = _judged(run, since_s, until_s)
    full = sum(one.host_cpu > HOST_CPU for one in judged)
    if run.provenance.machine != "laptop" or full <= _MOST * len(judged):
        return None
    return (
        f"host-bound: more than {HOST_CPU:.0%} of the machine's {run.provenance.cores} cores were busy in {full} of "
        f"{len(judged)} intervals"
    )


def _judged(run: LoadRun, since_s: float, until_s: float | None) -> list[GeneratorInterval]:
    return [one for one in run.generator if one.at_s >= since_s and (until_s is None or one.at_s < until_s)]
