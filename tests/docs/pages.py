"""Reading our Markdown: sections, fences, links and the prose between them, as the tests of this folder need them.

It reads the syntax tree of a real Markdown parser, so what a reader sees is what is judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file.

    Attributes:
        path: Where it is.
        tokens: Its syntax tree, flat.
    """

    path: Path
    tokens: tuple[Token, ...]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Level and text of each heading, in order."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return [(int(token.tag[1]), _heading(text)) for token, text in pairs if token.type == "heading_open"]

    @property
    def anchors(self) -> set[str]:
        """The fragments by which headings can be linked, as GitHub makes them."""
        found: set[str] = set()
        for _, text in self.headings:
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            repeats = sum(1 for other in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", other))
            found.add(f"{slug}-{repeats}" if repeats else slug)
        return found

    @property
    def links(self) -> list[tuple[str, str]]:
        """Text and address of each link; pictures have their alternative text."""
        found = []
        for token in self.tokens:
            inside = token.children or []
            for position, child in enumerate(inside):
                if child.type == "link_open":
                    found.append((inside[position + 1].content, str(child.attrs["href"])))
                elif child.type == "image":
                    found.append((child.content, str(child.attrs["src"])))
        return found

    def fences(self, language: str) -> list[str]:
        """The content of each fenced block in a language."""
        return [token.content for token in self.tokens if token.type == "fence" and token.info.strip() == language]

    def section(self, title: str) -> Page:
        """The part under a second-level heading; empty if there is none."""
        starts = [
            index for index, token in enumerate(self.tokens) if token.type == "heading_open" and token.tag == "h2"
        ]
        for start, end in zip(starts, [*starts[1:], len(self.tokens)], strict=True):
            if _heading(self.tokens[start + 1]) == title:
                return Page(self.path, self.tokens[start + 3 : end])
        return Page(self.path, ())

    @property
    def prose(self) -> str:
        """What people read, without code and addresses; one paragraph, item or cell a line."""
        return "\n".join(_plain(token) for token in self.tokens if token.type == "inline")


def read(path: Path) -> Page:
    """Parse a file."""
    return parsed(path, path.read_text(encoding="utf-8"))


def parsed(path: Path, text: str) -> Page:
    """Parse a text that is a file's, or a part of it."""
    return Page(path, tuple(_PARSER.parse(text)))


def _plain(token: Token) -> str:
    children = [child for child in token.children or () if child.type in ("text", "softbreak")]
    return "".join(child.content or " " for child in children)


def _heading(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def unproved_numbers(prose: str, proved: tuple[str, ...]) -> list[str]:
    """The words with a number that no proved phrase covers; one with a letter in front (``p95``) is a name."""
    for phrase in sorted(proved, key=len, reverse=True):
        prose = re.sub(rf"(?<!\w){re.escape(phrase)}(?![\w%])", "", prose)
    return re.findall(r"(?<![\w])\d\S*", prose)
