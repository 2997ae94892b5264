"""The weekly review finds in a real Prometheus what was put there, and says it in every form."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from tests.verify.weekly.conftest import DAY_S, END, WEEK
from vitals.cli import app
from vitals.paths import ROOT
from vitals.rendered import read
from vitals.verify.backtest.range_server import RangeServer
from vitals.verify.routing.matcher import Matcher
from vitals.verify.weekly import Week, WeekServer, as_html, as_markdown, weekly_review
from vitals.verify.weekly.markdown import headline
from vitals.verify.weekly.silences import WeekSilence
from vitals.verify.weekly.worse import RETRY_S

pytestmark = [pytest.mark.anyio, pytest.mark.rules]


async def test_a_bad_day_is_reviewed_whole(server: RangeServer, demo_rendered: Path) -> None:
    """Ranking, objectives, capacity and alerts, each with the number that the samples come to."""
    review = await weekly_review(WeekServer(server, WEEK), read(demo_rendered / "local"))

    available, fast = (
        next(one for one in review.objectives if one.slo == name) for name in ("availability", "latency")
    )
    assert (available.met, fast.met) == (False, True)
    assert available.bad == pytest.approx(0.002)
    assert (available.budget_left, available.budget_left_before) == (-0.1, 0.9)
    assert review.objectives[0] == available
    first, second = review.worse
    assert (first.name, second.name) == ("GET /api/dashboard", "POST /api/reports/generate")
    assert first.lost_s == pytest.approx(10 * DAY_S * 0.1, rel=0.01)
    assert second.lost_s == pytest.approx(DAY_S * (0.6 + 0.01 * (0.8 + RETRY_S)), rel=0.01)
    assert first.users == pytest.approx(50, rel=0.01)
    assert [(one.kind, one.name) for one in review.slow] == [
        ("endpoint", "POST /api/reports/generate"),
        ("query", "members wellness query new"),
    ]
    assert review.anomalies is not None
    assert [(one.name, one.score, round(one.minutes)) for one in review.anomalies] == [("api_latency", 0.9, 30)]
    (connections,) = (one for one in review.capacity if one.service == "wellness-api")
    assert connections.left == pytest.approx(0.1)
    assert review.cost.series == 5000
    assert review.cost.samples_per_month == pytest.approx(1000 * 30 * DAY_S, rel=0.01)
    assert (review.coverage.now, review.coverage.before) == pytest.approx((1, 1), abs=0.05)


async def test_each_firing_is_counted_with_who_was_notified(server: RangeServer, demo_rendered: Path) -> None:
    """How often, how long, on which channels; what flapped, what goes on, what never fired; no Watchdog."""
    rendered = read(demo_rendered / "local")
    review = await weekly_review(WeekServer(server, WEEK), rendered)

    outage, budget, latency = review.fired
    assert (outage.name, outage.firing_s, len(outage.firings)) == ("ServiceOutage", 600, 1)
    assert [channel.split()[0] for channel in outage.channels] == ["slack", "email", "pagerduty"]
    assert outage.firings[0].labels == "reason=failing"
    assert outage.firings[0].start == WEEK.start + 100 * 60
    assert (latency.name, len(latency.firings), latency.firing_s, latency.flapping) == ("ApiLatencyHigh", 4, 1200, True)
    assert [channel.split()[0] for channel in latency.channels] == ["slack", "email"]
    assert (budget.name, budget.ongoing, budget.flapping) == ("ErrorBudgetBurnSlow", True, False)
    assert len(budget.firings) == 1, "its group is evaluated every other minute"
    assert review.silent[0].name == "CacheHitsLow"
    assert review.silent[0].activations == 2
    alerts = {(one.name, one.severity, one.service) for one in rendered.model.alerts if one.severity != "none"}
    assert {(one.name, one.severity, one.service) for one in review.silent} == alerts - {
        (one.name, one.severity, one.service) for one in review.fired
    }


async def test_a_firing_that_was_silenced_is_counted_as_such(server: RangeServer, demo_rendered: Path) -> None:
    """By a silence that covered its beginning; without an Alertmanager it is not known."""
    latency = Matcher("alertname", "=", "ApiLatencyHigh")
    silence = WeekSilence((latency,), "on-call", "deploy", WEEK.start + 199 * 60, WEEK.start + 230 * 60)
    rendered = read(demo_rendered / "local")
    review = await weekly_review(WeekServer(server, WEEK), rendered, silences=(silence,))
    *_, noisy = review.fired

    assert [one.silenced for one in noisy.firings] == [True, True, False, False]
    assert not any(one.silenced for one in review.fired[0].firings)
    assert "flapping, 2 silenced" in as_markdown(review)
    assert "deploy" in as_markdown(review)


async def test_the_page_needs_nothing_and_shows_both_pictures(server: RangeServer, demo_rendered: Path) -> None:
    """No address is loaded, no script runs, and each picture is an SVG with the alerts and objectives in words."""
    review = await weekly_review(WeekServer(server, WEEK), read(demo_rendered / "local"))
    page, text = as_html(review), as_markdown(review)

    pictures = [piece.partition("</svg>")[0] + "</svg>" for piece in page.split("<figure>")[1:]]
    shown = ["".join(ElementTree.fromstring(one).itertext()) for one in pictures]  # noqa: S314 - our own picture
    assert len(shown) == 2
    assert "wellness-api availability" in shown[0]
    assert "ServiceOutage (wellness-api)" in shown[1]
    assert "<script" not in page
    assert "Objectives missed: wellness-api availability; users lost" in text
    assert "| ApiLatencyHigh | warning | wellness-api | 4 |" in text
    assert as_html(review) == page


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (END, "There are"),
        (END - DAY_S - 60, "no data of the week before, so nothing can be called worse or new"),
        (END + DAY_S // 2, "There are data of 50% of the week; everything below is of that time."),
        (END - 2 * DAY_S + 300, "There are data of less than 1% of the week; everything below is of that time."),
    ],
    ids=["whole", "first", "half", "minutes"],
)
async def test_a_review_says_of_how_much_there_are_data(
    server: RangeServer, demo_rendered: Path, until: int, said: str
) -> None:
    """Nothing of a whole week; of young data and of a week that has just begun, what it means."""
    review = await weekly_review(WeekServer(server, Week(until, DAY_S)), read(demo_rendered / "local"))
    text = as_markdown(review)

    assert (said in text) is (until != END)
    assert ("> There are" in text) is (until != END)


async def test_a_young_stack_is_not_said_to_have_missed_a_week(server: RangeServer, demo_rendered: Path) -> None:
    """The first sentence says of how much it knows, and that there is nothing that anything could be worse than."""
    week = Week(END - 2 * DAY_S + 300, DAY_S)
    said = headline(await weekly_review(WeekServer(server, week), read(demo_rendered / "local")))

    assert "(data of less than 1% of the week); no week before to compare with" in said


async def test_the_command_writes_every_firing_as_json(
    server: RangeServer, demo_rendered: Path, tmp_path: Path
) -> None:
    """A file for scripts, whole or not there."""
    file = tmp_path / "week.json"
    code, said = await _command(server.url, demo_rendered, END, "--json", "--out", str(file))

    assert (code, said) == (0, "")
    found = json.loads(file.read_text())
    assert [len(one["firings"]) for one in found["fired"]] == [1, 1, 4]
    assert found["worse"][0]["name"] == "GET /api/dashboard"


async def test_a_week_without_data_is_not_a_good_week(server: RangeServer, demo_rendered: Path) -> None:
    """Exit code 4, and what to do."""
    code, said = await _command(server.url, demo_rendered, END + 9 * DAY_S)

    assert code == 4
    assert "has no sample of `up`" in said


async def test_a_prometheus_that_is_gone_is_said(demo_rendered: Path, unused_port: int) -> None:
    """The address, that nothing was reviewed, and what to look at."""
    code, said = await _command(f"http://127.0.0.1:{unused_port}", demo_rendered, END)

    assert code == 4
    assert "does not answer" in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--last", "10m"], "outside of 1h to 31d"),
        (["--until", "Monday"], "Write it with its offset"),
        (["--json", "--html"], "exclude each other"),
        (["--prometheus", "localhost:9090"], "is not an http address"),
        (["--env", "porto"], "is not rendered"),
        (["--comparison", "no-such-file.json"], "cannot be read"),
        (["--load", "no-such-file.json"], "cannot be read"),
        (["--profile", "no-such-file.svg"], "only the page shows"),
        (["--html", "--profile", "no-such-file.svg"], "cannot be read"),
        (["--state", "no-such-folder"], "No stack runs in no-such-folder"),
    ],
)
def test_wrong_input_exits_two(demo_rendered: Path, arguments: list[str], complaint: str) -> None:
    """Before any server is asked."""
    done = CliRunner().invoke(app, ["weekly", "--rendered", str(demo_rendered), *arguments])

    assert done.exit_code == 2
    assert complaint in done.stderr


async def _command(url: str, rendered: Path, until: int, *arguments: str) -> tuple[int, str]:
    moment = datetime.fromtimestamp(until, UTC).isoformat()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vitals.cli", "weekly", "--prometheus", url, "--rendered", str(rendered),
        "--until", moment, "--last", "1d", *arguments,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def test_a_week_is_said_in_utc() -> None:
    """The same words on every machine."""
    assert Week(end=END, length_s=7 * DAY_S).words == "2026-01-04 00:00 to 2026-01-11 00:00 UTC"
