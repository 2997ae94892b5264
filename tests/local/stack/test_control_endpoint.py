"""The control endpoint stops and starts real parts, for the holder of the token only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.applications import Starlette

from vitals.local.processes.part import Part
from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.control import control_routes
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.serve import serving

TOKEN = "secret-token"


def test_a_part_is_stopped_started_and_restarted_by_request(server: Callable[..., Part], folder: RunFolder) -> None:
    """Each verb does what it says before it answers; wrong token, part and verb change nothing."""

    async def run() -> None:
        async with loopback_client(timeout_s=20.0) as client:
            supervisor = Supervisor([server("one")], logs=folder.logs, run_id="r", client=client)
            app = Starlette(routes=control_routes(supervisor, TOKEN))
            async with serving(app, listen(0, "")) as url:
                try:
                    await supervisor.start(lambda: None)

                    async def ask(path: str, token: str = TOKEN) -> int:
                        headers = {"authorization": f"Bearer {token}"}
                        return (await client.post(f"{url}/control/parts/{path}", headers=headers)).status_code

                    first = supervisor.records()[0].pid
                    assert await ask("one/stop", token="guess") == 401
                    assert await ask("two/stop") == 404
                    assert await ask("one/explode") == 404
                    assert supervisor.records()[0].pid == first

                    assert await ask("one/restart") == 200
                    second = supervisor.records()[0].pid
                    assert second not in {None, first}

                    assert await ask("one/stop") == 200
                    assert supervisor.records()[0].state == "stopped"
                    assert await ask("one/start") == 200
                    assert supervisor.records()[0].state == "healthy"
                finally:
                    await supervisor.stop()

    asyncio.run(run())
