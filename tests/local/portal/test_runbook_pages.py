"""A runbook in the portal is what people read on GitHub: the lines that are for its authors are not shown."""

from __future__ import annotations

from vitals.local.portal.runbooks import Runbooks, render_markdown
from vitals.paths import RUNBOOKS


def test_the_marks_of_the_rendered_part_are_not_shown() -> None:
    """The part itself is, as a table; a comment within a line is shown as text, like any HTML."""
    page = Runbooks(RUNBOOKS).html("ApiLatencyHigh")

    assert page is not None
    assert "&lt;!--" not in page
    assert "<td>1m</td>" in page
    assert render_markdown("a <!-- b --> c\n") == "<p>a &lt;!-- b --&gt; c</p>\n"
