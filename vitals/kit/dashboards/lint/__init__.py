"""What every dashboard must be, one rule per file. A rule reads finished JSON, so it judges whatever wrote it.

Rules return all problems that they find and refuse nothing themselves; who asks decides what follows.
"""

from vitals.kit.dashboards.lint.check import RULES, lint
from vitals.kit.dashboards.lint.problem import Problem, panels

__all__ = ["RULES", "Problem", "lint", "panels"]
