"""Compare an estimate with what a running Prometheus really stores.

It reads what is rendered, like everything to the right of ``rendered/``, and only ever asks the address that it is
given.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from vitals.errors import VitalsError
from vitals.http_client import BlockingClient
from vitals.model.conventions import JOB
from vitals.rendered import CostEntry

RECORDED = "rule groups"
"""The name under which all recorded series are compared: no label names the group that wrote one."""

_ACTIVE = 'count by (job) ({__name__=~".+"})'
_HEAD = "sum(prometheus_tsdb_head_series)"
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One number, estimated and found.

    Attributes:
        name: A job, or :data:`RECORDED`.
        estimated: Series by the model.
        found: Series that were active.
    """

    name: str
    estimated: int
    found: int

    @property
    def error(self) -> float:
        """How far the estimate is off, as a share of what was found; infinite where nothing was."""
        return abs(self.estimated - self.found) / self.found if self.found else float("inf")


@dataclass(frozen=True, slots=True)
class Comparison:
    """An estimate beside a running Prometheus.

    Attributes:
        total: All active series.
        head: Series in the head block, which also holds those that ended in the last hours; 0 before Prometheus has
            scraped itself.
        parts: Job by job, largest deviation in series first.
    """

    total: Difference
    head: int
    parts: tuple[Difference, ...]


def compare(cost: CostEntry, url: str) -> Comparison:
    """Compare the cost of a rendered environment with a running Prometheus.

    Args:
        cost: What was estimated for the environment that runs there.
        url: Address of the Prometheus, without a final slash. It should have run for a few evaluation intervals: series
            appear with the first request, task or alert that they count.

    Raises:
        VitalsError: It cannot be asked, or answers something else than Prometheus would.
    """
    found = {labels.get(JOB, RECORDED): count for labels, count in _ask(url, _ACTIVE)}
    estimated = {part.name: part.series for part in cost.jobs}
    estimated[RECORDED] = sum(part.series for part in cost.groups)
    parts = [Difference(name, estimated.get(name, 0), found.get(name, 0)) for name in {*estimated, *found}]
    return Comparison(
        total=Difference("all", cost.series, sum(found.values())),
        head=sum(count for _, count in _ask(url, _HEAD)),
        parts=tuple(sorted(parts, key=lambda part: (-abs(part.estimated - part.found), part.name))),
    )


def _ask(url: str, query: str) -> list[tuple[dict[str, str], int]]:
    try:
        with BlockingClient(within_s=_TIMEOUT_S) as client:
            answer = client.get(f"{url}/api/v1/query", params={"query": query})
        if not answer.is_success:
            raise _not_a_prometheus(url, f"status {answer.status_code}")
        return [(one["metric"], int(float(one["value"][1]))) for one in answer.json()["data"]["result"]]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise _not_a_prometheus(url, str(error) or type(error).__name__) from error


def _not_a_prometheus(url: str, what: str) -> VitalsError:
    return VitalsError(
        f"{url} does not answer as a Prometheus does ({what}), so the estimate cannot be compared. Give the address of "
        "a running one; `vitals status` prints that of a local stack."
    )
