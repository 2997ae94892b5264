"""The rendered environment that a stack file names: it must exist, and be meant for a cluster."""

from __future__ import annotations

from pathlib import Path

from vitals.errors import VitalsError
from vitals.paths import RENDERED
from vitals.rendered import Rendered, environments
from vitals.rendered import read as read_folder


def read(environment: str, rendered: Path = RENDERED) -> Rendered:
    """Read the files of an environment.

    Raises:
        VitalsError: There are none, they cannot be read, or they are not for a cluster.
    """
    known = environments(rendered)
    if environment not in known:
        raise VitalsError(
            f"vitals:environment is {environment!r}, and rendered/{environment} does not exist (there are: "
            f"{', '.join(known) or 'none'}), so there is nothing to apply. Nothing was created. Name one of those, or "
            f"add catalog/environments/{environment}.py and run `vitals render`."
        )
    found = read_folder(rendered / environment)
    if found.model.operator is None:
        raise VitalsError(
            f"vitals:environment is {environment!r}, which is rendered for programs on one machine, and this program "
            "installs on a cluster. Nothing was created. Name an environment whose delivery is 'operator' or "
            "'managed'."
        )
    return found
