"""Files and folders as documents: dashboards, rules, routes, scalers, alone or wrapped into objects of Kubernetes.

Whatever a file holds, reading it ends with documents, of which one that cannot be read says why. Only a path that does
not exist is refused: everything else in a folder can still be judged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from vitals.errors import VitalsError
from vitals.verify.review.document import Document, DocumentKind, JsonPath
from vitals.verify.review.kinds import recognize
from vitals.yaml_aliases import refuse_folded

_SUFFIXES = frozenset({".json", ".yaml", ".yml", ".rules", ".prom"})
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "vendor"})
_LARGEST = 20 * 2**20
"""Bytes. The largest dashboards that people publish are below 2 MB, and Grafana takes no request above 10 MB."""
_BEGINS = {
    b"\x1f\x8b": "it is packed with gzip; unpack it first, with `gunzip` for example",
    b"\xff\xfe": "it is text in UTF-16, as PowerShell writes it; save it in UTF-8",
    b"\xfe\xff": "it is text in UTF-16; save it in UTF-8",
}
"""How files begin that people save without a look at them, and what they are."""
_DEEPEST = 3
"""How often one form wraps another: a List of ConfigMaps of dashboards."""
_MERGE = "tag:yaml.org,2002:merge"
_TWICE = "is given twice"
_TELLING = ("PrometheusRule", "ScaledObject", "ScaledJob", "HorizontalPodAutoscaler", "\ngroups:", "grafana_dashboard")
"""What stands in YAML that would be judged if it could be read."""


class _Loader(yaml.CSafeLoader):
    """Refuses a key that is given twice, as Prometheus and Kubernetes do; YAML's own loader keeps the last."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._seen: set[int] = set()

    def construct_document(self, node: yaml.Node) -> object:
        """What a document holds, after a look at what its aliases stand for."""
        refuse_folded(node)
        return super().construct_document(node)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge what ``<<`` names, after a look at the keys as they are written."""
        if id(node) not in self._seen:
            self._seen.add(id(node))
            lines: dict[str, int] = {}
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                    continue
                if key.value in lines:
                    what = f"the key {key.value!r} {_TWICE}, first on line {lines[key.value]}"
                    raise yaml.constructor.ConstructorError(None, None, what, key.start_mark)
                lines[key.value] = key.start_mark.line + 1
        super().flatten_mapping(node)


def _as_text(_: _Loader, node: yaml.Node) -> str:
    """A lone ``=`` is a text, as Kubernetes reads it: so people write the ``matchType`` of a matcher."""
    return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:value", _as_text)


def read_paths(paths: Iterable[Path]) -> list[Document]:
    """Read files, and every file below folders.

    Raises:
        VitalsError: A path does not exist or cannot be followed.
    """
    found: list[Document] = []
    seen: set[Path] = set()
    for path in paths:
        for file, asked in _files(path):
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                found.extend(read_file(file, asked=asked))
    return found


def _files(path: Path) -> Iterator[tuple[Path, bool]]:
    try:
        there = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        reason = "it does not exist" if isinstance(error, FileNotFoundError) else f"it cannot be followed ({error})"
        raise VitalsError(f"{path} cannot be checked: {reason}. Nothing was checked; correct the path.") from error
    if not there.is_dir():
        yield path, True
        return
    for folder, folders, files in os.walk(path):  # a link to a folder is not followed, so a loop of them ends
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _LEFT_OUT)
        for name in sorted(files):
            if Path(name).suffix.lower() in _SUFFIXES:
                yield Path(folder, name), False


def read_file(path: Path, *, asked: bool = True) -> list[Document]:  # noqa: PLR0911 - one line for each reason
    """The documents of one file; one that cannot be read says why.

    Args:
        path: The file.
        asked: Whether it was named, and not only found in a folder.
    """
    name = path.as_posix()
    try:
        if not path.is_file():
            return [_unreadable(name, "it is not a regular file", asked=asked)]
        size = path.stat().st_size
        if size > _LARGEST:
            return [
                _unreadable(
                    name, f"it has {size / 2**20:.0f} MiB, more than {_LARGEST >> 20} MiB are not read", asked=asked
                )
            ]
        data = path.read_bytes()
    except OSError as error:
        return [_unreadable(name, f"it cannot be opened ({error.strerror})", asked=asked)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = next((what for begin, what in _BEGINS.items() if data.startswith(begin)), "it is not text in UTF-8")
        return [_unreadable(name, found, asked=asked)]
    if "\0" in text:
        return [_unreadable(name, "it is a binary file", asked=asked)]
    if not text.strip():
        return [_unreadable(name, "it is empty", asked=asked)]
    if path.suffix == ".prom":
        return [Document(name, DocumentKind.EXPOSITION, text, asked=asked)]
    return list(read_text(name, text, asked=asked))


def _unreadable(name: str, problem: str, line: int = 1, *, asked: bool) -> Document:
    return Document(name, DocumentKind.UNREADABLE, None, problem=problem, problem_line=line, asked=asked)


def read_text(name: str, text: str, *, asked: bool = True, first_line: int = 1, depth: int = 0) -> Iterator[Document]:
    """The documents of a text.

    Args:
        name: The file of which it is a part.
        text: JSON or YAML.
        asked: Whether the file was named.
        first_line: Where the text begins in the file.
        depth: How many objects are around it.
    """
    is_json = text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") and not text.lstrip().startswith("{{")
    try:
        contents = _contents(text, is_json=is_json)
    except json.JSONDecodeError as error:
        if name.endswith((".yaml", ".yml")):
            yield from _flow_yaml(name, text, asked=asked, first_line=first_line)
            return
        problem = f"it is not valid JSON: {error.msg} in column {error.colno}"
        if error.pos >= len(text.rstrip()) - 1:
            problem += ", where the file ends: it was cut off"
        yield _unreadable(name, problem, first_line - 1 + error.lineno, asked=True)
        return
    except (yaml.YAMLError, ValueError) as error:
        yield _broken_yaml(name, text, error, asked=asked, first_line=first_line)
        return
    except RecursionError:
        yield _unreadable(name, "it is nested too deeply to be read", first_line, asked=True)
        return
    for number, content in enumerate(contents):
        yield from _documents(
            Document(name, DocumentKind.OTHER, content, text, (), first_line, number, asked=asked), depth
        )


@lru_cache(maxsize=2048)
def _contents(text: str, *, is_json: bool) -> list[Any]:
    """What a text holds, parsed once: a report reads most files on both sides of a change, and for words and checks."""
    return [json.loads(text)] if is_json else list(yaml.load_all(text, Loader=_Loader))


def _flow_yaml(name: str, text: str, *, asked: bool, first_line: int) -> Iterator[Document]:
    """YAML that begins as JSON does."""
    try:
        contents = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError) as error:
        yield _broken_yaml(name, text, error, asked=asked, first_line=first_line)
        return
    for number, content in enumerate(contents):
        yield from _documents(Document(name, DocumentKind.OTHER, content, text, (), first_line, number, asked=asked), 0)


def _broken_yaml(name: str, text: str, error: Exception, *, asked: bool, first_line: int) -> Document:
    mark = getattr(error, "problem_mark", None)
    line = first_line + (mark.line if mark else 0)
    what = " ".join(str(getattr(error, "problem", None) or error).split())
    if "{{" in text and _TWICE not in what:
        problem = f"it is a template and not yet YAML ({what}). Render it, with `helm template` for example"
        return _unreadable(name, problem, line, asked=asked)
    telling = any(one in f"\n{text}" for one in _TELLING)
    return _unreadable(name, f"it is not valid YAML: {what}", line, asked=asked or telling)


def _documents(whole: Document, depth: int) -> Iterator[Document]:
    content = whole.content
    if isinstance(content, dict) and depth < _DEEPEST:
        if content.get("kind") in ("ConfigMap", "Secret", "GrafanaDashboard"):
            yield from _embedded(whole, depth)
            return
        listed = str(content.get("kind", ""))
        if listed.endswith("List") and isinstance(content.get("items"), list):
            for index, item in enumerate(content["items"]):
                yield from _rooted(whole, item, ("items", index), depth, listed.removesuffix("List"))
            return
    yield from _rooted(whole, content, (), depth)


def _rooted(
    whole: Document,
    content: Any,  # noqa: ANN401 - whatever the file holds
    at: JsonPath,
    depth: int,
    listed: str = "",
) -> Iterator[Document]:
    if at and isinstance(content, dict) and content.get("kind") in ("ConfigMap", "Secret", "GrafanaDashboard"):
        yield from _embedded(_copy(whole, DocumentKind.OTHER, at), depth)
        return
    if listed and isinstance(content, dict):
        content = {"kind": listed, **content}  # Kubernetes leaves it out within a list of one kind
    found = recognize(content)
    root = (*at, *found.root)
    document = _copy(whole, found.kind, root, found.problem)
    if found.problem:
        document = _copy(whole, found.kind, root, found.problem, document.line(()))
    yield document


def _copy(whole: Document, kind: DocumentKind, root: JsonPath, problem: str = "", line: int = 1) -> Document:
    return Document(
        whole.file, kind, whole.content, whole.text, root, whole.first_line, whole.number, problem, line, whole.asked
    )


def _embedded(whole: Document, depth: int) -> Iterator[Document]:
    """What a ConfigMap, a Secret or a dashboard object carries as text."""
    found = False
    for key in ("data", "stringData", "spec"):
        values = whole.value.get(key)
        for name, value in values.items() if isinstance(values, dict) else ():
            looks = str(name).endswith((".json", ".yaml", ".yml", ".rules")) or (key == "spec" and name == "json")
            if looks and isinstance(value, str) and value.strip():
                line = whole.line((key, str(name)))
                begins = line if value.lstrip()[:1] in ("{", "[") and "\n" not in value.strip() else line + 1
                yield from read_text(whole.file, value, asked=whole.asked, first_line=begins, depth=depth + 1)
                found = True
    if not found:
        yield whole
