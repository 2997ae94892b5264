"""What both programs do around their work: logs, traces, and errors that the operator can read."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from vitals_telemetry import TelemetryError, configure_logging, configure_tracing

from .backends import BackendError
from .serving import PortError


def run_program(service: str, chosen: argparse.Namespace, work: Callable[[], None]) -> None:
    """Set up logs and traces, do the work, send the last spans.

    A problem that the operator can solve is printed on standard error and ends the process with exit code 1.

    Args:
        service: Name of the service in logs and traces.
        chosen: The checked command line.
        work: Runs until the process is asked to stop.
    """
    configure_logging(service)
    try:
        traces = configure_tracing(service, chosen.version, chosen.otlp)
        try:
            work()
        finally:
            traces.shutdown()
    except (BackendError, PortError, TelemetryError) as error:
        sys.stderr.write(f"{service}: {error}\n")
        sys.exit(1)
