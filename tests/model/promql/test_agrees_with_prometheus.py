"""What is PromQL and what is not: the pinned promtool and our reading agree about every expression of the corpus."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.model.promql import corpus_of_functions, corpus_of_grammar
from vitals.local.tools import find
from vitals.model.promql import PromqlError, evaluable, written

pytestmark = pytest.mark.rules
CORPUS = tuple(dict.fromkeys((*corpus_of_functions.CORPUS, *corpus_of_grammar.CORPUS)))
NEVER = (
    "a[5m]", "(a[5m])", "a[1h:5m]", "rate(a[5m])[1h:]", "'text'", "('text')", "a[step()]", "a[1h:step()]", "a[STEP()]",
    "max_over_time(a[1h - 1h])", "sum_over_time(a[-(5m)])", "sum_over_time(a[5m / (1m - 1m)])",
    "a offset (5m / (1m - 1m))", "max_over_time(a[5m] anchored)", "changes(a[5m] smoothed)",
    "avg_over_time(a[range()])", "label_replace(a, 'x', '$1', 'y', '(')", "label_replace(a, '', '$1', 'y', '.*')",
    "label_join(a, '', '-', 'y')", "count_values('', a)", "topk(1e30, a)", "topk(NaN, a)",
    "label_replace(a, 'x', '$1', 'y', 'z++')", "topk((1e30), a)", "bottomk(+1e19, a)", "topk(1e10 * 1e10, a)",
    "topk(0 / 0, a)", "topk(1 / 0, a)", "bottomk(scalar(vector(NaN)), a)", "topk(2 ^ 64, a)", "topk((1e19) + 1, a)",
    "topk(-1e19 * (0 - 1), a)", "topk(1 % 0, a)", "count_values((''), a)", "label_replace(a, (''), '$1', 'y', '.*')",
    "label_replace(a, 'x', '$1', 'y', ('('))", "label_replace(a, 'x', '$n', 'y', '(?P<n-m>z)')",
)  # fmt: skip
"""Prometheus loads a rule of each of these, and each evaluation of it fails, whatever the data."""
EVALUATED = (
    "a", "1", "time()", "scalar(a)", "1 + 1", "(1)", "a smoothed", "rate(a[5m] anchored)", "changes(a[5m] anchored)",
    "delta(a[5m] smoothed)", "a offset -5m", "a offset (5m - 5m)", "sum_over_time(a[2 * (5m + 1m)])", "a @ start()",
    "label_replace(a, 'x y', '$1', 'y', '(.*)')", "count_values('x', a)", "a </ 1", "absent(b)", "-a", "a == bool 1",
    "label_replace(a, 'x', '$1', 'y', 'z)|(y')", "topk(-1e30, a)", "topk(9e18, a)", "topk(-Inf, a)",
    "topk(scalar(count(a)), a)", "topk(scalar(count(a)) / 2, a)", "topk(2 * 3, a)", "bottomk(scalar(vector(2)), a)",
    "topk(time() / 1e9, a)", "topk(pi(), a)", "topk(5 % 3, a)", "topk(1 > bool 0, a)", "topk(scalar(a), a)",
    "quantile(scalar(a), a)", "quantile(0 / 0, a)", "topk(-(2), a)", "topk(0, a)", "topk(1 - 1, a)",
    "label_replace(a, 'x', '$n', 'y', '(?P<n>z)|(?P<n>y)')", "label_replace(a, 'x', '$n', 'y', '(?<n>z)(?<n>y)?')",
)  # fmt: skip
FLAGS = "--enable-feature=promql-experimental-functions,promql-binop-fill-modifiers"
FEWEST = 300
"""Of legal and of refused expressions each, so that agreement says something about both."""


def _refused_by_promtool(folder: Path, *flags: str) -> dict[str, str]:
    """Every expression that ``promtool check rules`` refuses, with its reason; one run for all."""
    rules = [{"record": f"corpus:number:{place}", "expr": expr} for place, expr in enumerate(CORPUS)]
    file = folder / "corpus.yaml"
    file.write_text(json.dumps({"groups": [{"name": "corpus", "rules": rules}]}), encoding="utf-8")
    ran = subprocess.run(
        [find("promtool"), *flags, "check", "rules", "--lint=none", file], capture_output=True, text=True, check=False
    )
    found = re.findall(r'"corpus:number:(\d+)": (.*)', ran.stdout + ran.stderr)
    return {CORPUS[int(place)]: reason for place, reason in found}


def _refused_by_us() -> dict[str, str]:
    found = {}
    for expr in CORPUS:
        try:
            written(expr)
        except PromqlError as error:
            found[expr] = str(error)
    return found


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Those of the two lists whose evaluation fails in the real rule manager; one run for all."""
    every = (*NEVER, *EVALUATED)
    folder = tmp_path_factory.mktemp("evaluated")
    rules = [{"record": f"evaluated:number:{place}", "expr": expr} for place, expr in enumerate(every)]
    (folder / "rules.yaml").write_text(
        json.dumps({"groups": [{"name": "evaluated", "rules": rules}]}), encoding="utf-8"
    )
    series = [{"series": 'a{y="z"}', "values": "1+1x20"}]
    test = {"rule_files": ["rules.yaml"], "tests": [{"interval": "1m", "input_series": series}]}
    (folder / "test.yaml").write_text(json.dumps(test), encoding="utf-8")
    ran = subprocess.run(
        [find("promtool"), "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
    )
    return {
        every[int(place)] for place in re.findall(r"rule: evaluated:number:(\d+), time: 0s", ran.stdout + ran.stderr)
    }


@pytest.fixture(scope="module")
def ours() -> dict[str, str]:
    """What we refuse, with our reason."""
    return _refused_by_us()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Prometheus as it is shipped refuses."""
    return _refused_by_promtool(tmp_path_factory.mktemp("shipped"))


def test_both_accept_the_same_expressions(ours: dict[str, str], shipped: dict[str, str]) -> None:
    """What promtool refuses we refuse, and nothing else."""
    loaded = {expr for expr, reason in ours.items() if "fail at each evaluation" in reason}
    assert {expr: ours[expr] for expr in ours.keys() - shipped.keys() - loaded} == {}
    assert loaded <= set(NEVER)
    assert {expr: shipped[expr] for expr in shipped.keys() - ours.keys()} == {}
    assert min(len(shipped), len(CORPUS) - len(shipped)) >= FEWEST


def test_what_needs_a_flag_is_refused_for_that_reason(
    ours: dict[str, str], shipped: dict[str, str], tmp_path: Path
) -> None:
    """An experimental function is not called a mistake: the flag is named, and only where it would help."""
    with_flags = _refused_by_promtool(tmp_path, FLAGS)
    helped = shipped.keys() - with_flags.keys()

    assert len(helped) > len(corpus_of_functions.WITHOUT_ARGUMENTS)
    assert {expr for expr in helped if "feature flag" not in ours[expr]} == set()


@pytest.mark.parametrize("expr", [*NEVER, *EVALUATED])
def test_what_can_never_be_evaluated_is_refused(expr: str, failing: set[str]) -> None:
    """Prometheus loads the rule and fails each time; it takes a number and a vector, and so do we."""
    try:
        evaluable(written(expr))
        reason = ""
    except PromqlError as error:
        reason = str(error)

    assert (expr in NEVER) == (expr in failing) == bool(reason)
    assert bool(reason) == ("each evaluation" in reason)


@pytest.mark.parametrize(
    ("expr", "meant"),
    [
        ("quantile_over_time(95, a[5m]) > 5", "0.95"),
        ("quantile by (b) (99, a) > 5", "0.99"),
        ("histogram_quantile(50 + 49.9, a) > 5", "0.999"),
        ("sum(histogram_quantile(-0.9, a))", "a number from 0 to 1"),
        ("quantile(2 ^ 10, a)", "a number from 0 to 1"),
    ],
)
def test_a_quantile_that_is_a_percentage_is_refused(expr: str, meant: str) -> None:
    """Prometheus answers with infinity, whatever the data are, so the alert would always fire, or never."""
    with pytest.raises(PromqlError, match=rf"not a share.*Write {re.escape(meant)}\."):
        evaluable(written(expr))
    for share in ("0.95", "0", "1", "scalar(b)"):
        evaluable(written(f"quantile_over_time({share}, a[5m])"))
