"""External programs: which ones Vitals runs, where they are, and how the missing ones are built.

Vitals starts real programs (Prometheus, Alertmanager, node exporter) instead of imitating them. A user who has them
on PATH in a good version waits for nothing; for all others they are built once from the Go modules that
``tools/<pin>/go.mod`` pins, into a cache outside the tracked files. Nothing here installs anything system-wide,
downloads a ready-made binary, or starts a program for longer than it takes to ask its version.
"""

from vitals.local.tools.build import ensure
from vitals.local.tools.entry import ProgramGroup
from vitals.local.tools.locate import find, find_optional
from vitals.local.tools.modules import module_folder
from vitals.local.tools.programs import of_group, required
from vitals.local.tools.progress import showing_progress

__all__ = [
    "ProgramGroup",
    "ensure",
    "find",
    "find_optional",
    "module_folder",
    "of_group",
    "required",
    "showing_progress",
]
