"""Text panels as plain lines: what their Markdown or HTML says, without the marks.

Nothing of it is run or rendered: a drawing is read by people who did not write the dashboard.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser

from vitals.local.draw.dashboard import Panel
from vitals.local.draw.frame import Size
from vitals.local.draw.template import Choice, substitute

TEXT_PX = 13
_CHARACTER_SHARE = 0.55
"""Width of a character over the size of its font."""
_FEWEST_COLUMNS = 20
_LONGEST = 20_000
"""Characters that are read: more than a wall of screens shows."""
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_MARKS = re.compile(r"^\s{0,3}#{1,6}\s+|\*\*|__|`", re.MULTILINE)
_BLOCKS = frozenset({"p", "br", "div", "li", "tr", "table", "ul", "ol", "hr", *(f"h{n}" for n in range(1, 7))})
_UNSEEN = frozenset({"script", "style"})


class _Words(HTMLParser):
    """Collects the text of HTML; a block begins a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 the base's names
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in _BLOCKS:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.text.append(data)


def with_choices(panel: Panel, choices: Mapping[str, Choice]) -> Panel:
    """A text panel with what is chosen for the variables in it; another panel as it is."""
    if panel.kind != "text":
        return panel
    content = substitute(str(panel.options.get("content") or "")[:_LONGEST], choices)
    return replace(panel, options={**panel.options, "content": content})


def prose(panel: Panel, size: Size) -> list[str]:
    """The lines of a text panel, wrapped to its width; at most one empty line stands between two."""
    content = str(panel.options.get("content") or "")[:_LONGEST]
    if panel.options.get("mode") != "code":
        words = _Words()
        words.feed(_MARKS.sub("", _LINK.sub(r"\1", content)))
        words.close()
        content = re.sub(r"\n\s*\n\s*", "\n\n", "".join(words.text)).strip()
    columns = max(_FEWEST_COLUMNS, int(size.width / (TEXT_PX * _CHARACTER_SHARE)))
    return [line for paragraph in content.splitlines() for line in textwrap.wrap(paragraph, columns) or [""]]
