"""Rules as Prometheus takes them: promtool reads every group of an environment."""

from __future__ import annotations

import tempfile
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import read, write_plain_rule_files
from vitals.verify.project.programs import complaint

PASTED = ("handwritten.", "mixins.")
"""How groups of pasted rules begin: they must be valid; whether they follow the linter's advice is their author's."""


def check(folder: Path) -> None:
    """Hold the rules of an environment to promtool, and those that Vitals makes to every lint of it.

    Raises:
        VitalsError: promtool refuses one, or there is none.
    """
    groups = read(folder).groups()
    if not groups:
        raise VitalsError(f"{folder} has no rule, so nothing would ever alert. Run `vitals render`.")
    with tempfile.TemporaryDirectory(prefix="vitals-rules-") as plain:
        files = write_plain_rule_files(groups, Path(plain))
        pasted = [file for name, file in files.items() if name.startswith(PASTED)]
        ours = [file for name, file in files.items() if not name.startswith(PASTED)]
        for lint, some in ((("--lint=all", "--lint-fatal"), ours), (("--lint=none",), pasted)):
            if some and (said := complaint("promtool", "check", "rules", *lint, files=some)):
                raise VitalsError(f"promtool refuses rules of {folder}:\n{said}")
