"""Objects to text, byte for byte the same on every machine: fixed order, fixed widths, one final newline."""

from __future__ import annotations

import json

import yaml


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
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)


def to_json(data: object) -> str:
    """JSON with sorted keys and two spaces of indentation."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
