"""``vitals cost`` on what is committed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vitals.paths import RENDERED, ROOT


def _cost(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vitals.cli", "cost", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )


def test_json_is_what_the_models_say() -> None:
    """For scripts: the cost of every rendered environment, as in its model, and how its services are scaled."""
    found = json.loads(_cost("--json").stdout)

    assert set(found) == {folder.name for folder in RENDERED.iterdir()}
    for name, cost in found.items():
        model = json.loads((RENDERED / name / "model.json").read_text())
        assert cost == {**model["cost"], "scalers": model["scalers"]}


def test_what_was_never_measured_is_called_assumed() -> None:
    """Beside the limits of each scaled service stands what it is scaled by, and how that is known."""
    rows = [line.split() for line in _cost("--env", "prod").stdout.splitlines()]
    scalers = json.loads((RENDERED / "prod" / "model.json").read_text())["scalers"]

    assert scalers
    for scaler in scalers:
        for trigger in scaler["triggers"]:
            limits = f"{scaler['min_replicas']} to {scaler['max_replicas']}"
            known = f"measured on a {trigger['measured_on']}" if trigger["measured_on"] else "assumed"
            full = f"{trigger['per_replica']:g} {trigger['unit']}"
            assert f"{scaler['service']} {limits} {full} {known}".split() in rows


def test_the_table_names_every_job_and_group_biggest_first() -> None:
    """For people: the biggest on top, then budget and price with date and whether it was verified."""
    cost = json.loads((RENDERED / "local" / "model.json").read_text())["cost"]
    done = _cost("--env", "local")
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}

    assert done.returncode == 0
    for kind in ("jobs", "groups"):
        names = [part["name"] for part in cost[kind]]
        assert [word for word in first_words if word in names] == names
        stored = [part["samples_per_month"] for part in cost[kind]]
        assert stored == sorted(stored, reverse=True)
        for part in cost[kind]:
            assert f" {part['series']:,} " in rows[part["name"]]
            assert f" {part['samples_per_month']:,} " in rows[part["name"]]
    assert f"{cost['series']:,} of {cost['budget']['series']:,} in the budget" in done.stdout
    assert f"prices of {cost['price']['as_of']}, not verified" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--env", "prd"], "Did you mean 'prod'"),
        (["--rendered", "docs"], "holds no rendered environment"),
        (["--against", "http://127.0.0.1:1"], "--env"),
        (["--env", "local", "--against", "http://127.0.0.1:1"], "does not answer as a Prometheus"),
    ],
)
def test_a_wrong_question_is_answered_with_the_fix(arguments: list[str], complaint: str) -> None:
    """An unknown environment, a wrong folder, an address without Prometheus."""
    done = _cost(*arguments)

    assert done.returncode != 0
    assert complaint in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    """The file and how to write it anew."""
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "model.json").write_text("{")
    done = _cost("--rendered", str(tmp_path))

    assert done.returncode == 1
    assert "Run `vitals render`" in done.stderr
