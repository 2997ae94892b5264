"""``vitals backtest`` on samples in a file, beside the rules from before a branch; and what it refuses."""

from __future__ import annotations

import http.server
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.serving import Trickling, serving
from vitals.cli import app
from vitals.local.tools import find

BEGIN, STEP, HOURS = 1_767_225_600, 15, 3
RULES = """
groups:
  - name: shop
    interval: 15s
    rules:
      - {record: "service:queue:max", expr: "max(queue)", labels: {service: shop}}
      - {record: "service:queue:mean", expr: "avg(queue)", labels: {service: shop}}
      - {alert: QueueLong, expr: "service:queue:max > 20", for: 1m, labels: {service: shop}}
      - {alert: QueueMean, expr: "service:queue:mean{service='shop'} > 20"}
      - {alert: QueueGone, expr: "absent(queue)"}
      - {alert: QueueOld, expr: "queue > 30"}
      - {alert: OrdersLate, expr: "orders_late > 3"}
"""
CHANGES = (
    ('max > 20"', 'max > 5"'),
    ("avg(queue)", "avg(queue) * 3"),
    ("alert: QueueOld", "alert: QueueNew"),
)


def _backtest(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["backtest", *map(str, arguments)])


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Rules that are committed, and then changed without a commit."""
    folder = tmp_path / "repository"
    rules = folder / "rendered" / "prod" / "rules" / "shop.yaml"
    rules.parent.mkdir(parents=True)
    rules.write_text(RULES)
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", "first")
    text = RULES
    for old, new in CHANGES:
        text = text.replace(old, new)
    assert text != RULES
    rules.write_text(text)
    return folder


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Three hours: every 20 minutes 9 for three minutes, once 25 for ten minutes, else 1."""

    def value(at: int) -> int:
        if 6000 <= at < 6600:
            return 25
        return 9 if at % 1200 < 180 else 1

    lines = [f"queue {value(at)} {BEGIN + at}" for at in range(0, HOURS * 3600, STEP)]
    file = tmp_path / "past.om"
    file.write_text("\n".join(["# TYPE queue gauge", *lines, "# EOF", ""]))
    return file


def _options(repository: Path) -> tuple[object, ...]:
    return "--rendered", repository / "rendered", "--repository", repository


@pytest.mark.rules
def test_a_branch_is_judged_beside_its_base(repository: Path, samples: Path) -> None:
    """Changed, by itself or through a record, new and removed alerts; what did not change is left out."""
    before = samples.read_bytes()
    done = _backtest("--data", samples, "--base", "main", "--last", "3h", "--json", *_options(repository))

    assert done.exit_code == 0, done.output
    found = {one["alert"]: one for one in json.loads(done.stdout)["alerts"]}
    assert set(found) == {"QueueLong", "QueueMean", "QueueNew", "QueueOld"}
    assert _fired(found["QueueLong"]) == (9, 1)
    assert _fired(found["QueueMean"]) == (9, 1)
    assert _fired(found["QueueNew"]) == (0, None)
    assert _fired(found["QueueOld"]) == (None, 0)
    assert found["QueueLong"]["now"]["under_300_s"] == 8
    (old,) = found["QueueLong"]["before"]["intervals"]
    assert (old["start"], old["end"]) == (BEGIN + 6060, BEGIN + 6600)
    assert samples.read_bytes() == before


def _fired(one: dict[str, Any]) -> tuple[int | None, int | None]:
    now, before = (side and side["fired"] for side in (one["now"], one["before"]))
    return now, before


@pytest.mark.rules
def test_the_answer_is_a_sentence_with_the_times_drawn(repository: Path, samples: Path) -> None:
    """For people: how often, how short, what the base did, and when; young data are named."""
    done = _backtest("QueueLong", "--data", samples, "--base", "main", "--last", "6h", *_options(repository))

    assert done.exit_code == 0, done.output
    assert "QueueLong (shop): would have fired 9 times (" in done.stdout
    assert ", 8 of them for under 5 minutes; at main once (9m in all)" in done.stdout
    now, base = (line for line in done.stdout.splitlines() if line.startswith(("  now ", "  base ")))
    assert len(now) == len(base)
    assert now.count("·") < base.count("·")
    assert "its data begin at 2026-01-01 00:00" in done.stdout


