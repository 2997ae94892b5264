"""Which tests go to one worker together."""

from __future__ import annotations

import pytest

from tests.infra.one_worker import group

ENGINE, MONITORING, GOOGLE = (f"tests/infra/{folder}/test_a.py" for folder in ("engine", "monitoring", "gcp"))
COUNT = "tests/verify/query_cost/test_samples_queried.py"
CLUSTER, LIVE = "tests/verify/cluster/test", "tests/live/test_stack"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{ENGINE}::test_x[prod]", "tests/infra/engine/test_b.py::test_y[prod]"),
        (f"{MONITORING}::test_x[kind]", f"{MONITORING}::test_y[kind-Grafana]"),
        (f"{MONITORING}::test_x", "tests/infra/monitoring/test_b.py::test_y[prod]"),
        (f"{GOOGLE}::test_x", f"{GOOGLE}::test_y"),
        (f"{CLUSTER}_stacks_kept.py::test_x[prod]", f"{CLUSTER}_stacks_installed.py::test_y[prod]"),
        (f"{CLUSTER}_objects_accepted.py::test_x[prod]", f"{CLUSTER}_scaling_pause.py::test_y"),
        (f"{LIVE}_outage.py::test_x", f"{LIVE}_recovers.py::test_y"),
        (f"{COUNT}::test_x", f"{COUNT}::test_y"),
    ],
)
def test_what_shares_a_stack_goes_together(one: str, other: str) -> None:
    """Of one folder and one stack, whatever else is varied."""
    assert group(one) == group(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{ENGINE}::test_x[prod]", f"{ENGINE}::test_x[kind]"),
        (f"{ENGINE}::test_x[prod]", f"{MONITORING}::test_x[prod]"),
        (f"{ENGINE}::test_x", f"{ENGINE}::test_y"),
        (f"{CLUSTER}_stacks_kept.py::test_x[prod]", f"{CLUSTER}_stacks_kept.py::test_x[kind]"),
        (f"{CLUSTER}_stacks_kept.py::test_x[prod]", f"{CLUSTER}_operator_configuration.py::test_x[prod]"),
        (f"{CLUSTER}_existing_parts.py::test_x", f"{CLUSTER}_scaling_pause.py::test_x"),
        (f"{LIVE}_outage.py::test_x", f"{LIVE}_smoke.py::test_x"),
        ("tests/docs/test_deploy_page.py::test_x[prod]", "tests/docs/test_deploy_page.py::test_y[prod]"),
    ],
)
def test_what_shares_nothing_can_run_at_the_same_time(one: str, other: str) -> None:
    """Another stack, another folder, or no stack."""
    assert group(one) != group(other)
