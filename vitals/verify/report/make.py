"""Put a report together, and write it: the comment, the page and the pictures by the hash of their content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.rendered import names
from vitals.verify.changes import Ranked, Revisions, committed_on, compare_revisions, text_at
from vitals.verify.query_cost.count import CountPrograms
from vitals.verify.report.bad_day import changed_alerts, on_the_bad_day
from vitals.verify.report.comment import comment
from vitals.verify.report.content import DayOutcome, PullRequestReport
from vitals.verify.report.page import page
from vitals.verify.report.pictures import DashboardPictures, draw_changed
from vitals.verify.report.problems import NewProblem, new_problems
from vitals.verify.report.sides import ReportedEnvironment, ReportSide, changed_dashboards, changed_environments
from vitals.verify.review.suppressions import NAME

COMMENT, PAGE, PICTURES = "comment.md", "report.html", "pictures"
_MOST_ALERTS = 40
"""Of one environment: each takes some tenths of a second, and a change of more is one of policy, which words describe
better."""


async def make_report(
    found: Revisions,
    repository: Path,
    *,
    preferred: str,
    programs: Callable[[], CountPrograms],
    say: Callable[[str], None],
) -> PullRequestReport:
    """Make a report.

    Args:
        found: Both revisions.
        repository: A folder of the repository.
        preferred: The environment that is drawn and judged where it changed.
        programs: Prometheus and promtool; asked only where something has to be drawn or judged.
        say: Called with what happens.

    Raises:
        VitalsError: A rule file or the suppressions cannot be read, or Prometheus cannot start.
    """
    environments = sorted(changed_environments(found), key=lambda one: (one.name != preferred, one.name))
    exceptions, today = text_at(repository, found.head, NAME), committed_on(repository, found.head)

    def words() -> tuple[Ranked, list[NewProblem], int]:
        return (compare_revisions(found), *new_problems(environments, exceptions, today))

    async def drawn() -> tuple[Sequence[DashboardPictures], list[DayOutcome], list[str]]:
        dashboards = changed_dashboards(environments)
        pictures = await draw_changed(dashboards, programs(), say) if dashboards else []
        return pictures, *await _outcomes(environments, programs, say)

    say("comparing and checking")
    # What is said is found while other programs make the data of what is shown.
    (changes, problems, accepted), (pictures, outcomes, unjudged) = await asyncio.gather(
        asyncio.to_thread(words), drawn()
    )
    return PullRequestReport(
        base=found.base,
        head=found.head,
        changes=changes,
        pictures=pictures,
        problems=problems,
        accepted=accepted,
        outcomes=outcomes,
        unjudged=unjudged,
        dollars={one.name: more for one in environments if (more := _more_dollars(one)) and one.after},
    )


async def _outcomes(
    environments: Sequence[ReportedEnvironment], programs: Callable[[], CountPrograms], say: Callable[[str], None]
) -> tuple[list[DayOutcome], list[str]]:
    """Each changed alert once, for the first environment in which it changed; and the names of those that are left."""
    where: dict[tuple[str, ...], list[str]] = {}
    first: list[DayOutcome] = []
    left: list[str] = []
    for one in environments:
        changed = changed_alerts(one)
        new = [pair for pair in changed if pair.any.identity not in where]
        for pair in changed:
            where.setdefault(pair.any.identity, []).append(one.name)
        if new:
            outcomes = await on_the_bad_day(one, new[:_MOST_ALERTS], programs(), say)
            first += [DayOutcome(one.name, outcome, ()) for outcome in outcomes]
            left += [pair.any.name for pair in new[_MOST_ALERTS:]]
    return [
        DayOutcome(one.environment, one.outcome, tuple(where[one.outcome.pair.any.identity][1:])) for one in first
    ], list(dict.fromkeys(left))


def _more_dollars(environment: ReportedEnvironment) -> float:
    """What the managed back end costs more in a month than at the base."""
    before, after = environment.before, environment.after
    if before and after and before.files.get(names.MODEL) == after.files.get(names.MODEL):
        return 0.0  # most changes are of dashboards, and reading a model takes longer than comparing two
    return _dollars(after) - _dollars(before)


def _dollars(side: ReportSide | None) -> float:
    """What the managed back end costs in a month; 0 where the model does not say."""
    if side is None or side.model is None:
        return 0.0
    return round(side.model.cost.price.managed.usd_per_month, 2)


def write_report(report: PullRequestReport, folder: Path, *, pictures_url: str, page_place: str) -> list[Path]:
    """Write the comment, the page and the pictures.

    Args:
        report: What they say.
        folder: Where; it is made.
        pictures_url: Where the pictures will be found; empty where a comment cannot show them.
        page_place: Where the page will be found, for the comment.

    Raises:
        VitalsError: The folder cannot be made or written.
    """
    written = {folder / COMMENT: comment(report, pictures_url=pictures_url, page=page_place).encode()}
    written[folder / PAGE] = page(report).encode()
    written |= {folder / PICTURES / each.name: each.content for one in report.pictures for _, each in one.shown}
    try:
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        for path, content in written.items():
            write_atomic(path, content)
    except OSError as error:
        raise VitalsError(
            f"The report could not be written to {folder} ({error.strerror or error}). Name another folder with "
            "--out, or make room."
        ) from error
    return list(written)
