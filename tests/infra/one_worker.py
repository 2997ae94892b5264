"""One worker for each stack: what is deployed or installed once for many tests is so once in a run, not by each worker.

pytest-xdist's own groups (``xdist_group``) do nothing with this pytest: they are written into an attribute that its
node ids no longer have. So the scheduler that they would use gets the groups here, by the ids of the tests.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

from tests.infra.settings.stack_files import STACKS

OF_STACKS = tuple(f"tests/infra/{folder}/" for folder in ("engine", "gcp", "monitoring"))


def group(test: str) -> str:
    """The name of the group that a test goes with, itself where it shares nothing.

    Args:
        test: Its node id; the stack that it looks at stands among its parameters.
    """
    file, _, called = test.partition("::")
    folder = next((folder for folder in OF_STACKS if file.startswith(folder)), None)
    parameters = called.partition("[")[2].removesuffix("]").split("-")
    stack = next((one for one in parameters if one in STACKS), None)
    if folder and stack:
        return folder + stack
    if file.startswith("tests/infra/monitoring/"):
        return "tests/infra/monitoring/prod"
    return file if file.startswith("tests/infra/gcp/") else test


class OneWorkerForEachStack(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives a whole group to a worker, and then the next one to a free worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
