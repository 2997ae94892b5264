"""On which line of a text each key and element stands, for JSON and YAML, by the path that leads there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>[{}\[\]:,])|(?P<plain>[^\s{}\[\]:,"]+))', re.DOTALL)
_DEEPEST = 200
"""Nothing that people write is nested as deep; aliases of YAML that contain themselves are."""

Path = tuple[str | int, ...]


def of_text(text: str, number: int = 0) -> dict[Path, int]:
    """The line of every place of a document, from 1.

    Args:
        text: JSON, or YAML of one or more documents.
        number: Which document of a YAML text.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return _of_json(text)
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return {}
    found: dict[Path, int] = {(): 1}
    if number < len(nodes) and nodes[number] is not None:
        found |= dict(_of_yaml(nodes[number], ()))
    return found


def _of_yaml(node: Any, path: Path) -> Iterator[tuple[Path, int]]:  # noqa: ANN401 - the library has no types for nodes
    yield path, node.start_mark.line + 1
    if len(path) > _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield from _of_yaml(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _of_yaml(value, (*path, index))


def _of_json(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    stack: list[list[Any]] = []  # [is an object, the key or index of the next value]
    line, seen = 1, 0
    waits_for_key = False
    for token in _TOKEN.finditer(text):
        start = token.start(token.lastgroup or 0)
        line += text.count("\n", seen, start)
        seen = start
        sign = token["sign"]
        path = tuple(level[1] for level in stack)
        if token["text"] and waits_for_key:
            stack[-1][1] = _unquoted(token["text"])
            found[tuple(level[1] for level in stack)] = line
            waits_for_key = False
        elif sign in ("{", "["):
            found.setdefault(path, line)
            stack.append([sign == "{", "" if sign == "{" else 0])
            waits_for_key = sign == "{"
        elif sign in ("}", "]"):
            stack = stack[:-1]
            waits_for_key = False
        elif sign == "," and stack:
            if stack[-1][0]:
                waits_for_key = True
            else:
                stack[-1][1] += 1
        elif sign is None:
            found.setdefault(path, line)
    return found


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text[1:-1]
