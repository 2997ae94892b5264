"""The documents of a file to import, each value with its line, or why there are none and what to do about it.

A file that something else fills in first is not yet YAML, and a byte that is not UTF-8 would become another text: each
is named for what it is, with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import yaml

from vitals.errors import VitalsError
from vitals.kit.alerts.located import NOTHING, Located, lines_of
from vitals.kit.imports.source_bytes import as_text
from vitals.yaml_aliases import refuse_folded

_JSONNET = re.compile(r"^\s*(?:local\s+\w+\s*=|\(?import\s+['\"]|function\s*\()|^\s*\w+\+?::", re.MULTILINE)
"""How jsonnet begins a line and YAML does not."""


def documents(name: str, content: bytes) -> Iterator[Located]:
    """The documents of a YAML or JSON file.

    Raises:
        VitalsError: It is neither; the message names the line.
    """
    try:
        text = as_text(content, "strict")
    except UnicodeDecodeError as error:
        wrong = content.count(b"\n", 0, error.start) + 1
        raise VitalsError(
            f"{name}:{wrong} cannot be read: it is not UTF-8. Save the file in UTF-8. Nothing was written."
        ) from None
    lines: Sequence[str] = lines_of(text)
    try:
        nodes = _composed(text)
    except (yaml.YAMLError, RecursionError) as error:
        try:  # JSON that is indented with tabs is not valid YAML
            nodes = _composed(json.dumps(json.loads(text)))
            lines = ()
        except (ValueError, yaml.YAMLError, RecursionError):
            raise _unreadable(name, text, error) from None
    yield from (Located(name, node, lines) for node in nodes)


def _composed(text: str) -> list[yaml.Node]:
    nodes = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None]
    for node in nodes:
        refuse_folded(node)
    return nodes


def written(error: VitalsError) -> VitalsError:
    """An error of a value as an import says it: nothing was to be rendered."""
    return VitalsError(str(error).replace(NOTHING, "Nothing was written; correct the file and import it again."))


def look_of(text: str) -> str:
    """What to do about a file by how it looks; empty for one that looks like YAML."""
    if "{{" in text and ("{{-" in text or ".Values" in text):
        return "It is a template: render it first, with `helm template` for example."
    if "prometheusAlerts" in text or _JSONNET.search(text):
        return "It looks like jsonnet: a mixin is used as it is, in alert_rules/mixins/ (docs/how-to/paste-a-rule.md)."
    if "\nALERT " in f"\n{text}":
        return "It is in the form of Prometheus 1, which Prometheus 2 could turn into a rule file."
    return ""


def _unreadable(name: str, text: str, error: Exception) -> VitalsError:
    mark = getattr(error, "problem_mark", None)
    position = getattr(error, "position", None)
    line = mark.line + 1 if mark else text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if isinstance(error, RecursionError):
        problem = "it is nested too deeply"
    where = f"{name}:{line}" if line else name
    fix = look_of(text) or f"Correct {'that line' if line else 'it'} first."
    return VitalsError(f"{where} cannot be read ({' '.join(str(problem).split())}). {fix} Nothing was written.")
