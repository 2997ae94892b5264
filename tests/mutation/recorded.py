"""What the shipped rules record in a case, so that of a mutant only what it changes is evaluated.

A case about one alert evaluates some fifty rules at some hundred moments, and a mutant of that alert changes one of
them. What it reads is recorded as without the mutant: it is taken from one run with the shipped rules, and given to
promtool as input series.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.mutation.case import EXPECTATIONS, seconds
from tests.mutation.dependencies import ALERTS, selectors
from tests.mutation.result_cache import packed, unpacked
from tests.mutation.rules import Output

_SAMPLE = re.compile(r'(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}) ([^,\s]+)')
_LABEL = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True)
class RecordedSeries:
    """One recorded series.

    Attributes:
        output: What it is of, with all of its labels.
        series: The series as promtool writes it.
        values: Its value at each evaluation, in promtool's notation.
    """

    output: Output
    series: str
    values: str


@dataclass(frozen=True)
class CaseRecords:
    """What rules recorded in a case.

    Attributes:
        series: Every series, sorted.
    """

    series: tuple[RecordedSeries, ...]

    def of(self, outputs: Collection[Output], per_evaluation: int) -> list[dict[str, str]]:
        """The input series that stand for some rules.

        Args:
            outputs: What the rules give.
            per_evaluation: How many samples of an input series there are from one evaluation to the next.
        """
        nothing = f" _x{per_evaluation - 1} " if per_evaluation > 1 else " "
        return [
            {"series": one.series, "values": one.values.replace(" ", nothing)}
            for one in self.series
            if not all(one.output.is_apart_from(output) for output in outputs)
        ]

    def as_text(self) -> str:
        """The same as a text that ``read`` understands."""
        return packed(json.dumps([[one.series, one.values] for one in self.series]))


def read(text: str) -> CaseRecords:
    """What ``as_text`` wrote."""
    return CaseRecords(
        tuple(RecordedSeries(_output(series), series, values) for series, values in json.loads(unpacked(text)))
    )


@dataclass(frozen=True)
class RecordsQuestion:
    """What promtool is asked to learn what rules record in a case.

    Attributes:
        document: The case with one more expectation at each evaluation: that nothing is recorded. Where promtool denies
            it, it says what is.
        expr: Selects everything that is recorded.
        pace: Seconds between two evaluations.
    """

    document: Mapping[str, Any]
    expr: str
    pace: float

    def answer(self, said: str) -> tuple[CaseRecords, str]:
        """What the rules recorded by the words of promtool, and whatever else it said."""
        denied = re.compile(rf"    expr: {re.escape(json.dumps(self.expr))}, time: (\S+),\n +exp: nil\n +got: (.*)\n?")
        values: dict[str, dict[int, str]] = {}
        for time, samples in denied.findall(said):
            for labels, value in _SAMPLE.findall(samples):
                values.setdefault(labels, {})[round(seconds(time) / self.pace)] = value
        series = (
            RecordedSeries(_output(labels), labels, " ".join(_notation(found)))
            for labels, found in sorted(values.items())
        )
        return CaseRecords(tuple(series)), denied.sub("", said)


def ask(rules: Mapping[str, Any], document: Mapping[str, Any]) -> RecordsQuestion:
    """How to ask what the rules of a case record in it.

    Args:
        rules: A rule file.
        document: A unit-test document with one test.
    """
    (test,) = document["tests"]
    pace = seconds(document["evaluation_interval"])
    lasts = max(seconds(one["eval_time"]) for kind in EXPECTATIONS for one in test.get(kind) or ())
    expr = f'{{__name__=~"{"|".join(sorted(_names(rules, test)))}"}}'
    asked = [
        {"expr": expr, "eval_time": f"{int(step * pace)}s", "exp_samples": []} for step in range(int(lasts / pace) + 1)
    ]
    asking = {**document, "tests": [{**test, "promql_expr_test": [*(test.get("promql_expr_test") or ()), *asked]}]}
    return RecordsQuestion(asking, expr, pace)


def _names(rules: Mapping[str, Any], test: Mapping[str, Any]) -> set[str]:
    """The recorded names that something in a case reads."""
    bodies = [rule for group in rules["groups"] for rule in group["rules"]]
    exprs = [one["expr"] for one in (*bodies, *(test.get("promql_expr_test") or ()))]
    read = {selector.name for expr in exprs for selector in selectors(expr)}
    return read & (ALERTS | {rule["record"] for rule in bodies if "record" in rule}) | {"ALERTS"}


def _output(series: str) -> Output:
    labels = {name: json.loads(value) for name, value in _LABEL.findall(series)}
    alerting = labels["__name__"] in ALERTS
    return Output(alerting, labels["alertname"] if alerting else labels["__name__"], tuple(sorted(labels.items())))


def _notation(values: Mapping[int, str]) -> Iterator[str]:
    """Values by evaluation, one after the other; a series that ends is marked stale, as Prometheus does."""
    there = False
    for step in range(max(values) + 2):
        if step in values:
            yield values[step]
        else:
            yield "stale" if there else "_"
        there = step in values
