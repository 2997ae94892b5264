"""The bounds of what the foresight service looks at, on the dashboards of the families."""

from __future__ import annotations

import json

from tests.kit.dashboards.conftest import Built
from vitals.kit.dashboards.lint.problem import panels
from vitals.model.signals import anomaly


def test_a_signal_that_foresight_looks_at_has_its_bounds_at_home(built: Built) -> None:
    """On the dashboard of its family, shaded where it is one line; nothing where no foresight service runs."""
    runs = built.context.signal(anomaly.SCORE.id) is not None
    watched = [one.signal for one in anomaly.WATCHED if built.context.signal(one.signal.id)]

    assert runs == (anomaly.EXPORTER in built.plan.environment.exporters)
    assert watched
    for signal in watched:
        panel = next(one for one in panels(built.dashboards[signal.dashboard]) if one["id"] == signal.panel)
        bounds = [target for target in panel["targets"] if "anomaly_upper_bound" in target["expr"]]
        shaded = [one for one in panel["fieldConfig"]["overrides"] if "custom.fillBelowTo" in json.dumps(one)]
        one_line = signal.labels == ("service",)
        assert len(bounds) == runs
        assert len(shaded) == (runs and one_line), signal.id
        assert all(signal.id in target["expr"] for target in bounds)
