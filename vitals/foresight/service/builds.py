"""Deploys as the service knows them: minutes in which another build of a service began to answer.

Builds are asked of Prometheus like every series, a row per minute and build. A build that answers now and was not among
those of the last minutes is a deploy or a rollback; one that comes back after an outage of everything is the same one.
What was found is kept in a file per service, because Prometheus may keep less than the histories reach back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.foresight.series import seconds_of
from vitals.foresight.service.prometheus import Answered

SEEN_WITHIN_S = 300.0
"""A build that was seen within so many seconds did not begin now: as long as Prometheus shows a series that ended, and
as the marks of deploys on the dashboards look back."""
TIME, BUILD = "timestamp", "build"
FOLDER = "deploys"


class BuildLog:
    """The deploys of one service.

    Attributes:
        deploys: What began to answer, by Unix seconds.
    """

    def __init__(self, deploys: dict[float, str] | None = None) -> None:
        self.deploys: dict[float, str] = dict(deploys or {})
        self._seen: dict[str, float] = {}
        self._newest = float("-inf")

    @property
    def moments(self) -> tuple[float, ...]:
        """Unix seconds of all deploys, in order."""
        return tuple(sorted(self.deploys))

    def add(self, answered: list[Answered]) -> int:
        """Take in the minutes of an answer that are later than what is known; how many deploys were among them."""
        minutes: dict[float, list[str]] = {}
        for one in answered:
            build = build_of(one)
            for moment, running in zip(one.times.tolist(), one.values.tolist(), strict=True):
                if moment > self._newest and running > 0:  # NaN compares false
                    minutes.setdefault(moment, []).append(build)
        found = 0
        for moment, builds in sorted(minutes.items()):
            lately = {build for build, at in self._seen.items() if self._newest - at <= SEEN_WITHIN_S}
            begun = [build for build in sorted(builds) if lately and build not in lately]
            if begun and moment not in self.deploys:
                self.deploys[moment] = " ".join(begun)
                found += 1
            self._seen.update(dict.fromkeys(builds, moment))
            self._newest = moment
        return found

    def text(self) -> str:
        """The deploys as CSV."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow((TIME, BUILD))
        rows.writerows((f"{moment:.0f}", self.deploys[moment]) for moment in self.moments)
        return text.getvalue()


def build_of(answered: Answered) -> str:
    """What tells a build from others: its version and its revision, in that order, where it has them."""
    known = [answered.labels[name] for name in ("version", "revision") if answered.labels.get(name)]
    return "/".join(known)


def read_deploys(path: Path) -> dict[float, str]:
    """Read a file of deploys.

    Args:
        path: CSV with the column ``timestamp`` (Unix seconds or ISO 8601), and ``build`` where builds are known.

    Raises:
        VitalsError: It cannot be read, has no such column, or a row of it has no time.
    """
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        columns, rows = reader.fieldnames or (), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        raise VitalsError(f"{path} cannot be read ({reason}). Name a CSV file with the column {TIME}.") from None
    if TIME not in columns:
        raise VitalsError(f"{path}, line 1: there is no column {TIME}. Write {TIME},{BUILD} as first line.")
    found = {}
    for number, row in enumerate(rows, start=2):
        try:
            found[seconds_of(row[TIME] or "")] = row.get(BUILD) or ""
        except VitalsError as error:
            raise VitalsError(f"{path}, line {number}: {error}") from None
    return found


class DeployFolder:
    """The deploys on disk: one file per service.

    Args:
        state: The state folder of the service.
    """

    def __init__(self, state: Path) -> None:
        self._folder = state / FOLDER

    def load(self, service: str, report: Callable[[str], None]) -> BuildLog:
        """What is known of a service; nothing where there is no file, or none that can be read."""
        path = self._folder / f"{service}.csv"
        if not path.exists():
            return BuildLog()
        try:
            return BuildLog(read_deploys(path))
        except VitalsError as error:
            report(f"{error} The deploys of {service} are those that Prometheus still knows.")
            return BuildLog()

    def save(self, service: str, log: BuildLog) -> None:
        """Write the deploys of a service in one step.

        Raises:
            OSError: They cannot be written; the file is as it was.
        """
        self._folder.mkdir(exist_ok=True)
        write_atomic(self._folder / f"{service}.csv", log.text())
