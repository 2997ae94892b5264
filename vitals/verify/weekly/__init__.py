"""The weekly review: what a team looks at once a week, from what its Prometheus stored and what is rendered.

Every number is of the week, beside the same of the week before, so a review needs no memory of its own. What got worse
is ranked by the time that users lost to it.
"""

from vitals.verify.weekly.flames import GivenFlameGraph, flame_graph_in
from vitals.verify.weekly.markdown import as_markdown
from vitals.verify.weekly.page import as_html
from vitals.verify.weekly.review import WeeklyReview, weekly_review
from vitals.verify.weekly.verdicts import GivenVerdict, comparison_verdict, load_verdict
from vitals.verify.weekly.week import Week, WeekServer

__all__ = [
    "GivenFlameGraph",
    "GivenVerdict",
    "Week",
    "WeekServer",
    "WeeklyReview",
    "as_html",
    "as_markdown",
    "comparison_verdict",
    "flame_graph_in",
    "load_verdict",
    "weekly_review",
]
