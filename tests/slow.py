"""Which unit tests ``make check`` leaves to ``make test``: those of rooms that are seldom edited and dear to prove.

What people edit every day is content: catalogue, alerts, dashboards, pages. Its tests, and those of what makes rules
and dashboards of it, are the inner loop. A room below is machinery that has to be started, rendered or imported at a
cost to be tested at all. Who edits it runs its folder, or ``make test-unit``; ``make test`` runs all of them. A single
test of another room bears the mark itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

RENDERS = "each test runs a command, most of which load the catalogue and render it in a process of their own"
STARTS = "servers, workers and their clients are started, and waited for"
IMPORTS = "packages of clouds, or of protocols, are imported, which takes longer than all tests of a room of content"
COMPUTES = "long series of numbers are made and judged"

SLOW: Mapping[str, str] = {
    "tests/alert_rules/test_arrival_weeks.py": COMPUTES,
    "tests/alert_rules/test_foreign_rules.py": "each test composes an environment of its own",
    "tests/bench": "nothing is measured in the inner loop",
    "tests/charts": IMPORTS,
    "tests/cli": RENDERS,
    "tests/demo": STARTS,
    "tests/dialects": STARTS,
    "tests/docs/test_accounts_page.py": IMPORTS,
    "tests/docs/test_deploy_page.py": IMPORTS,
    "tests/docs/test_existing_cluster_page.py": IMPORTS,
    "tests/docs/test_weekly_page.py": IMPORTS,
    "tests/foresight": COMPUTES,
    "tests/house/test_loops.py": "every test is parsed, and who edits content writes few",
    "tests/house/test_one_reader.py": "every source of the machinery is parsed",
    "tests/infra": IMPORTS,
    "tests/kit/cost/test_against_real_service.py": STARTS,
    "tests/live": STARTS,
    "tests/local": STARTS,
    "tests/mutation": "rules are mutated, and all cases are made",
    "tests/render/test_managed.py": "of each managed environment all is rendered, and every rule compared",
    "tests/render/test_write.py": RENDERS,
    "tests/telemetry": STARTS,
    "tests/test_http_client.py": STARTS,
    "tests/test_yaml_aliases.py": COMPUTES,
    "tests/verify/backtest": STARTS,
    "tests/verify/capacity": COMPUTES,
    "tests/verify/cluster": STARTS,
    "tests/verify/compare": COMPUTES,
    "tests/verify/delivery": "the image is put together, and workflows are carried out",
    "tests/verify/drift": STARTS,
    "tests/verify/load": STARTS,
    "tests/verify/mcp_tools": STARTS,
    "tests/verify/preview": "dashboards are drawn, pixel by pixel",
    "tests/verify/query_cost": RENDERS,
    "tests/verify/report": "dashboards are drawn, pixel by pixel",
    "tests/verify/scaling_loop": STARTS,
    "tests/verify/weekly": STARTS,
    "tests/wheels": "the wheels are built and installed",
}
"""Folder or file of tests -> why it is not part of the inner loop."""


def is_slow(path: PurePosixPath) -> bool:
    """Whether a folder or file of tests is in the table, or in a folder that is.

    Args:
        path: From the root of the repository.
    """
    return any(str(one) in SLOW for one in (path, *path.parents))
