"""Runbooks: the link of every alert leads to a page that is there."""

from __future__ import annotations

from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import read

INDEX = "README"
"""Where the link of a pasted rule without a page of its own leads."""


def check(folder: Path, runbooks: Path) -> None:
    """Look for the page of every alert of an environment.

    Args:
        folder: The rendered environment.
        runbooks: Where the project's runbooks are.

    Raises:
        VitalsError: A page is missing.
    """
    alerts = [rule for group in read(folder).groups() for rule in group.rules if rule.alert]
    pages = {rule.name: rule.annotations.get("runbook_url", "").rpartition("/")[2] for rule in alerts}
    # A pasted rule may bring a link to a page elsewhere.
    ours = {name: page for name, page in pages.items() if page in (name, INDEX)}
    missing = sorted(name for name, page in ours.items() if not (runbooks / f"{page}.md").is_file())
    if missing or not ours:
        raise VitalsError(
            f"{folder.name}: the runbook of {', '.join(missing) or 'any alert'} is not in {runbooks}, so its link "
            "leads nowhere at night. Write one page for each alert, then run `vitals render`."
        )
