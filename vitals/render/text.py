"""Objects to text, byte for byte the same on every machine: fixed order, fixed widths, one final newline."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from functools import lru_cache

import orjson
import yaml

_JSON = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_END = "...\n"
_BREAKS = "\n\u2028\u2029"
"""What ends a line of YAML; a line of other blanks, such as an ideographic space, is a line with content."""
_NEVER_FOLD = 2**31 - 1
"""The widest line that libyaml takes: a line that is never folded is the same at every depth."""
_TEXT = "tag:yaml.org,2002:str"
_REPRESENTER, _RESOLVER = yaml.representer.SafeRepresenter(), yaml.resolver.Resolver()


def to_yaml(data: object) -> str:
    """YAML in the order of the object's keys, equal objects each in full, text of several lines as a block.

    libyaml gets the events that ``yaml.dump`` makes of a tree of nodes: that tree of ten thousand rules takes longer to
    build than the text of them takes to write.
    """
    out = io.StringIO()
    dumper = yaml.CSafeDumper(out, width=_NEVER_FOLD, allow_unicode=True)
    dumper.open()
    for event in (yaml.DocumentStartEvent(explicit=False), *_events(data), yaml.DocumentEndEvent(explicit=False)):
        dumper.emit(event)
    dumper.close()
    return out.getvalue()


def _events(data: object) -> Iterator[yaml.Event]:
    if isinstance(data, dict):
        yield yaml.MappingStartEvent(anchor=None, tag=None, implicit=True, flow_style=False)
        for key, value in data.items():
            yield from _events(key)
            yield from _events(value)
        yield yaml.MappingEndEvent()
    elif isinstance(data, list | tuple):
        yield yaml.SequenceStartEvent(anchor=None, tag=None, implicit=True, flow_style=False)
        for value in data:
            yield from _events(value)
        yield yaml.SequenceEndEvent()
    else:
        yield _text(data) if isinstance(data, str) else _scalar(data)


@lru_cache(maxsize=4096)  # the keys of rules, and what all rules of a service have in common
def _text(text: str) -> yaml.ScalarEvent:
    return _scalar(text)


def _scalar(value: object) -> yaml.ScalarEvent:
    node = _REPRESENTER.represent_data(value)
    is_plain = _RESOLVER.resolve(yaml.ScalarNode, node.value, (True, False)) == node.tag  # type: ignore[no-untyped-call]
    style = "|" if "\n" in node.value else None
    return yaml.ScalarEvent(None, node.tag, (is_plain, node.tag == _TEXT), node.value, style=style)


def nested(key: str, text: str) -> str:
    """The text of a mapping as the value of a key, for YAML that was written once and stands in several objects."""
    content = text.removesuffix(_END)  # written where a text with empty lines at its end comes last
    indented = textwrap.indent(content, "  ", lambda line: bool(line.strip(_BREAKS)))
    return f"{key}:\n{indented}{_END if content != text else ''}"


def to_json(data: object) -> str:
    """JSON with sorted keys and two spaces of indentation."""
    return orjson.dumps(data, option=_JSON).decode()
