"""Verdicts of load tests and comparisons that the user gives as files: what this week's changes were judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.rendered import Rendered
from vitals.verify.load.recorded_run import read_run


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """One verdict.

    Attributes:
        what: What was judged, in words.
        verdict: In a word or two.
        reasons: Why, in sentences.
    """

    what: str
    verdict: str
    reasons: tuple[str, ...]


def load_verdict(file: Path, rendered: Rendered) -> GivenVerdict:
    """The verdict on a load test.

    Args:
        file: What ``vitals load --json`` wrote.
        rendered: Has the marks of its service.

    Raises:
        VitalsError: It is not such a file, or there are no marks for its service.
    """
    # What judges loads scipy, which takes longer than all the rest: only a review with a load test waits for it.
    from vitals.verify.load.judge import judge  # noqa: PLC0415
    from vitals.verify.load.knee import judge_stress  # noqa: PLC0415

    run = read_run(file)
    came_from = run.provenance
    load = rendered.load_of(came_from.service, choose="Give a run of one of them")
    found = judge_stress(run, load) if came_from.profile == "stress" else judge(run, load)
    what = f"load test {came_from.profile} of {came_from.service}, {came_from.started_at:%Y-%m-%d %H:%M} UTC"
    return GivenVerdict(what, found.outcome, found.reasons)


def comparison_verdict(file: Path) -> GivenVerdict:
    """The verdict of a comparison.

    Args:
        file: What ``vitals compare --json`` printed.

    Raises:
        VitalsError: It is not such a file.
    """
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
        worse = [str(one["endpoint"]) for one in found["endpoints"] if one["verdict"] == "worse"]
        reasons = (str(found["why"]), *((f"worse: {', '.join(worse)}",) if worse else ()))
        return GivenVerdict(f"{found['b']} against {found['a']}", str(found["verdict"]), reasons)
    except OSError as error:
        raise VitalsError(f"{file} cannot be read ({error.strerror}). Nothing was asked.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise VitalsError(
            f"{file} is not a verdict of `vitals compare --json` ({type(error).__name__}: {error}). Nothing was asked. "
            "Write one with `vitals compare A B --json > FILE`."
        ) from error
