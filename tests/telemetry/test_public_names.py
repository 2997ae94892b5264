"""The distribution's public names are imported when they are used, and no sooner."""

from __future__ import annotations

import subprocess
import sys

import pytest

import vitals_telemetry


def test_every_public_name_is_there() -> None:
    """Each name of ``__all__`` is what its module calls so; another one is a plain error."""
    for name in vitals_telemetry.__all__:
        assert getattr(vitals_telemetry, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = vitals_telemetry.nothing


def test_the_contract_costs_no_tracing() -> None:
    """Reading the metrics as data imports neither OpenTelemetry nor a Prometheus client."""
    program = "import sys, vitals_telemetry.metrics; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert not {"opentelemetry", "prometheus_client"} & {name.partition(".")[0] for name in done.stdout.split()}
