"""Review of dashboards, rules, routes and scalers as files: what would go wrong with them, and what a change does.

It reads finished JSON and YAML, ours and that of others, and runs nothing of the branch that it judges.
"""

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Defect, Gravity
from vitals.verify.review.registry import CHECKS
from vitals.verify.review.run import Review, review

__all__ = ["CHECKS", "Defect", "Gravity", "Review", "ReviewCheck", "review"]
