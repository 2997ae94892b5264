"""Traces as files have them, through the command: gaps, disorder, and what is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.foresight.simulate.demand import MEAN_PODS, MOST_NEEDED, at_target, rates
from vitals.foresight.simulate.trace import Trace, read_trace


def written(folder: Path, text: str) -> Path:
    """A file with that text."""
    file = folder / "trace.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_gaps_repeat_the_minute_before_and_order_does_not_matter(tmp_path: Path) -> None:
    """Minutes may begin anywhere; an empty or NaN count is a gap like a line that is not there."""
    lines = [f"{minute},{minute * 10}" for minute in (112, 100, 101, 102, 105, 106, 107, 108, 109, 111)]
    found = read_trace(written(tmp_path, "\ufeffMinute, Requests\n" + "\n".join(lines) + "\n103,\n104,nan\n\n"))

    assert found.requests.tolist() == [1000, 1010, 1020, 1020, 1020, *range(1050, 1100, 10), 1090, 1110, 1120]
    assert found.filled == 3


@pytest.mark.parametrize("text", ["minute;requests\n{}", "requests\tminute\n{}", '"minute";"requests";host\r\n{}'])
def test_a_trace_is_read_however_its_columns_are_separated(tmp_path: Path, text: str) -> None:
    """As series are; minutes may count from 1, or from 1970."""
    separator = "\t" if "\t" in text else ";"
    for first in (1, 28_401_120):
        rows = [[str(first + minute), "5.5"] for minute in range(12)]
        lines = "\n".join(separator.join(row[:: -1 if "\t" in text else 1]) for row in rows)
        assert read_trace(written(tmp_path, text.format(lines))).requests.tolist() == [5.5] * 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no columns"),
        ("timestamp,value\n1,2\n", "has no columns"),
        ("minute,requests\n", "holds no minute"),
        ("minute,requests\n1,2\n2,3\n", "spans 2 minutes"),
        ("minute,requests\n0,1\n1,-3\n", ":3: '-3' is not a number of requests"),
        ("minute,requests\n0,inf\n", "is not a number of requests"),
        ("minute,requests\n0.5,1\n", "is not a whole minute"),
        ("minute,requests\ninf,1\n", "is not a whole minute"),
        ("minute,requests\nmonday,1\n", ":2: 'monday,1' is not a minute and a count"),
        ("minute,requests\n7\n", "is not a minute and a count"),
        ("minute,requests\n1,1\n1,2\n", "is there twice"),
        ("minute,requests\n1700000040,1\n", ":2: '1700000040' is a time in seconds or less, not a number of minutes"),
        ("minute,requests\n1700000040000,1\n", ":2: '1700000040000' is a time in seconds or less"),
        ("minute,requests\n2024-01-01T00:00:00Z,1\n", ":2: '2024-01-01T00:00:00Z,1' is not a minute and a count"),
        ("minute,requests\n0,1e151\n", "is not a number of requests"),
        (f"minute,requests\n1,{'9' * 200_000}\n", ":2: this is not CSV"),
        ("minute,requests\n0,1\n60000000,1\n", "more than a year"),
    ],
)
def test_what_is_not_a_trace_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """Nothing is simulated, and the message says what to change."""
    with pytest.raises(VitalsError) as refused:
        read_trace(written(tmp_path, text))

    assert says in str(refused.value)
    assert "trace.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["nowhere.csv"], "cannot be read"), (["--policy", "magic", "nowhere.csv"], "no policy 'magic'")],
)
def test_a_question_that_cannot_be_answered_names_what_to_give(arguments: list[str], says: str) -> None:
    """A file that is not there, a policy that does not exist."""
    done = CliRunner().invoke(app, ["foresight", "simulate", *arguments])

    assert isinstance(done.exception, VitalsError)
    assert says in str(done.exception)


def test_the_command_writes_every_number_of_the_policies_asked_for(tmp_path: Path) -> None:
    """Ours brings the reactive one and the oracle with it, because its gap is between them."""
    counts = 100 + 50 * np.sin(np.arange(120) / 9)
    file = written(tmp_path, "minute,requests\n" + "".join(f"{m},{c:.0f}\n" for m, c in enumerate(counts)))
    out = tmp_path / "out.json"
    command = ["foresight", "simulate", str(file), "--policy", "vitals", "--policy", "hpa_60", "--seeds", "2"]
    done = CliRunner().invoke(app, [*command, "--json", str(out)])
    document = json.loads(out.read_text(encoding="utf-8"))
    numbers = {"slow_share", "violating_minutes", "pod_hours", "scale_actions_per_day", "worst_10min", "policy"}

    assert done.exit_code == 0, done.output
    assert set(document["policies"]) == {"hpa_60", "keda", "vitals", "oracle"}
    assert set(document["policies"]["hpa_60"]) == numbers
    assert set(document["policies"]["vitals"]) == {*numbers, "gap_closed"}
    assert (document["minutes"], document["seeds"], document["filled_minutes"]) == (120, 2, 0)


def test_a_trace_is_scaled_to_a_service_of_usual_size() -> None:
    """Its mean needs eight pods, unless its peak would then need more than anyone has."""
    even, spiky = Trace("even", np.full(60, 3.0)), Trace("spiky", np.where(np.arange(1000) == 5, 1e9, 1.0))

    assert at_target(rates(even), 0.7).mean() == pytest.approx(MEAN_PODS)
    assert at_target(rates(spiky), 0.7).max() == pytest.approx(MOST_NEEDED)
    assert not rates(Trace("none", np.zeros(20))).any()
    assert not rates(Trace("next to none", np.full(20, 1e-320))).any()
    assert np.isfinite(rates(Trace("as many as are read", np.full(20, 1e149)))).all()
