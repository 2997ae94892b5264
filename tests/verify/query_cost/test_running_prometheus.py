"""A Prometheus over synthetic series that dies while it is asked is a sentence, not a traceback."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from vitals.errors import VitalsError
from vitals.local.stack.folder import RunFolder
from vitals.local.tools import ensure, showing_progress
from vitals.verify.query_cost.count import CountPrograms, running

pytestmark = pytest.mark.live


def test_a_prometheus_that_dies_is_said(tmp_path: Path) -> None:
    """Killed between two questions, as a system that is short of memory does it; nothing of it stays."""
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    folder = RunFolder(tmp_path / "run")
    folder.clear()
    before = {one.pid for one in psutil.Process().children(recursive=True)}

    async def ask() -> None:
        async with running(folder, CountPrograms(found["prometheus"], found["promtool"])) as api:
            assert (await api.get("query", query="vector(1)"))["result"]
            for one in psutil.Process().children(recursive=True):
                if one.pid not in before:
                    one.kill()
            await api.get("query", query="vector(1)")

    with pytest.raises(VitalsError, match=r"stopped answering .* so nothing was written"):
        asyncio.run(ask())

    assert {one.pid for one in psutil.Process().children(recursive=True)} <= before
