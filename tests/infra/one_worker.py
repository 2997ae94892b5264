"""One worker for each stack: what is started or installed once for many tests is so once in a run, not by each worker.

pytest-xdist's own groups (``xdist_group``) do nothing with this pytest: they are written into an attribute that its
node ids no longer have. So the scheduler that they would use gets the groups here, by the ids of the tests.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

from tests.infra.settings.stack_files import STACKS

OF_STACKS = tuple(f"tests/infra/{folder}/" for folder in ("engine", "gcp", "monitoring"))
ON_ONE_CLUSTER = "tests/verify/cluster/"
OF_DELIVERED_STACKS = tuple(f"{ON_ONE_CLUSTER}test_stacks_{what}.py" for what in ("installed", "kept"))
"""Each of their stacks has a control plane of its own; the folder's other files share one, but for the next two."""
OWN_CLUSTER = tuple(f"{ON_ONE_CLUSTER}test_{what}.py" for what in ("existing_parts", "scaling_loop"))
ON_ONE_STACK = "tests/live/"
OWN_COUNT = ("tests/verify/query_cost/test_samples_queried.py",)
"""A month of synthetic series is made and read for all of its tests: a minute of a processor."""
OWN_STACK = tuple(f"{ON_ONE_STACK}test_stack_{what}.py" for what in ("history", "smoke"))


def group(test: str) -> str:
    """The name of the group that a test goes with, itself where it shares nothing.

    Args:
        test: Its node id; the stack that it looks at stands among its parameters.
    """
    file, _, called = test.partition("::")
    parameters = called.partition("[")[2].removesuffix("]").split("-")
    stack = next((one for one in parameters if one in STACKS), None)
    folder = next((folder for folder in OF_STACKS if file.startswith(folder)), None)
    if stack and (folder or file in OF_DELIVERED_STACKS):
        return (folder or ON_ONE_CLUSTER) + stack
    if file.startswith("tests/infra/monitoring/"):
        return "tests/infra/monitoring/prod"
    if file.startswith("tests/infra/gcp/") or file in (*OWN_CLUSTER, *OWN_COUNT, *OWN_STACK):
        return file
    return next((shared for shared in (ON_ONE_CLUSTER, ON_ONE_STACK) if file.startswith(shared)), test)


class OneWorkerForEachStack(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives a whole group to a worker, and then the next one to a free worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
