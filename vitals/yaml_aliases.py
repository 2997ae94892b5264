"""What the aliases of a YAML document stand for: ten lines of them can stand for more values than a memory holds.

A reader follows each alias, so a document is read only if that takes a time that its size explains.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

_SMALL = 100_000
"""Values. To look at as many takes a tenth of a second."""
_TIMES = 10
"""How many times its size a document may become. Twenty services that share three anchors become twice theirs."""


class FoldedYamlError(yaml.MarkedYAMLError):
    """The aliases of a document stand for more than is read."""


def refuse_folded(document: yaml.Node) -> None:
    """Refuse a document that is far larger than it looks, in a time that grows with how it looks.

    Args:
        document: Its root.

    Raises:
        FoldedYamlError: With aliases followed it has more than a hundred thousand values and more than ten times as
            many as are written, or an alias stands within what it names.
    """
    sizes: dict[int, int] = {}
    around = {id(document)}
    todo = [(document, iter(_inner(document)))]
    while todo:
        node, inner = todo[-1]
        one = next((one for one in inner if id(one) not in sizes), None)
        if one is None:
            todo.pop()
            around.remove(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(inside)] for inside in _inner(node))
        elif id(one) in around:
            raise FoldedYamlError(None, None, "an alias stands within what it names, which has no end", one.start_mark)
        else:
            around.add(id(one))
            todo.append((one, iter(_inner(one))))
    whole = sizes[id(document)]
    if whole > max(_SMALL, _TIMES * len(sizes)):
        many = f"{whole:,}" if whole < 10**9 else "billions of"
        what = f"its aliases make {many} values of the {len(sizes):,} that are written"
        raise FoldedYamlError(None, None, what, document.start_mark)


def _inner(node: yaml.Node) -> Sequence[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [one for pair in node.value for one in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else ()
