"""The run folder: where one running stack keeps everything it writes.

One object names every path, so that nothing else spells them. The folder can be deleted whenever no stack runs in it;
nothing in it is input for anything but this room.
"""

from dataclasses import dataclass
from pathlib import Path

from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.log_files import log_file
from vitals.paths import STATE
from vitals.rendered import names

DEFAULT_FOLDER = STATE / "stack"
"""Where a stack runs by default."""


@dataclass(frozen=True)
class RunFolder(OwnedFolder):
    """The paths of one run folder."""

    @property
    def emptied(self) -> tuple[Path, ...]:
        """The folders that a start deletes and makes anew."""
        return (self.config, self.secrets, self.data, self.logs)

    @property
    def config(self) -> Path:
        """The filled copy of the rendered files; Prometheus and Alertmanager read from here."""
        return self.root / "config"

    @property
    def dashboards(self) -> Path:
        """The dashboards that this run shows."""
        return self.config / names.DASHBOARDS

    @property
    def rules(self) -> Path:
        """The rule files that this run evaluates."""
        return self.config / names.RULES

    @property
    def targets(self) -> Path:
        """Addresses of the scrape jobs, one ``<job>.json`` (file_sd) each."""
        return self.config / "targets"

    @property
    def secrets(self) -> Path:
        """Secret files of this run, 0600 in a folder of 0700."""
        return self.root / "secrets"

    @property
    def samples(self) -> Path:
        """Prometheus' storage."""
        return self.data / "prometheus"

    @property
    def deliveries(self) -> Path:
        """What the receivers got, one JSON object per line."""
        return self.root / "deliveries.jsonl"

    @property
    def pictures(self) -> Path:
        """The pictures that followed notifications, one PNG each."""
        return self.data / "pictures"

    @property
    def traces(self) -> Path:
        """The spans of the last hour (SQLite)."""
        return self.data / "traces.sqlite"

    def log(self, part: str) -> Path:
        """The log file of the part with that name."""
        return log_file(self.logs, part)

    def clear(self) -> None:
        """Remove what an earlier run left and make the empty folders of a new one.

        Raises:
            VitalsError: The folder is not ours.
            OSError: It cannot be made.
        """
        super().clear()
        self.targets.mkdir()
        self.deliveries.unlink(missing_ok=True)
