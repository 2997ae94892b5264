"""``vitals rules case``: what it prints is what the tests run, and the real promtool takes it as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.alert_rules.all_scenarios import BY_FILE, CASES
from tests.alert_rules.named import names
from vitals.cli import app
from vitals.cli.rules import _slug
from vitals.cli.series_notation import shortened
from vitals.errors import VitalsError
from vitals.local.tools import find
from vitals.paths import STATE

TOKENS = st.one_of(
    st.just("_"), st.just("stale"), st.integers(-5, 5).map(str), st.decimals(-2, 2, places=2).map(lambda d: f"{d:f}")
)
FILES = ("service_outage", "api_latency_high", "watchdog", "cache_hits_low", "disk_space_low", "worse_every_day")


def printed(*arguments: str) -> str:
    """What the command writes."""
    result = CliRunner().invoke(app, ["rules", "case", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def expanded(values: str) -> list[str | float]:
    """Samples as promtool reads the notation: a step is added again and again."""
    found: list[str | float] = []
    for word in values.split():
        start, _, times = word.partition("x")
        again = int(times or 0)
        if start == "_":
            found += ["_"] * (again or 1)
        elif start == "stale":
            found.append("stale")
        else:
            at = max(start.rfind("+"), start.rfind("-"))
            first, step = (start[:at], float(start[at:])) if at > 0 else (start, 0.0)
            value = float(first)
            for _ in range(again + 1):
                found.append(value)
                value += step
    return found


@given(st.lists(st.tuples(TOKENS, st.integers(1, 5)), max_size=12))
def test_the_short_notation_says_the_same(runs: list[tuple[str, int]]) -> None:
    """Every sample is there, in its place, with its value."""
    tokens = [token for token, times in runs for _ in range(times)]
    read = expanded(shortened(tokens))

    assert read == [token if token in ("_", "stale") else pytest.approx(float(token)) for token in tokens]


def test_progressions_are_put_together() -> None:
    """A counter, a constant and a gap are one word each; two values are not worth it, and an exponent is left alone."""
    assert shortened(["0", "5", "10", "15"]) == "0+5x3"
    assert shortened(["1.5", "1.25", "1", "0.75"]) == "1.5-0.25x3"
    assert shortened(["7", "7", "7", "_", "_", "stale"]) == "7x2 _x2 stale"
    assert shortened(["1", "4", "1e+06", "1e+06", "1e+06"]) == "1 4 1e+06 1e+06 1e+06"


def test_every_case_has_a_name_of_its_own_and_names_alerts() -> None:
    """The list is what may be asked for; a name that a shell takes as it is means one case."""
    lines = [line.split("\t") for line in printed("--list").splitlines()]

    assert len(lines) == len(CASES) > 100
    assert len({slug for slug, _ in lines}) == len(lines)
    assert ["p95-just-below-the-bound", "api.latency.high, slo.latency.fast"] in lines


def test_an_unknown_case_is_refused_with_those_like_it() -> None:
    """The message names the nearest, and nothing is printed."""
    with pytest.raises(VitalsError, match=r"No case is called 'p95 just belo'.*Did you mean p95-just-below-the-bound"):
        printed("p95 just belo")


def test_a_module_that_is_not_there_is_refused() -> None:
    """The message names it and says where the name comes from."""
    with pytest.raises(VitalsError, match=r"tests\.nowhere.*under \[tool\.vitals\]"):
        printed("--cases", "tests.nowhere", "--list")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("os", r"module os has no ENVIRONMENT, names, case"),
        ("../cases", r"'\.\./cases' is not the name of a module"),
        (".", r"'\.' is not the name of a module"),
    ],
)
def test_a_module_that_has_no_cases_is_refused(module: str, words: str) -> None:
    """A name that cannot be one, and one that is of something else."""
    with pytest.raises(VitalsError, match=words):
        printed("--cases", module, "--list")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[tool.vitals", "cannot be read"),
        (b"cases = '\xff'", "cannot be read"),
        (b"[tool]\nvitals = 3", r"\[tool\.vitals\] is not a table"),
        (b"[tool.vitals]\ncases = 3", r'cases is not a text.*cases = "MODULE"'),
        (b"[tool.vitals]\ncases = 'broken_cases'", r"broken_cases cannot be loaded from .* \(.*ZeroDivision|division"),
    ],
)
def test_a_project_file_that_cannot_name_cases_is_refused(
    text: bytes, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the file, or the module that it names."""
    (tmp_path / "pyproject.toml").write_bytes(text)
    (tmp_path / "broken_cases.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(VitalsError, match=words):
        printed("--list")


def test_the_same_case_is_printed_the_same_by_both_of_its_names() -> None:
    """By the name in a report and by the one in the list; rule files are those that are rendered."""
    text = printed("p95 just below the bound")

    assert text == printed("p95-just-below-the-bound")
    assert text.startswith("# p95 just below the bound\n")
    document = yaml.safe_load(text)
    assert str(STATE / "rules" / "prod" / "wellness-api.api.yaml") in document["rule_files"]
    assert [test["name"] for test in document["tests"]] == ["p95 just below the bound"]


@pytest.mark.rules
@pytest.mark.parametrize("alert_file", FILES)
def test_promtool_takes_a_printed_case(alert_file: str, tmp_path: Path) -> None:
    """The document passes against the shipped rules; with another expectation it fails, so it says something."""
    case = next(case for case in BY_FILE[alert_file] if names()[case.name] and case.fires)
    file = tmp_path / "case.yaml"
    file.write_text(printed(_slug(case.name)), encoding="utf-8")
    assert _promtool(file).returncode == 0, _promtool(file).stdout

    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    fired = [check for check in document["tests"][0]["promql_expr_test"] if check["exp_samples"]]
    assert fired
    fired[0]["exp_samples"] = []
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert _promtool(file).returncode == 1


def _promtool(file: Path) -> subprocess.CompletedProcess[str]:
    command = [str(find("promtool")), "test", "rules", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
