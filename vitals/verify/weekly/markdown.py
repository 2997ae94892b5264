"""A review as Markdown: the verdict in a sentence, then a section for each question of the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vitals.verify.weekly.alerts import FLAPS, AlertWeek
from vitals.verify.weekly.review import WeeklyReview
from vitals.verify.weekly.week import WeekCoverage
from vitals.verify.weekly.words import count, moment, seconds, share

_MOST_ROWS = 15
"""Rows of a table: what a meeting gets through. Everything is in the JSON."""
_MARKS = re.compile(r"[\\\[\]*~|@`&<>]")
_ENOUGH = 0.99
"""Below this share of hours with data a note says so: one missed hour of a week is not worth a sentence."""


def as_markdown(review: WeeklyReview) -> str:
    """Write a review down."""
    return "\n".join(_lines(review)) + "\n"


def headline(review: WeeklyReview) -> str:
    """The week in a sentence."""
    missed = [f"{one.service} {one.slo}" for one in review.objectives if one.met is False]
    known = any(one.met is not None for one in review.objectives)
    objectives = "All objectives met" if known else "No objective could be judged"
    if missed:
        objectives = f"Objectives missed: {', '.join(missed)}"
    if review.coverage.now < _ENOUGH:
        objectives += f" (data of {_share(review.coverage.now)} of the week)"
    pages = sum(len(one.firings) for one in review.fired if one.severity == "critical")
    lost = sum(one.lost_s for one in review.worse)
    worse = f"users lost {seconds(lost)} more than the week before" if lost else "nothing got noticeably worse"
    if not review.coverage.before:
        worse = "no week before to compare with"
    return f"{objectives}; {worse}; {_times(pages, 'firing')} of critical alerts."


def _lines(review: WeeklyReview) -> Iterator[str]:
    yield f"# Week of {review.environment}: {review.week.words}"
    yield ""
    yield headline(review)
    yield ""
    yield from _coverage(review.coverage)
    yield from _objectives(review)
    yield from _worse(review)
    yield from _slow(review)
    yield from _anomalies(review)
    yield from _capacity(review)
    yield from _verdicts(review)
    yield from _alerts(review)
    yield from _silences(review)


def _coverage(found: WeekCoverage) -> Iterator[str]:
    if found.now < _ENOUGH:
        yield f"> There are data of {_share(found.now)} of the week; everything below is of that time."
        yield ""
    if not found.before:
        yield "> There are no data of the week before, so nothing can be called worse or new."
        yield ""
    elif found.before < _ENOUGH:
        yield f"> There are data of {_share(found.before)} of the week before, with which this one is compared."
        yield ""


def _share(share: float) -> str:
    return f"{share:.0%}" if share * 100 >= 1 else "less than 1%"


def _objectives(review: WeeklyReview) -> Iterator[str]:
    yield from _table(
        "Objectives and error budgets",
        ("service", "objective", "bad", "allowed", "week before", "budget left", "a week ago", "outcome"),
        [
            (
                one.service, f"{one.slo}: {one.objective}", share(one.bad), share(one.allowed), share(one.bad_before),
                share(one.budget_left), share(one.budget_left_before),
                {True: "met", False: "missed", None: "no data"}[one.met],
            )
            for one in review.objectives
        ],
        "No service has an objective.",
    )  # fmt: skip


def _worse(review: WeeklyReview) -> Iterator[str]:
    yield from _table(
        "What got worse, by the time that users lost",
        ("service", "what", "time lost", "users", "events", "mean", "week before", "failed", "week before"),
        [
            (
                one.service, one.name, seconds(one.lost_s), count(one.users), count(one.events),
                seconds(one.mean_s), seconds(one.mean_before_s), share(one.failed), share(one.failed_before),
            )
            for one in review.worse
        ],
        "Nothing cost users noticeably more time than the week before.",
    )  # fmt: skip


def _slow(review: WeeklyReview) -> Iterator[str]:
    yield from _table(
        "Slow since this week",
        ("service", "kind", "what", "seconds", "week before", "bound"),
        [
            (one.service, one.kind, one.name, seconds(one.seconds), seconds(one.before_s), seconds(one.bound_s))
            for one in review.slow
        ],
        "No endpoint exceeds its latency objective and no query is slow that was not before.",
    )


def _anomalies(review: WeeklyReview) -> Iterator[str]:
    none = "No detector exported anomaly_score." if review.anomalies is None else "No series was odd."
    rows = [(one.name, f"{one.score:.2f}", seconds(one.minutes * 60)) for one in review.anomalies or ()]
    yield from _table("Anomalies", ("series", "highest score", "for"), rows, none)


def _capacity(review: WeeklyReview) -> Iterator[str]:
    yield from _table(
        "Capacity left at the busiest moment",
        ("service", "resource", "left", "week before", "note"),
        [(one.service, one.name, share(one.left), share(one.left_before), one.note) for one in review.capacity],
        "Nothing that can be full has data.",
    )
    cost = review.cost
    yield (
        f"Metrics: {count(cost.series)} active series of {count(cost.series_budget)}, "
        f"{count(cost.samples_per_month)} samples a month of {count(cost.samples_budget)}; the estimate is "
        f"${cost.estimated_usd_per_month:.2f} a month with a managed back end, by prices of {cost.price_list}."
    )
    yield ""


def _verdicts(review: WeeklyReview) -> Iterator[str]:
    if review.verdicts:
        rows = [(one.what, one.verdict, " ".join(one.reasons)) for one in review.verdicts]
        yield from _table("Load tests and comparisons", ("what", "verdict", "why"), rows, "")


def _alerts(review: WeeklyReview) -> Iterator[str]:
    yield from _table(
        "Alerts that fired",
        ("alert", "severity", "service", "times", "firing", "longest", "notified", "note"),
        [
            (
                one.name, one.severity, one.service, str(len(one.firings)), seconds(one.firing_s),
                seconds(max(each.end - each.start for each in one.firings)),
                ", ".join(one.channels) or "none",
                _note(one),
            )
            for one in review.fired
        ],
        "No alert fired.",
    )  # fmt: skip
    if any(one.flapping for one in review.fired):
        yield f"Flapping: {FLAPS} times in a row within an hour of the last end. Raise its duration, or mend the cause."
        yield ""
    nearly = [f"{one.name} ({one.service})" for one in review.silent if one.activations]
    yield (
        f"{_times(len(review.silent), 'alert')} never fired"
        + (f"; of these the condition held, though not for long enough, of {', '.join(nearly)}." if nearly else ".")
    )
    yield ""


def _note(one: AlertWeek) -> str:
    silenced = sum(bool(each.silenced) for each in one.firings)
    notes = {"flapping": one.flapping, "firing now": one.ongoing, f"{silenced} silenced": silenced}
    return ", ".join(note for note, holds in notes.items() if holds)


def _silences(review: WeeklyReview) -> Iterator[str]:
    if review.silences is None:
        yield "Silences are not known: no Alertmanager was asked (`--alertmanager URL`)."
        yield ""
        return
    yield from _table(
        "Silences",
        ("what", "from", "to", "by", "why"),
        [(one.words, moment(one.start), moment(one.end), one.author, one.comment) for one in review.silences],
        "Nothing was silenced.",
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if not rows:
        yield none
        yield ""
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows[:_MOST_ROWS]:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"
    yield ""
    if len(rows) > _MOST_ROWS:
        yield f"And {len(rows) - _MOST_ROWS} more; all of them are in the JSON."
        yield ""


def _cell(text: str) -> str:
    """A cell in which nothing works: no tag, mention, link or emphasis; labels can say anything."""
    return _MARKS.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def _times(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
