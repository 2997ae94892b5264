"""Rules of several services that are made alike are mutated once, and only those."""

from __future__ import annotations

from tests.mutation.mutant import of_shipped
from tests.mutation.rules import FileRule


def _down(service: str, least: int = 1, name: str = "Down") -> FileRule:
    labels = {"service": service, "severity": "critical"}
    body = {"alert": name, "expr": f'up{{service="{service}"}} < {least}', "for": "1m", "labels": labels}
    return FileRule(f"{service}.meta", body)


def test_the_same_rule_of_two_services_is_mutated_once() -> None:
    """The first of them stands for both, with every mutant that it has alone."""
    alone = of_shipped((_down("api"),), "rendered/prod")

    assert of_shipped((_down("api"), _down("worker")), "rendered/prod") == alone


def test_a_rule_that_differs_is_mutated_for_itself() -> None:
    """Another bound or another name of the alert makes other mutants."""
    alone = len(of_shipped((_down("api"),), "rendered/prod"))

    assert len(of_shipped((_down("api"), _down("worker", least=2)), "rendered/prod")) == 2 * alone
    assert len(of_shipped((_down("api"), _down("worker", name="Gone")), "rendered/prod")) == 2 * alone


def test_a_service_name_within_a_metric_name_is_not_replaced() -> None:
    """A metric that begins with the name of its service stays what it is."""
    node, redis = (
        FileRule(f"{name}.meta", {"record": "r", "expr": f"{name}_up == 1", "labels": {"service": name}})
        for name in ("node", "redis")
    )
    alone = len(of_shipped((node,), "rendered/prod"))

    assert len(of_shipped((node, redis), "rendered/prod")) == 2 * alone


def test_the_same_rule_over_another_window_is_mutated_once_but_for_its_window() -> None:
    """What is wrong with the share is wrong over every window; a window that is not that of the name is its own."""
    short, long = (
        FileRule("api.slo", {"record": f"service:errors:{window}", "expr": f"avg_over_time(bad[{window}]) / 100"})
        for window in ("5m", "6h")
    )
    alone = {one.operator for one in of_shipped((short,), "rendered/prod")}
    both = of_shipped((short, long), "rendered/prod")
    twice = [one.operator for one in both if one.shipped is long]

    assert {"number_up", "arithmetic_swapped", "window_doubled"} <= alone
    assert twice == ["window_doubled", "window_halved"]
