"""Text panels say what their author wrote, without marks, and run nothing of it."""

from __future__ import annotations

import pytest

from vitals.local.draw.frame import Size
from vitals.local.draw.prose import prose, with_choices
from vitals.local.draw.template import Choice

from .conftest import PanelMaker


@pytest.mark.parametrize(
    ("mode", "content", "lines"),
    [
        ("markdown", "# Streams\n\nRead **this** [guide](https://example.org/a).", ["Streams", "", "Read this guide."]),
        ("markdown", "![logo](https://example.org/a.png)&nbsp;Shop", ["logo\xa0Shop"]),
        ("html", "<h1 style='color:red'>Data</h1><div>of a &lt;shop&gt;</div>", ["Data", "", "of a <shop>"]),
        ("html", "a<script>alert('x')</script><style>b{}</style>c", ["ac"]),
        ("html", "<b>never closed", ["never closed"]),
        ("code", "<b>**as it is**</b>", ["<b>**as it is**</b>"]),
    ],
)
def test_marks_are_left_out(mode: str, content: str, lines: list[str], make_panel: PanelMaker) -> None:
    """Links and pictures are their words; what a browser would run is gone; code stays."""
    panel = make_panel("text", options={"mode": mode, "content": content})

    assert [line.rstrip() for line in prose(panel, Size(600, 200))] == lines


def test_lines_fit_the_panel(make_panel: PanelMaker) -> None:
    """A long paragraph is wrapped."""
    panel = make_panel("text", options={"content": "word " * 100})

    assert max(map(len, prose(panel, Size(300, 200)))) <= 300 / 13 / 0.55


def test_variables_in_a_text_are_filled(make_panel: PanelMaker) -> None:
    """As Grafana does it; options of other panels are none of its business."""
    chosen = {"service": Choice(("checkout",))}
    text, stat = (make_panel(kind, options={"content": "of $service"}) for kind in ("text", "stat"))

    assert prose(with_choices(text, chosen), Size(300, 200)) == ["of checkout"]
    assert with_choices(stat, chosen) == stat
