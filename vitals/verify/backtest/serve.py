"""A folder of Prometheus, or an OpenMetrics file, served by a Prometheus of our own on loopback.

It works on a copy. Blocks never change once they are written, so they are linked where the file system can and copied
where it cannot; what is still appended to (the write-ahead log, the head) is always copied.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.rendered import names
from vitals.verify.backtest.range_server import RangeServer

_NAME = "prometheus"
_PATIENT_S = 120.0
"""How long one piece may take; Prometheus itself gives up on a query after two minutes."""
_START_S = 600.0
"""A write-ahead log of a busy server takes minutes to read."""
_APPENDED = ("wal", "wbl", "chunks_head")
_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class ServedData:
    """A server and how far its data reach.

    Attributes:
        server: The server.
        end: Unix seconds of the end of its data.
    """

    server: RangeServer
    end: float


@contextlib.asynccontextmanager
async def served(
    data: Path, *, prometheus: Path, promtool: Path, say: Callable[[str], None]
) -> AsyncIterator[ServedData]:
    """Serve data until the context ends; they are left as they are.

    Args:
        data: A storage folder of Prometheus, or a file of OpenMetrics text with timestamps.
        prometheus: The program.
        promtool: The program, for files.
        say: Called with what happens.

    Raises:
        VitalsError: The data are neither, or Prometheus cannot start on them.
    """
    require_data(data)
    with tempfile.TemporaryDirectory(prefix="vitals-backtest-", ignore_cleanup_errors=True) as temporary:
        root = Path(temporary)
        storage = root / "data"
        if data.is_dir():
            say(f"copying {data}")
            await asyncio.to_thread(_copy, data, storage)
        else:
            say(f"reading {data}")
            await _from_text(data, storage, promtool)
        (root / names.PROMETHEUS).write_text("global: {}\n", encoding="utf-8")
        port = free_ports([_NAME])[_NAME]
        async with loopback_client(timeout_s=_PATIENT_S) as client:
            part = _part(prometheus, root, storage, port)
            supervisor = Supervisor([part], logs=root / "logs", run_id=root.name, client=client)
            try:
                (root / "logs").mkdir()
                await supervisor.start(lambda: None)
                server = RangeServer(f"http://{LOOPBACK}:{port}", client)
                ends = [_block_end(block) for block in storage.glob("*/meta.json")]
                ends.append(await server.newest_in_memory() or 0.0)
                if not max(ends):
                    raise VitalsError(f"{data} holds no samples, so nothing can be judged. Name other data.")
                yield ServedData(server, max(ends))
            finally:
                await supervisor.stop()


def require_data(data: Path) -> None:
    """Refuse what is neither a storage folder of Prometheus nor a file.

    Raises:
        VitalsError: It is neither.
    """
    if data.is_file():
        return
    if not data.exists():
        raise VitalsError(f"{data} is not there. Nothing was started. Name a storage folder of Prometheus, or a file.")
    if not any(data.glob("*/meta.json")) and not (data / "wal").is_dir():
        raise VitalsError(
            f"{data} is not a storage folder of Prometheus: it has neither blocks nor a write-ahead log. Nothing was "
            "started. Name the folder of --storage.tsdb.path, or a file of OpenMetrics text with timestamps."
        )


def _part(program: Path, root: Path, storage: Path, port: int) -> Part:
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=_NAME,
        argv=(
            str(program),
            f"--config.file={root / names.PROMETHEUS}",
            f"--storage.tsdb.path={storage}",
            "--storage.tsdb.retention.time=100y",  # old data are what is asked for
            "--storage.tsdb.min-block-duration=2h",  # equal to the longest: nothing is compacted, so nothing doubles
            "--storage.tsdb.max-block-duration=2h",
            f"--web.listen-address={LOOPBACK}:{port}",
            "--web.cors.origin=none",
        ),
        folder=root,
        ready_url=f"{url}/-/ready",
        ready_within_s=_START_S,
        url=url,
    )


def _copy(data: Path, storage: Path) -> None:
    storage.mkdir()
    try:
        for meta in data.glob("*/meta.json"):
            # Not what a compaction or a deletion of a running server leaves behind half done.
            if not meta.parent.name.endswith((".tmp", ".tmp-for-creation", ".tmp-for-deletion")):
                shutil.copytree(meta.parent, storage / meta.parent.name, copy_function=_link_or_copy)
        for name in _APPENDED:
            if (data / name).is_dir():
                shutil.copytree(data / name, storage / name)
    except (OSError, shutil.Error) as error:
        raise VitalsError(
            f"{data} could not be copied ({error}), so nothing was started. If a Prometheus writes there, ask it with "
            "--prometheus, or take a snapshot of it; if the disk is full, name another folder in TMPDIR."
        ) from error


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


async def _from_text(file: Path, storage: Path, promtool: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=31d", file, storage,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await program.communicate()
    finally:
        if program.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                program.kill()
            await program.wait()
    if program.returncode:
        why = said.decode(errors="replace").strip()[-_LONGEST_REASON:]
        raise VitalsError(
            f"{file} is not OpenMetrics text that promtool takes ({why}). Nothing was judged. Each sample needs a "
            "timestamp in seconds, and the last line must be `# EOF`."
        )


def _block_end(meta: Path) -> float:
    try:
        return (float(json.loads(meta.read_text(encoding="utf-8"))["maxTime"]) - 1) / 1000
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