@pytest.mark.rules
def test_a_storage_folder_is_left_as_it_is(repository: Path, samples: Path) -> None:
    """Prometheus works on a copy: no lock, nothing compacted, nothing that is too old deleted."""
    folder = samples.parent / "storage"
    command = [str(find("promtool")), "tsdb", "create-blocks-from", "openmetrics", str(samples), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "wal").mkdir()
    (folder / "lock").touch()
    before = _content(folder)
    assert len(before) > 5

    done = _backtest("QueueLong", "--data", folder, "--last", "3h", "--json", *_options(repository))

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["alerts"][0]["now"]["fired"] == 9
    assert _content(folder) == before


def _content(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [one for one in folder.rglob("*") if one.is_file()]
    return {str(one.relative_to(folder)): (one.stat().st_mtime_ns, one.read_bytes()) for one in files}


@pytest.mark.rules
def test_an_alert_without_data_is_not_judged(repository: Path, samples: Path) -> None:
    """Zero firings would be a lie."""
    done = _backtest("OrdersLate", "--data", samples, *_options(repository))

    assert done.exit_code == 4
    assert "OrdersLate: cannot be judged: the range has no data of orders_late" in done.stdout


class _Empty(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        data = {"resultType": "vector", "result": []} if self.path.endswith("/query") else []
        content = json.dumps({"status": "success", "data": data}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        pass


@pytest.fixture
def empty_server() -> Iterator[str]:
    """A server that has no series."""
    with serving(_Empty) as address:
        yield address


def test_a_server_without_any_data_judges_nothing(repository: Path, empty_server: str) -> None:
    """It says of which metric there is none, for each alert."""
    done = _backtest("--prometheus", empty_server, *_options(repository))

    assert done.exit_code == 4
    assert done.stdout.count("cannot be judged: the range has no data of") == 5


def test_a_server_that_hangs_is_not_waited_for_as_long_as_for_a_query(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that reads nothing is asked first."""
    monkeypatch.setattr("vitals.verify.backtest.range_server._ANSWERS_A_NUMBER_WITHIN_S", 0.3)
    with serving(Trickling) as address:
        done = _backtest("--prometheus", address, *_options(repository))

    assert done.exit_code == 4
    assert "does not answer (no answer in time)" in done.stderr


def test_a_server_that_is_gone_is_said(repository: Path, unused_port: int) -> None:
    """With what to look at, and no traceback."""
    done = _backtest("--prometheus", f"http://127.0.0.1:{unused_port}", *_options(repository))

    assert done.exit_code == 4
    assert "does not answer" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --prometheus URL or --data DIR"),
        (("--prometheus", "localhost:9090"), "is not an http address"),
        (("--prometheus", "http://127.0.0.1:1", "--last", "a month"), "--last"),
        (("--prometheus", "http://127.0.0.1:1", "--last", "10y"), "outside of 1m to 400d"),
        (("--prometheus", "http://127.0.0.1:1", "--env", "moon"), "there are those of prod"),
        (("--prometheus", "http://127.0.0.1:1", "--base", "no-such"), "There is no revision 'no-such'"),
        (("Queue", "--prometheus", "http://127.0.0.1:1"), "There are: OrdersLate, QueueGone, QueueLong"),
        (("--data", "/nowhere"), "is not there"),
        (("--data", "rendered"), "is not a storage folder of Prometheus"),
    ],
)
def test_wrong_input_is_said_before_anything_is_asked(
    repository: Path, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what would be right."""
    monkeypatch.chdir(repository)
    done = _backtest(*arguments, *_options(repository))

    assert done.exit_code == 2
    assert said in done.stderr
