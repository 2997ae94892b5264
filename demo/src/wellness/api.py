"""The API process: ``python -m wellness.api``.

Wires the parts together and owns their life: ports are taken before anything else starts, the ready line comes when
every part serves, and a stop drains requests before the backends close.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing

from prometheus_client import REGISTRY

from vitals_telemetry import ApiTelemetry, UserTelemetry, serve_metrics

from .admin import admin_app
from .app import api_app
from .backends import MEMORY, open_backends
from .exposed import ExposedRegistry
from .faults import API_FAULTS, Switchboard
from .options import bound, cache, parser_for, port, readable_file
from .program import run_program
from .seed import fill_if_empty
from .serving import announce_ready, bind, port_of, serving, stop_requested
from .visitors import cohort_of, user_of

SERVICE = "wellness-api"


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read and check the command line; exits with code 2 if a value cannot work."""
    parser = parser_for("python -m wellness.api", "Serve the API of the wellness platform.")
    parser.add_argument("--port", required=True, type=port, metavar="PORT", help="where clients find the API")
    parser.add_argument("--reuse-port", action="store_true", help="share --port with other replicas (SO_REUSEPORT)")
    parser.add_argument(
        "--admin-port", required=True, type=port, metavar="PORT", help="where faults are switched (loopback only)"
    )
    parser.add_argument(
        "--cache", default=MEMORY, type=cache, metavar="memory|redis://...", help="(default: %(default)s)"
    )
    parser.add_argument(
        "--bound",
        type=bound,
        metavar="N:SECONDS",
        help="serve N API requests at once, each after SECONDS of waiting for I/O (default: no bound, no waiting)",
    )
    parser.add_argument(
        "--pseudonym-key",
        type=readable_file,
        metavar="FILE",
        help="key for pseudonyms of users in logs and traces (default: users stay out of both)",
    )
    chosen = parser.parse_args(arguments)
    given = [p for p in (chosen.port, chosen.metrics_port, chosen.admin_port) if p]
    if len(given) != len(set(given)):
        parser.error("--port, --metrics-port and --admin-port must differ: each has its own server")
    return chosen


async def serve(chosen: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        PortError: A port is taken.
        vitals_telemetry.TelemetryError: The metrics port is taken.
        BackendError: A backend does not open.
    """
    stop = stop_requested()
    async with AsyncExitStack() as parts:
        app_socket = parts.enter_context(
            bind(chosen.port, option="--port", reuse_port=chosen.reuse_port, listen=chosen.listen)
        )
        admin_socket = parts.enter_context(bind(chosen.admin_port, option="--admin-port"))
        switchboard = Switchboard(API_FAULTS)
        exposed = ExposedRegistry(REGISTRY, switchboard)
        metrics = parts.enter_context(closing(serve_metrics(chosen.metrics_port, chosen.listen, exposed)))
        backends = await parts.enter_async_context(
            open_backends(
                database=chosen.database,
                queue=chosen.worker_queue,
                switchboard=switchboard,
                registry=REGISTRY,
                cache=chosen.cache,
            )
        )
        await fill_if_empty(backends.repository)
        telemetry = ApiTelemetry(
            version=chosen.version,
            revision=chosen.revision,
            user_of=user_of,
            users=UserTelemetry(cohort_of=cohort_of, pseudonym_key=chosen.pseudonym_key),
        )
        await parts.enter_async_context(serving(admin_app(switchboard), admin_socket))
        await parts.enter_async_context(serving(api_app(backends, telemetry, switchboard, chosen.bound), app_socket))
        announce_ready(SERVICE, port=port_of(app_socket), metrics_port=metrics.port, admin_port=port_of(admin_socket))
        await stop.wait()


def main() -> None:
    """Entry point of ``python -m wellness.api``."""
    chosen = options()
    run_program(SERVICE, chosen, lambda: asyncio.run(serve(chosen)))


if __name__ == "__main__":
    main()
