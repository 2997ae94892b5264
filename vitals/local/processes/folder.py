"""A run folder is foreign until Vitals made it.

A start empties the folder that it takes. A folder that Vitals made carries a marker; any other one is left alone
unless it is empty. What is inside is named by the room that runs something there.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError

LOWEST_FREE_BYTES = 512 * 1024 * 1024
"""Free disk space a start asks for: the stores of a few hours, with room to stop cleanly."""


@dataclass(frozen=True)
class OwnedFolder:
    """A folder that one supervisor works in.

    Attributes:
        root: The folder itself; it may not exist yet.
    """

    root: Path

    @property
    def marker(self) -> Path:
        """Says that Vitals made the folder and may empty it."""
        return self.root / ".vitals-run"

    @property
    def emptied(self) -> tuple[Path, ...]:
        """The folders that a start deletes and makes anew, each for the owner alone."""
        return (self.data, self.logs)

    @property
    def data(self) -> Path:
        """The parts' own stores; emptied at each start, so that everything in them belongs to this run."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """One bounded log file per part."""
        return self.root / "logs"

    @property
    def state(self) -> Path:
        """The description of what runs, which other commands read."""
        return self.root / "state.json"

    def require_space(self) -> None:
        """Refuse a start that would fill the disk.

        Raises:
            VitalsError: Less than ``LOWEST_FREE_BYTES`` are free where the folder is (or would be).
        """
        existing = next(folder for folder in (self.root, *self.root.absolute().parents) if folder.exists())
        free = shutil.disk_usage(existing).free
        if free < LOWEST_FREE_BYTES:
            raise VitalsError(
                f"Only {free // 2**20} MiB are free on the disk of {self.root}, and what runs there needs "
                f"{LOWEST_FREE_BYTES // 2**20} MiB for its data and logs. Nothing was started. "
                f"Free some space, or put the run folder on another disk with --state DIR."
            )

    def require_ours(self) -> None:
        """Refuse a folder that holds files of others.

        Raises:
            VitalsError: The folder is not empty, and Vitals did not make it.
            OSError: It cannot be looked into.
        """
        if not self.root.is_dir() or self.marker.exists() or not any(self.root.iterdir()):
            return
        names = [f"{folder.name}/" for folder in self.emptied]
        raise VitalsError(
            f"{self.root} is not empty, and it is not a run folder of Vitals: it has no {self.marker.name}. A start "
            "would "
            f"delete {', '.join(names[:-1])} and {names[-1]} in it. Nothing was touched. Name an empty or a new folder "
            f"with --state DIR."
        )

    def claim(self) -> None:
        """Make the folder and mark it as ours; one that is ours already is left as it is.

        Raises:
            VitalsError: It is not ours.
            OSError: It cannot be made.
        """
        self.require_ours()
        self.root.mkdir(parents=True, exist_ok=True)
        self.marker.touch()

    def clear(self) -> None:
        """Remove what an earlier run left and make the empty folders of a new one.

        Raises:
            VitalsError: The folder is not ours.
            OSError: It cannot be made.
        """
        self.claim()
        for folder in self.emptied:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
