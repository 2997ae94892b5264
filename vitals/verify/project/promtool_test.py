"""Unit tests of promtool that a project's checks make themselves, run against what is rendered."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from vitals.rendered import Rendered, RuleGroupEntry, environments, read, write_plain_rule_files
from vitals.verify.project.expectations import in_order
from vitals.verify.project.programs import complaint


def fullest(rendered: Path) -> Rendered:
    """The environment with most rules: a rule about what only one environment has is not in the others."""
    several = [read(rendered / name) for name in environments(rendered)]
    return max(several, key=lambda one: sum(len(group.rules) for group in one.groups()))


def one_test(
    name: str,
    series: Mapping[str, Sequence[str]],
    *,
    step: int,
    checks: Sequence[Mapping[str, object]],
    summaries: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """A test as promtool reads it.

    Args:
        name: Its name in promtool's report.
        series: Tokens of promtool's notation by series.
        step: Seconds between two tokens.
        checks: Expressions and what they give.
        summaries: Whole alerts, with their texts.
    """
    return {
        "name": name,
        "interval": f"{step}s",
        "input_series": [{"series": one, "values": " ".join(tokens)} for one, tokens in series.items()],
        "promql_expr_test": list(checks),
        "alert_rule_test": list(summaries),
    }


def complaint_about(groups: Sequence[RuleGroupEntry], tests: Sequence[Mapping[str, object]], *, evaluated: int) -> str:
    """What promtool says against some tests; empty where all of them pass.

    Args:
        groups: The rules that are tested.
        tests: The tests.
        evaluated: Seconds between two evaluations.
    """
    with tempfile.TemporaryDirectory(prefix="vitals-rule-test-") as place:
        files = write_plain_rule_files(groups, Path(place, "rules"))
        document = {
            "rule_files": [str(file) for file in files.values()],
            "evaluation_interval": f"{evaluated}s",
            "group_eval_order": in_order(files),
            "tests": list(tests),
        }
        file = Path(place, "test.yaml")
        file.write_text(json.dumps(document), encoding="utf-8")
        return complaint("promtool", "test", "rules", files=[file])
