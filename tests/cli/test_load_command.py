"""`vitals load` and `vitals capacity`: what they refuse, how they end, and that a run is never lost."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.verify.capacity.simulated import true_capacity
from tests.verify.load.conftest import Shop, shop, users  # noqa: F401 - fixtures
from tests.verify.load.records import MARKS, interval, run_of
from vitals.cli import capacity as capacity_module
from vitals.cli import main
from vitals.cli.load import exit_code, written
from vitals.local.processes.ports import free_ports
from vitals.paths import RENDERED
from vitals.rendered import LoadMarks, names
from vitals.verify.capacity.scalability import ScalabilityLaw
from vitals.verify.compare.verdict import ComparisonVerdict
from vitals.verify.load.judge import LoadVerdict, RunOutcome
from vitals.verify.load.recorded_run import Ending, LoadRun, ReplicaSample, RequestInterval, read_run

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a folder that takes no file, from root either")
LAW = ScalabilityLaw(rate=60.0, contention=0.08, coherency=0.0006)


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["vitals", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--host", "localhost:80"), "not the base URL"),
        (("--host", "http://192.0.2.1"), "--allow-remote"),
        (("--env", "moon"), "is not there"),
        (("--service", "moon"), "has no load test"),
        (("--locustfile", "none.py"), "is not a file"),
        (("--json", "none/run.json"), "does not exist"),
        (("--json", "."), "is a folder"),
        (("--json", "/dev/null"), "is not a file but a device"),
        pytest.param(("--json", "/proc/run.json"), "/proc takes no file", marks=ON_LINUX),
        pytest.param(("--report", "/proc/report"), "/proc takes no file", marks=ON_LINUX),
        (("--report", __file__), "is a file"),
        (("--duration", "inf"), "not a number of seconds"),
        (("--keep", "none"), "is not a folder"),
        (("--keep", ".", "--json", "run.json"), "would have no effect"),
        (("--allow-remote",), "Give --host"),
        (("--last", "none.json"), "cannot be read"),
    ],
)
def test_load_refuses_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """One sentence, exit code 1, no traceback."""
    assert _run(monkeypatch, "load", "normal", *arguments) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert message in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("ended", "outcome", "compared", "code"),
    [
        ("planned", "passed", None, 0),
        ("planned", "passed", ComparisonVerdict.BETTER, 0),
        ("planned", "passed", ComparisonVerdict.NO_EVIDENCE, 0),
        ("planned", "passed", ComparisonVerdict.WORSE, 4),
        ("planned", "passed", ComparisonVerdict.CANNOT_JUDGE, 5),
        ("planned", "cannot judge", ComparisonVerdict.CANNOT_JUDGE, 3),
        ("planned", "cannot judge", ComparisonVerdict.WORSE, 4),
        ("failed", "failed", ComparisonVerdict.WORSE, 1),
        ("interrupted", "failed", ComparisonVerdict.WORSE, 130),
    ],
)
def test_the_exit_code_names_the_first_reason(
    ended: Ending, outcome: RunOutcome, compared: ComparisonVerdict | None, code: int
) -> None:
    """What is known to be bad comes before what is not known."""
    run = run_of([interval(0, [0.05])], ended=ended)

    assert exit_code(run, LoadVerdict(outcome, (), ()), compared) == code


def test_host_that_is_down_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to measure, and the message says what to do."""
    down = f"http://127.0.0.1:{free_ports(['down'])['down']}"

    assert _run(monkeypatch, "load", "normal", "--host", down) == 1
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.live
def test_interrupted_run_exits_130_and_is_kept(shop: Shop, users: Path, tmp_path: Path) -> None:  # noqa: F811
    """Ctrl-C in the middle: run, report and the sentence are there."""
    kept, report = tmp_path / "run.json", tmp_path / "report"
    arguments = ("load", "normal", "--host", shop.url, "--locustfile", str(users), "--duration", "120")
    process = subprocess.Popen(
        [sys.executable, "-m", "vitals.cli", *arguments, "--json", str(kept), "--report", str(report)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(shop.asked) < 40 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate(timeout=60)

    assert process.returncode == 130, errors
    assert "no objective" in said
    run = read_run(kept)
    assert run.ended == "interrupted"
    assert sum(one.count for record in run.endpoints for one in record.intervals) >= 30
    assert (report / "report.html").is_file()
    assert "Traceback" not in errors


def test_run_that_cannot_be_written_is_kept_elsewhere(tmp_path: Path) -> None:
    """The folder was taken away meanwhile: the run is whole in a file that the message names."""
    run = run_of([interval(0, [0.05] * 10)])

    said = written(run, tmp_path / "gone" / "run.json", lambda: None)

    kept = re.search(r"The run is in (\S+), and its summary", said)
    assert kept, said
    assert read_run(Path(kept[1])) == run
    shutil.rmtree(Path(kept[1]).parent)


@pytest.mark.live
def test_kept_runs_are_compared_with_the_one_before(shop: Shop, users: Path, tmp_path: Path) -> None:  # noqa: F811
    """The first has none; the second names it: five seconds are too short to say anything, or the machine was busy."""
    command = (
        *(sys.executable, "-m", "vitals.cli", "load", "normal", "--host", shop.url, "--duration", "5"),
        *("--locustfile", str(users), "--keep", str(tmp_path)),
    )
    first, second = (subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2))
    kept = sorted(tmp_path.glob("normal-*.json"))

    assert len(kept) == 2
    assert "This is the first run that is kept." in first.stdout
    assert "## Compared with the last run: cannot judge" in second.stdout
    assert any(f"{said} {kept[0].name}" in second.stdout for said in ("The last run is", "Passed over:"))
    assert (tmp_path / kept[1].stem / "summary.md").read_text() == second.stdout


@pytest.mark.live
def test_endpoint_without_objective_fails_a_real_run(shop: Shop, users: Path, tmp_path: Path) -> None:  # noqa: F811
    """The users of another service ask for what has no objective: exit code 1, run kept."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "vitals.cli", "load", "normal", "--host", shop.url, "--duration", "5"),
            *("--locustfile", str(users), "--json", str(tmp_path / "run.json")),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 1, done.stderr
    assert "There is no objective for GET /look, GET /order" in done.stdout
    assert read_run(tmp_path / "run.json").ended == "planned"


def _stress_of_a_law(last_s: int = 20) -> LoadRun:
    """Fourteen steps of twenty seconds of a service that obeys a law; its replica is looked at every five."""
    rng = np.random.default_rng(4)
    intervals: list[RequestInterval] = []
    offered: list[float | None] = []
    for number, concurrency in enumerate(np.geomspace(0.4, 60, 14)):
        throughput = LAW.throughput(concurrency)
        for second in range(20 if number < 13 else last_s):
            latencies = rng.exponential(concurrency / throughput, size=rng.poisson(throughput))
            intervals.append(interval(float(number * 20 + second), map(float, latencies)))
            offered.append(10 * 1.3**number)
    looks = tuple(
        ReplicaSample(at_s=at, replica="shop-1", service=MARKS.service, cpu=0.5, memory_bytes=1e8, saturation={})
        for at in range(5, len(intervals), 5)
    )
    return run_of(intervals, offered=offered, profile="stress", replicas=looks)


@pytest.fixture
def rendered_shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment whose marks judge the shop, in the place of the repository's."""
    folder = tmp_path / "rendered" / "local"
    folder.mkdir(parents=True)
    shutil.copy(RENDERED / "local" / names.MODEL, folder)
    (folder / names.LOAD).write_text(LoadMarks(services=(MARKS,)).model_dump_json())
    monkeypatch.setattr(capacity_module, "RENDERED", tmp_path / "rendered")


@pytest.mark.usefixtures("rendered_shop")
def test_capacity_is_read_off_a_stress_test(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The figure, and the file that it would write, which names tool, machine, objective and interval."""
    file = tmp_path / "run.json"
    file.write_text(_stress_of_a_law().model_dump_json())

    assert _run(monkeypatch, "capacity", str(file), "--replicas", "1") == 0
    said = capsys.readouterr().out

    written = tomllib.loads(said[said.index("# Written") : said.index("Nothing was written")])
    requests = written["capacity"]["requests"]
    assert requests["low"] <= requests["per_replica"] <= requests["high"]
    assert requests["low"] <= true_capacity(LAW) <= requests["high"]
    assert written["machine"] == {"kind": "laptop", "cores": 2}
    assert written["slo"] == {"within": "250ms", "objective": "99%"}
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{4}", written["run"])
    assert written["tool"]["version"] == "0.1.0"


@pytest.mark.usefixtures("rendered_shop")
def test_capacity_refuses_a_run_that_is_given_twice_and_one_that_only_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same steps twice would make the interval narrower, and errors have no throughput."""
    once, twice, failed = (tmp_path / f"{name}.json" for name in ("once", "twice", "failed"))
    for file in (once, twice):
        file.write_text(_stress_of_a_law().model_dump_json())
    errors = [interval(float(second), [], {"500": 10}) for second in range(60)]
    failed.write_text(run_of(errors, offered=[10.0 + at // 10 for at in range(60)], profile="stress").model_dump_json())

    assert _run(monkeypatch, "capacity", str(once), str(twice)) == 1
    assert "A run was given twice" in capsys.readouterr().err
    assert _run(monkeypatch, "capacity", str(failed), "--replicas", "1") == 1
    assert "No request was answered without an error (500)" in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("rendered_shop")
def test_a_last_step_between_two_looks_at_the_replicas_counts_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A stress test ends where its limit is clear, two seconds into a step as well; the replicas are those before."""
    file = tmp_path / "run.json"
    file.write_text(_stress_of_a_law(last_s=3).model_dump_json())

    assert _run(monkeypatch, "capacity", str(file)) == 0
    assert "over 14 steps" in capsys.readouterr().out


@pytest.mark.parametrize("replicas", [(), ("--replicas", "1")])
def test_capacity_refuses_runs_that_do_not_carry_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, replicas: tuple[str, ...]
) -> None:
    """Closed users never show the limit of a service, however many replicas there were."""
    file = tmp_path / "run.json"
    file.write_text(run_of([interval(0, [0.05] * 10)]).model_dump_json())

    assert _run(monkeypatch, "capacity", str(file), *replicas) == 1
    assert "closed users" in " ".join(capsys.readouterr().err.split())
