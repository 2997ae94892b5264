"""Which pictures a report has, each with the sentence that says what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vitals.rendered import LatencyEntry, ServiceLoad
from vitals.verify.load.knee import Knee, StepResult, knee_of, steps_of
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.report import course
from vitals.verify.load.report.picture import Style, picture

_TIME = "seconds from the start"
_RATE = "planned arrivals per second"


@dataclass(frozen=True)
class Figure:
    """One picture.

    Attributes:
        title: Its heading.
        caption: What it shows.
        svg: The picture; None where nothing was measured.
    """

    title: str
    caption: str
    svg: str | None


def figures(run: LoadRun, load: ServiceLoad) -> Iterator[Figure]:
    """Draw a run."""
    bound = _bound(load)
    warm_up = [(run.warm_up_s, "judged from here")]
    if run.latency_from == "intended start":
        steps = steps_of(run, load)
        yield from _of_steps(steps, knee_of(steps), bound)
    for title, caption, rows, style in (
        (
            "Throughput",
            "Requests per second that were answered without an error.",
            course.throughput(run),
            Style("reqps"),
        ),
        (
            "Latency",
            f"Quantiles of the requests that did not fail, from {run.latency_from}.",
            course.quantiles(run),
            Style("s", bound=bound, log_y=True),
        ),
        ("Errors", "Share of requests that failed, by what failed.", course.errors(run), Style("percentunit")),
        ("Replicas", "Replicas that answered for their metrics.", course.replicas(run), Style("short", whole=True)),
        (
            "Saturation",
            "How full everything was that can be full; of several replicas the fullest.",
            course.saturation(run),
            Style("percentunit"),
        ),
    ):
        svg = picture(rows, style, description=caption, x_title=_TIME, x_marks=warm_up) if rows else None
        yield Figure(title, caption, svg)


def _of_steps(steps: tuple[StepResult, ...], knee: Knee, bound: float | None) -> Iterator[Figure]:
    if not steps:
        return
    found = knee.last_kept if knee.first_missed else None
    marks = [(found.rate, f"knee: {found.rate:.4g}/s")] if found else []
    latency = [
        {"x": step.rate, "y": value, "series": name}
        for step in steps
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        if (value := step.found.good.quantile(share)) is not None
    ]
    served = [{"x": step.rate, "y": step.found.throughput, "series": "answered"} for step in steps]
    for title, caption, rows, style in (
        (
            "Latency by load",
            "Latency of each step from the intended start; beyond the knee an objective is missed.",
            latency,
            Style("s", bound=bound, log_y=True, log_x=True, points=True),
        ),
        (
            "Throughput by load",
            "Requests per second that were answered, step by step; where the line bends, something is full.",
            served,
            Style("reqps", log_x=True, points=True),
        ),
    ):
        yield Figure(title, caption, picture(rows, style, description=caption, x_title=_RATE, x_marks=marks))


def _bound(load: ServiceLoad) -> float | None:
    return min((mark.slo.bound_s for mark in load.marks if isinstance(mark.slo, LatencyEntry)), default=None)
