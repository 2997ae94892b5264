"""What tells one series from another, and which of several services looks at it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from vitals.errors import VitalsError
from vitals.rendered import WatchedEntry


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """One series of the answer to one question.

    Attributes:
        service: Whose it is.
        name: Of the question.
        series: The labels that tell it from others of the answer, ``queue=reports``; empty where there is one series.
    """

    service: str
    name: str
    series: str

    @property
    def anomaly_name(self) -> str:
        """The question, and the labels behind it where it has several answers: ``tasks.wait.p95/queue=reports``."""
        return f"{self.name}/{self.series}" if self.series else self.name

    @classmethod
    def of(cls, entry: WatchedEntry, labels: Mapping[str, str]) -> SeriesKey:
        """The key of an answer's series, from the labels that Prometheus gave it."""
        known = {"__name__", "service", *entry.labels}
        telling = (f"{name}={value}" for name, value in sorted(labels.items()) if name not in known)
        return cls(entry.service, entry.name, ",".join(telling))


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of all questions this service asks; two services with the same number of shards never share one."""

    number: int = 0
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``NUMBER/OF``, ``0/2`` for the first of two.

        Raises:
            VitalsError: It is written otherwise.
        """
        match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text.strip())
        if match is None or int(match[1]) >= int(match[2]):
            raise VitalsError(
                f"--shard {text!r} is not NUMBER/OF. Of two shards write 0/2 for one and 1/2 for the other."
            )
        return cls(int(match[1]), int(match[2]))

    def has(self, entry: WatchedEntry) -> bool:
        """Whether a question is this shard's; by a checksum, so it is the same on every machine and after a restart."""
        return zlib.crc32(f"{entry.service}/{entry.name}".encode()) % self.of == self.number
