"""ScalerFlapping: within an hour the wish for replicas goes up and down more than three times, for ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import Level, Samples
from vitals.verify.oracle.observations import Group, Observations

API = 'namespace="wellness", horizontalpodautoscaler="api"'
SERIES = f'service="kube-state-metrics", job="kube-state-metrics", instance="k1", {API}'
METRIC = "kube_horizontalpodautoscaler_status_desired_replicas"
WANTED = Lately(METRIC, EXPORTER, ("namespace", "horizontalpodautoscaler"))
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Waves:
    """The way that a wish went within an hour, over the way there and back between its highest and its lowest value."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """How many times."""
        found: dict[Group, float] = {}
        wanted = WANTED.at(world, instant)
        for group, series in world.kept(WANTED).items():
            first, end = series.within(instant, HOUR)
            values = series.values[max(first - 1, 0) : end]
            way = sum(abs(after - before) for before, after in pairwise(values))
            distance = max(series.values[first:end], default=0) - min(series.values[first:end], default=0)
            if group in wanted:
                found[group] = way / (2 * distance) if distance else 0.0
        return found


def swings(levels: Level, step: int) -> Samples:
    """A wish that goes between 2 and 4, as often in an hour as the level says."""
    turns, values = 0.0, list[str]()
    for level in levels:
        values.append("stale" if level is None else str(2 + 2 * (int(turns) % 2)))
        turns += 0 if level is None else 2 * level * step / HOUR
    return {f"{METRIC}{{{SERIES}}}": values}


CASES = (
    AlertCase(
        id="scaling.replicas.flapping",
        name="ScalerFlapping",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(Waves(), 3),
        for_=600,
        record="autoscaler:replicas_wanted:waves1h",
        scraped=(swings,),
        low=1,
        under=6,
        high=24,
        summary="kube-state-metrics (wellness/api): replicas up and down 10 times in 1h (> 3)",
        labels={"namespace": "wellness", "horizontalpodautoscaler": "api"},
    ),
)
