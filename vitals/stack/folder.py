"""The run folder: where one running stack keeps everything it writes.

One object names every path, so that nothing else spells them. The folder can be deleted whenever no stack runs in it;
nothing in it is input for anything but this room. A folder that Vitals made carries a marker; any other folder is left
alone unless it is empty, because a start empties what it takes.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError

LOWEST_FREE_BYTES = 512 * 1024 * 1024
"""Free disk space a start asks for: Prometheus' samples of a few hours, with room to stop cleanly."""


@dataclass(frozen=True)
class RunFolder:
    """The paths of one run folder.

    Attributes:
        root: The folder itself; it may not exist yet.
    """

    root: Path

    @property
    def marker(self) -> Path:
        """Says that Vitals made the folder and may empty it."""
        return self.root / ".vitals-run"

    @property
    def config(self) -> Path:
        """The filled copy of the rendered files; Prometheus and Alertmanager read from here."""
        return self.root / "config"

    @property
    def boards(self) -> Path:
        """The boards that this run shows."""
        return self.config / "boards"

    @property
    def rules(self) -> Path:
        """The rule files that this run evaluates."""
        return self.config / "rules"

    @property
    def targets(self) -> Path:
        """Addresses of the scrape jobs, one ``<job>.json`` (file_sd) each."""
        return self.config / "targets"

    @property
    def secrets(self) -> Path:
        """Secret files of this run, 0600 in a folder of 0700."""
        return self.root / "secrets"

    @property
    def data(self) -> Path:
        """The parts' own stores; emptied at each start, so that every sample belongs to this run."""
        return self.root / "data"

    @property
    def samples(self) -> Path:
        """Prometheus' storage."""
        return self.data / "prometheus"

    @property
    def logs(self) -> Path:
        """One bounded log file per part."""
        return self.root / "logs"

    @property
    def state(self) -> Path:
        """The description of the running stack that `vitals status` and `vitals drill` read."""
        return self.root / "state.json"

    @property
    def deliveries(self) -> Path:
        """What the receivers got, one JSON object per line."""
        return self.root / "deliveries.jsonl"

    @property
    def traces(self) -> Path:
        """The spans of the last hour (SQLite)."""
        return self.data / "traces.sqlite"

    def log(self, part: str) -> Path:
        """The log file of the part with that name."""
        return self.logs / f"{part}.log"

    def require_space(self) -> None:
        """Refuse a start that would fill the disk.

        Raises:
            VitalsError: Less than ``LOWEST_FREE_BYTES`` are free where the folder is (or would be).
        """
        existing = next(folder for folder in (self.root, *self.root.absolute().parents) if folder.exists())
        free = shutil.disk_usage(existing).free
        if free < LOWEST_FREE_BYTES:
            raise VitalsError(
                f"Only {free // 2**20} MiB are free on the disk of {self.root}, and a running stack needs "
                f"{LOWEST_FREE_BYTES // 2**20} MiB for Prometheus' samples and the logs. Nothing was started. "
                f"Free some space, or put the run folder on another disk with --state DIR."
            )

    def require_ours(self) -> None:
        """Refuse a folder that holds somebody else's files.

        Raises:
            VitalsError: The folder is not empty, and Vitals did not make it.
            OSError: It cannot be looked into.
        """
        if not self.root.is_dir() or self.marker.exists() or not any(self.root.iterdir()):
            return
        raise VitalsError(
            f"{self.root} is not empty, and it is no run folder of Vitals: it has no {self.marker.name}. A start would "
            f"delete config/, secrets/, data/ and logs/ in it. Nothing was touched. Name an empty or a new folder with "
            f"--state DIR."
        )

    def claim(self) -> None:
        """Make the folder and mark it as ours; one that is ours already is left as it is.

        Raises:
            VitalsError: It is somebody else's.
            OSError: It cannot be made.
        """
        self.require_ours()
        self.root.mkdir(parents=True, exist_ok=True)
        self.marker.touch()

    def clear(self) -> None:
        """Remove what an earlier run left and make the empty folders of a new one.

        Raises:
            VitalsError: The folder is somebody else's.
            OSError: It cannot be made.
        """
        self.claim()
        for folder in (self.config, self.secrets, self.data, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
        self.targets.mkdir()
        self.deliveries.unlink(missing_ok=True)
