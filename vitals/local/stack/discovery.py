"""What Prometheus is configured to scrape (file_sd): each job's targets, as soon as they are worth a look.

A target that is listed before its process answers, or while that meets its first slow requests, would look like trouble
that is not there. Once listed it stays: a process that dies later must be seen to be gone. A job of which nothing runs
here has an empty file, so Prometheus neither complains nor shows it as down.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from vitals.atomic import write_atomic


@dataclass(frozen=True)
class Targets:
    """What one scrape job scrapes.

    Attributes:
        addresses: ``host:port`` of each target.
        after: The parts that must be ready before Prometheus sees them.
        path: Path of their metrics, where it is not the one that is rendered.
    """

    addresses: tuple[str, ...]
    after: tuple[str, ...] = ()
    path: str = ""


class Discovery:
    """The target files of one run, ``<job>.json`` each.

    Args:
        folder: Where they lie.
        jobs: What runs here, by job.
        not_run_here: The jobs of which nothing does.
        on_problem: Called when a file could not be written; it is tried again at the next ``update``.

    Raises:
        OSError: The first, empty files cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        jobs: Mapping[str, Targets],
        *,
        not_run_here: Collection[str],
        on_problem: Callable[[str], None],
    ) -> None:
        self._folder = folder
        self._waiting = dict(jobs)
        self._on_problem = on_problem
        for job in (*jobs, *not_run_here):
            self._write(job, Targets(()))

    def update(self, ready: Collection[str]) -> None:
        """List the targets of the jobs that wait for none but these parts.

        Args:
            ready: Names of the parts that are ready now.
        """
        for job, targets in list(self._waiting.items()):
            if set(targets.after) <= set(ready):
                try:
                    self._write(job, targets)
                except OSError as error:
                    self._on_problem(f"the targets of {job} could not be written: {error.strerror}")
                    continue
                del self._waiting[job]

    def _write(self, job: str, targets: Targets) -> None:
        write_targets(self._folder / f"{job}.json", targets)


def write_targets(file: Path, targets: Targets) -> None:
    """Write what one job scrapes, in one step.

    Raises:
        OSError: It cannot be written; the file is as it was.
    """
    path = {"labels": {"__metrics_path__": targets.path}} if targets.path else {}
    text = json.dumps([{"targets": list(targets.addresses), **path}], indent=1)
    write_atomic(file, text + "\n")
