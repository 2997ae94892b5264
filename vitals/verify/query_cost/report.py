"""What was counted, as plain data and as sums."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RuleCost:
    """Samples that one evaluation of a rule reads; ``slo`` is the objective that it serves, or empty."""

    group: str
    name: str
    service: str
    slo: str
    interval_s: float
    samples: int


@dataclass(frozen=True)
class DashboardCost:
    """Samples that one load of a dashboard reads, as it is and with every record written out."""

    uid: str
    title: str
    queries: int
    recorded: int
    raw: int

    @property
    def ratio(self) -> float:
        """The share of the raw cost that is left."""
        return self.recorded / self.raw if self.raw else 1.0


@dataclass(frozen=True)
class QueryCost:
    """Rules and dashboards of one environment.

    Attributes:
        rules: Every rule, in the order of evaluation.
        dashboards: Every dashboard.
    """

    rules: tuple[RuleCost, ...]
    dashboards: tuple[DashboardCost, ...]

    def groups(self) -> list[dict[str, Any]]:
        """Samples per evaluation and per minute of every rule group, most per minute first."""
        found: dict[str, list[RuleCost]] = {}
        for rule in self.rules:
            found.setdefault(rule.group, []).append(rule)
        rows = [_row({"group": name}, rules) for name, rules in found.items()]
        return sorted(rows, key=lambda row: (-row["samples_per_minute"], row["group"]))

    def objectives(self) -> list[dict[str, Any]]:
        """Samples per evaluation and per minute of every objective: all rules and alerts that it needs."""
        found: dict[tuple[str, str], list[RuleCost]] = {}
        for rule in self.rules:
            if rule.slo:
                found.setdefault((rule.service, rule.slo), []).append(rule)
        return [_row({"service": service, "slo": slo}, rules) for (service, slo), rules in sorted(found.items())]

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "groups": self.groups(),
            "slos": self.objectives(),
            "dashboards": [
                {
                    "uid": dashboard.uid,
                    "title": dashboard.title,
                    "queries": dashboard.queries,
                    "samples": dashboard.recorded,
                    "samples_raw": dashboard.raw,
                    "ratio": round(dashboard.ratio, 4),
                }
                for dashboard in self.dashboards
            ],
            "rules": [
                {"group": rule.group, "name": rule.name, "labels": _labels(rule), "samples": rule.samples}
                for rule in self.rules
            ],
        }


def _row(what: dict[str, Any], rules: list[RuleCost]) -> dict[str, Any]:
    return {
        **what,
        "rules": len(rules),
        "samples_per_evaluation": sum(rule.samples for rule in rules),
        "samples_per_minute": round(sum(rule.samples * 60 / rule.interval_s for rule in rules)),
    }


def _labels(rule: RuleCost) -> dict[str, str]:
    return {"service": rule.service} | ({"slo": rule.slo} if rule.slo else {})
