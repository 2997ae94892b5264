"""The stand-in for the services of channels, served alone on a free port of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette

from tests.local.served import served
from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.receivers.channels import channel_routes, channels_path

TOKEN = "0123456789abcdef"


@contextmanager
def standing_in() -> Iterator[tuple[str, list[Delivery]]]:
    """The base of every address, and what has arrived, until the end of the block."""
    taken: list[Delivery] = []
    app = Starlette(routes=channel_routes(TOKEN, taken.append))
    with served(app) as url:
        yield f"{url}{channels_path(TOKEN)}", taken
