"""Runbooks as HTML: one markdown file for each alert, shown where its link leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_NAME = re.compile(r"[A-Za-z0-9_]+")
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE)
"""A line that says to whom a part of the page belongs; readers of the page need not know."""


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
    """Return HTML for markdown; HTML inside it is shown as text, never passed on, and a block of PromQL can be run."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    return str(markdown.render(_COMMENT.sub("", text)))


def query_url(expr: str) -> str:
    """Return the address of a query on the portal's page of queries."""
    return f"/query?expr={quote(expr, safe='')}" if expr else "/query"


def _table_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """A table stands in a block of its own, which scrolls in a narrow window as a block of code does."""
    del renderer, tokens, index, options, env
    return '<div class="scroll" tabindex="0">\n<table>\n'


def _table_close(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    del renderer, tokens, index, options, env
    return "</table>\n</div>\n"


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """A block of code; in a narrow window it scrolls, which needs the focus of the keyboard."""
    del renderer, options, env
    token = tokens[index]
    words = token.info.split()
    code = f'<pre tabindex="0"><code>{escape(token.content)}</code></pre>\n'
    if words[:1] != ["promql"]:
        return code
    return f'{code}<p class="run"><a href="{escape(query_url(token.content.strip()))}">Run this query</a></p>\n'
