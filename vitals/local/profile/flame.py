"""A flame graph as one SVG that needs nothing else and runs no script: width is time, depth is who calls whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from vitals.local.draw.theme import FONT, LIGHT
from vitals.local.profile.stacks import Stacks

_WIDTH, _ROW, _EDGE, _TOP = 1200, 18, 12, 64
_CHARACTER_PX = 6.6
"""Width of a letter of 11 px, rather too wide."""
_NARROWEST_PX = 0.4
"""What is narrower is not seen; a profile has thousands of such."""
_DEEPEST = 80
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]")


_SHORTEST_LABEL = 3


@dataclass
class _Node:
    samples: int = 0
    children: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Frame:
    """One function below those that called it; lengths in pixels."""

    name: str
    share: float
    left: float
    width: float
    depth: int


def flame_graph(stacks: Stacks, *, title: str, own: str) -> str:
    """Draw samples, the outermost function on top and each as wide as its share of them.

    Args:
        stacks: The samples; there is at least one.
        title: What was profiled, in a line.
        own: Part of the file names of the service's own code, which is drawn in another colour than libraries.
    """
    root = _tree(stacks)
    depth = min(_DEEPEST, max(len(stack) for stack in stacks.counts))
    height = _TOP + depth * _ROW + _EDGE
    said = f"{stacks.samples} samples of running threads; a function is as wide as its share of them"
    size = f'width="{_WIDTH}" height="{height}"'
    font = f'font-family={quoteattr(FONT)} font-size="11"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_WIDTH} {height}" {font}>',
        f"<title>{_clean(title)}</title>",
        f'<rect {size} fill="{LIGHT.surface}"/>',
        f'<text x="{_EDGE}" y="26" font-size="17" font-weight="600" fill="{LIGHT.text}">{_clean(title)}</text>',
        f'<text x="{_EDGE}" y="46" font-size="12" fill="{LIGHT.muted}">{said}</text>',
        *(_drawn(one, own=own in one.name) for one in _frames(root, _EDGE, 0, root.samples)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _tree(stacks: Stacks) -> _Node:
    root = _Node()
    for stack, count in stacks.counts.items():
        node = root
        node.samples += count
        for name in stack[:_DEEPEST]:
            node = node.children.setdefault(name, _Node())
            node.samples += count
    return root


def _frames(node: _Node, left: float, depth: int, total: int) -> Iterator[_Frame]:
    for name, child in sorted(node.children.items()):
        share = child.samples / total
        width = share * (_WIDTH - 2 * _EDGE)
        if width >= _NARROWEST_PX:
            yield _Frame(name, share, left, width, depth)
            yield from _frames(child, left, depth + 1, total)
        left += width


def _drawn(one: _Frame, *, own: bool) -> str:
    color, opacity = (LIGHT.color("orange"), 0.75) if own else (LIGHT.color("gray"), 0.28)
    y = _TOP + one.depth * _ROW
    room = int((one.width - 6) / _CHARACTER_PX)
    shown = one.name if len(one.name) <= room else f"{one.name[: room - 1]}\u2026"
    label = f'<text x="{one.left + 3:.2f}" y="{y + 12}" fill="{LIGHT.text}">{_clean(shown)}</text>'
    return (
        f'<g><title>{_clean(one.name)}: {one.share:.1%}</title><rect x="{one.left:.2f}" y="{y}" '
        f'width="{max(one.width - 0.5, 0.3):.2f}" height="{_ROW - 1}" rx="2" fill="{color}" '
        f'fill-opacity="{opacity}"/>{label if room >= _SHORTEST_LABEL else ""}</g>'
    )


def _clean(text: str) -> str:
    return escape(_NO_XML.sub("", text))
