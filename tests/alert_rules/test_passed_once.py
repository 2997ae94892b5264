"""A case that passed is not evaluated again on the same rules; on others, or where it failed, it is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alert_rules.all_scenarios import BY_FILE
from tests.alert_rules.conftest import ShippedEnvironment
from tests.alert_rules.passed_once import Passes
from tests.alert_rules.promtool_cases import PromtoolCase, promtool_case, run

pytestmark = pytest.mark.rules


@pytest.fixture
def case(prod: ShippedEnvironment) -> PromtoolCase:
    """A short case about the rules of production."""
    shortest = min(BY_FILE["watchdog"], key=lambda one: one.lasts / one.evaluated)
    return promtool_case(shortest, prod.plan)


@pytest.fixture
def files(prod: ShippedEnvironment) -> dict[str, Path]:
    """The rule file of each group."""
    return {file.stem: file for file in prod.rules}


def _but(case: PromtoolCase, **changes: object) -> PromtoolCase:
    """The case with something of its test changed."""
    return replace(case, test=lambda: {**case.test(), **changes})


def test_a_pass_is_kept(case: PromtoolCase, files: dict[str, Path], promtool: Path, tmp_path: Path) -> None:
    """The second time nothing is written for promtool, so it does not matter that there is no folder for it.

    Nor does it matter in which order the series come, which differs from process to process.
    """
    run([case], files, promtool, tmp_path, tmp_path / "kept")
    series = case.test()["input_series"]
    assert isinstance(series, list)
    assert len(series) > 1
    again = _but(case, input_series=list(reversed(series)))
    run([again], files, promtool, tmp_path / "missing", tmp_path / "kept")

    assert (tmp_path / "unit_test.yaml").is_file()


def test_other_rules_and_other_cases_are_evaluated(
    case: PromtoolCase, files: dict[str, Path], promtool: Path, tmp_path: Path
) -> None:
    """A rule that is worded otherwise, and a case with another name, have not passed before."""
    run([case], files, promtool, tmp_path, tmp_path / "kept")
    group = "wellness-api.outage"
    edited = tmp_path / "edited.yaml"
    edited.write_text(files[group].read_text(encoding="utf-8").replace("requests", "calls"), encoding="utf-8")
    renamed = _but(case, name="another")

    for cases, rules in (([case], {**files, group: edited}), ([renamed], files)):
        with pytest.raises(FileNotFoundError):
            run(cases, rules, promtool, tmp_path / "missing", tmp_path / "kept")


def test_another_program_and_another_way_to_run_it_have_passed_nothing(tmp_path: Path) -> None:
    """A program that is replaced in its place by one of the same size, and a module that asks it otherwise."""
    program, module, kept = tmp_path / "promtool", tmp_path / "asks.py", tmp_path / "kept"
    program.write_text("one", encoding="utf-8")
    module.write_text("test rules", encoding="utf-8")
    Passes(program, module, {}, kept).add("case")
    assert Passes(program, module, {}, kept).has("case")

    built = program.stat().st_mtime_ns
    os.utime(program, ns=(built, built + 1))
    assert not Passes(program, module, {}, kept).has("case")
    os.utime(program, ns=(built, built))
    module.write_text("test rules --debug", encoding="utf-8")
    assert not Passes(program, module, {}, kept).has("case")


def test_a_failure_is_reported_again(
    case: PromtoolCase, files: dict[str, Path], promtool: Path, tmp_path: Path
) -> None:
    """Each time with promtool's own words."""
    failing = _but(case, promql_expr_test=[{"expr": "vector(1)", "eval_time": "1m", "exp_samples": []}])

    for _ in range(2):
        with pytest.raises(AssertionError, match="vector"):
            run([failing], files, promtool, tmp_path, tmp_path / "kept")
