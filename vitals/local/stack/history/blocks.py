"""Puts a synthetic past into Prometheus' data folder before Prometheus starts.

The blocks are made by promtool beside the folder and renamed, so they are there as a whole or not at all. A folder that
holds anything is refused: real and invented data are never mixed.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from vitals.errors import VitalsError

BLOCK = "24h"
"""The longest block: promtool reads its whole input once per block, so with its own two hours a week takes minutes."""
_LONGEST_REASON = 500


async def create_blocks(promtool: Path, lines: Iterable[str], data: Path, *, longest: str = BLOCK) -> None:
    """Make the blocks of OpenMetrics text and put them where Prometheus will look.

    Args:
        promtool: The program.
        lines: OpenMetrics text with timestamps; read once, in another thread.
        data: Prometheus' storage folder; it must not exist or be empty, its parent must exist.
        longest: The longest block, a duration; Prometheus drops a block when all of it is older than it keeps.

    Raises:
        VitalsError: The folder holds something, or promtool refuses the text.
        OSError: The disk is full, or the parent cannot be written.
    """
    if data.exists() and any(data.iterdir()):
        raise VitalsError(
            f"{data} already holds data, and a synthetic past may only be put into an empty folder: afterwards it "
            "would be unknown which samples are real. Nothing was changed. Name a new folder with --state DIR."
        )
    with tempfile.TemporaryDirectory(prefix=".history-", dir=data.parent, ignore_cleanup_errors=True) as temporary:
        text, blocks = Path(temporary) / "past.om", Path(temporary) / "blocks"
        await asyncio.to_thread(_write, text, lines)
        await _run(promtool, text, blocks, longest)
        text.unlink()
        if data.exists():
            data.rmdir()
        await asyncio.to_thread(shutil.move, blocks, data)


def _write(file: Path, lines: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(lines)


async def _run(promtool: Path, text: Path, blocks: Path, longest: str) -> None:
    program = await asyncio.create_subprocess_exec(
        promtool, "tsdb", "create-blocks-from", "openmetrics", f"--max-block-duration={longest}", text, blocks,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await program.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            program.kill()
        await program.wait()
        raise
    if program.returncode:
        raise VitalsError(
            f"promtool could not make the synthetic past: {said.decode(errors='replace').strip()[-_LONGEST_REASON:]}. "
            "Nothing was started. Start without --history, and look whether the disk is full."
        )
