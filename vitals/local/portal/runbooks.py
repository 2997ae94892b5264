"""Runbooks as HTML: one markdown file for each alert, shown where its link leads."""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

_NAME = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Runbooks:
    """The runbooks in a folder, by alert name."""

    folder: Path

    def names(self) -> list[str]:
        """Return the alerts that have a runbook, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.md") if _NAME.fullmatch(path.stem))

    def html(self, name: str) -> str | None:
        """Return a runbook as HTML, or None when there is none of that name."""
        if name not in self.names():
            return None
        return render_markdown((self.folder / f"{name}.md").read_text(encoding="utf-8"))


def render_markdown(text: str) -> str:
    """Return HTML for markdown; HTML inside it is shown as text, never passed on."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
