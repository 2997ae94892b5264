"""Objects to text, byte for byte the same on every machine: fixed order, fixed widths, one final newline."""

from __future__ import annotations

import textwrap

import orjson
import yaml

_JSON = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_END = "...\n"
_BREAKS = "\n\u2028\u2029"
"""What ends a line of YAML; a line of other blanks, such as an ideographic space, is a line with content."""
_NEVER_FOLD = 2**31 - 1
"""The widest line that libyaml takes: a line that is never folded is the same at every depth."""


class _Dumper(yaml.CSafeDumper):
    """libyaml's safe dumper without aliases, with block style for text of several lines."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Write equal objects out in full: rule files are read by people."""
        return True


def _string(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def to_yaml(data: object) -> str:
    """YAML in the order of the object's keys."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=_NEVER_FOLD, allow_unicode=True)


def nested(key: str, text: str) -> str:
    """The text of a mapping as the value of a key, for YAML that was written once and stands in several objects."""
    content = text.removesuffix(_END)  # written where a text with empty lines at its end comes last
    indented = textwrap.indent(content, "  ", lambda line: bool(line.strip(_BREAKS)))
    return f"{key}:\n{indented}{_END if content != text else ''}"


def to_json(data: object) -> str:
    """JSON with sorted keys and two spaces of indentation."""
    return orjson.dumps(data, option=_JSON).decode()
