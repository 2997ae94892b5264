"""What the program plans has secrets, which Pulumi makes only where there is an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def event_loop_of_pulumi() -> Iterator[None]:
    """A loop of the module's own, as the program has one while it runs."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()
