"""YAML as Prometheus reads it, each value with the line on which it stands.

A text is what is written, whatever YAML would make of it: ``expr: 1`` and ``tier: true`` are texts, as Go reads them
into its fields. A key that is given twice is an error, and so is whatever would be left unread.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml
from yaml.reader import ReaderError

from vitals.errors import VitalsError
from vitals.yaml_aliases import refuse_folded

NOTHING = "Nothing was rendered; correct the file and render again."
UNFILLED = "it has '{{' in it, as no expression does: it is a template, of Helm for example. Render that first."
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_NEWER = re.compile(rb"^%YAML[ \t]+(?!1\.1\b)\S+", re.MULTILINE)
"""Go's YAML knows 1.1 only and refuses a file that asks for another version, which ours would read."""
_ESCAPE = re.compile(r"\\(.)")
_TWO_HALVES = re.compile(r"\\(?:u(?P<high>d[89ab]..)\\u(?P<low>d[c-f]..)|.)", re.IGNORECASE)
"""An escape of JSON; ``\\ud83d\\udd25`` is one character, whose halves YAML refuses."""
_BARE = re.compile(r":\s+([{%@`])")
_COLONS = re.compile(r"\w:\s+[^'\"\s].*:\s")
_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"


class Located:
    """A value of a file, with its place."""

    def __init__(self, file: str, node: yaml.Node, source: Sequence[str]) -> None:
        """Wrap a node; without the lines of its file where it was computed and stands on none."""
        self._node = node
        self._source = source
        self.file = file

    @property
    def where(self) -> str:
        """File and line, as editors jump to them."""
        return f"{self.file}:{self._node.start_mark.line + 1}" if self._source else self.file

    def refuse(self, what: str, *, within: str = "") -> VitalsError:
        """The error of a value that does not fit."""
        return VitalsError(f"{self.where}{within and f', {within}'}: {what} {NOTHING}")

    @property
    def is_nothing(self) -> bool:
        """Whether the value is left empty, which Prometheus takes for not given."""
        return isinstance(self._node, yaml.ScalarNode) and self._node.tag == _NULL

    @property
    def is_quoted(self) -> bool:
        """Whether the value is a text by the way in which it is written, where Prometheus takes no number."""
        return isinstance(self._node, yaml.ScalarNode) and bool(self._node.style)

    @property
    def is_unfilled(self) -> bool:
        """Whether ``{{ .Values.x }}`` stands there without quotes, which YAML takes for a map with a map as its key."""
        entries = self._node.value if isinstance(self._node, yaml.MappingNode) else []
        return bool(entries) and isinstance(entries[0][0], yaml.MappingNode)

    @property
    def as_it_stands(self) -> str:
        """A text whose lines YAML joins (``>``, quotes) with its lines as they stand in the file; empty for others."""
        if not isinstance(self._node, yaml.ScalarNode) or not self._source:
            return ""
        start, end = self._node.start_mark, self._node.end_mark
        if self._node.style == ">":
            return "\n".join(self._source[start.line + 1 : end.line])
        if self._node.style not in ("'", '"') or start.line == end.line:
            return ""
        first, *between, last = self._source[start.line : end.line + 1]
        text = "\n".join([first[start.column + 1 :], *between, last[: end.column - 1]])
        return text.replace("''", "'") if self._node.style == "'" else _ESCAPE.sub(_unescaped, text)

    @property
    def is_scalar(self) -> bool:
        """Whether the value is one text, number or truth value."""
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_block(self) -> bool:
        """Whether the value is a text of several lines, as a ConfigMap holds files."""
        return isinstance(self._node, yaml.ScalarNode) and "\n" in str(self._node.value)

    def mapping(self) -> dict[str, Located]:
        """The values of a map by key, for who looks what a file holds; nothing for anything else."""
        return self.fields("a map") if isinstance(self._node, yaml.MappingNode) else {}

    def elements(self) -> list[Located]:
        """The values of a list, likewise."""
        return self.items("a list") if isinstance(self._node, yaml.SequenceNode) else []

    def text(self, what: str, *, within: str) -> str:
        """The value as a text.

        Raises:
            VitalsError: It is a list or a map.
        """
        if isinstance(self._node, yaml.ScalarNode):
            return "" if self.is_nothing else str(self._node.value)
        kind = "a list" if isinstance(self._node, yaml.SequenceNode) else "a map"
        raise self.refuse(
            f"{what} is {kind} and must be a text; put it in quotes if it begins with '{{' or '['.", within=within
        )

    def items(self, what: str, *, within: str = "") -> list[Located]:
        """The values of a list, none where it is left empty.

        Raises:
            VitalsError: It is not a list.
        """
        if self.is_nothing:
            return []
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.refuse(f"{what} is not a list; write one, each entry after '- '.", within=within)
        return [Located(self.file, node, self._source) for node in self._node.value]

    def fields(self, what: str, *, within: str = "", known: Iterable[str] = ()) -> dict[str, Located]:
        """The values of a map by key, none where it is left empty.

        Args:
            what: What the map is, for messages.
            within: Group and rule, for messages.
            known: The keys that it may have; any where none is named.

        Raises:
            VitalsError: It is not a map, a key is given twice, or one is not known.
        """
        if self.is_nothing:
            return {}
        if not isinstance(self._node, yaml.MappingNode):
            raise self.refuse(f"{what} is not a map; write 'key: value'.", within=within)
        found = self._entries(self._node, within)
        allowed = list(known)
        for key, value in found.items() if allowed else ():
            if key not in allowed:
                close = difflib.get_close_matches(key, allowed, n=1)
                hint = f" Did you mean {close[0]}?" if close else ""
                raise value.refuse(
                    f"{what} has no field {key!r}, and Prometheus would refuse the whole file.{hint} Fields are "
                    f"{', '.join(allowed)}.",
                    within=within,
                )
        return found

    def _entries(self, node: yaml.MappingNode, within: str) -> dict[str, Located]:
        own: dict[str, Located] = {}
        lines: dict[str, int] = {}
        merged: dict[str, Located] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in lines:
                raise Located(self.file, key, self._source).refuse(
                    f"the key {key.value!r} is given twice, first on line {lines[key.value]}, so one of the two "
                    "would be dropped. Take one out.",
                    within=within,
                )
            if isinstance(key, yaml.ScalarNode):
                lines[key.value] = key.start_mark.line + 1
            if key.tag == _MERGE:
                for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if not isinstance(source, yaml.MappingNode):
                        raise self.refuse("'<<' merges what is not a map.", within=within)
                    merged = {**self._entries(source, within), **merged}
                continue
            if not isinstance(key, yaml.ScalarNode):
                raise Located(self.file, key, self._source).refuse(
                    "a map stands where a key should; put a text that begins with '{' in quotes.", within=within
                )
            entry = Located(self.file, value, self._source)
            own[key.value] = entry
        return {**merged, **own}


def _unescaped(found: re.Match[str]) -> str:
    """What an escape between double quotes means, of those that stand in expressions."""
    return {"n": "\n", "t": "\t"}.get(found[1], found[1])


def _one_character(found: re.Match[str]) -> str:
    if found["high"] is None:
        return found[0]
    return f"\\U{0x10000 + ((int(found['high'], 16) - 0xD800) << 10) + int(found['low'], 16) - 0xDC00:08x}"


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML counts them."""
    return _LINE_END.split(text)


def read(file: str, path: Path) -> Located | None:
    """Read a YAML file; None where it is empty.

    Raises:
        VitalsError: It is not valid YAML or holds more than one document.
    """
    content = path.read_bytes()
    return _one(file, content, lines_of(content.decode("utf-8", "replace")))


def computed(file: str, text: str) -> Located | None:
    """Read what a program wrote as JSON, which is YAML too, but for characters that JSON writes as two."""
    return _one(file, _TWO_HALVES.sub(_one_character, text).encode(), ())


def _one(file: str, content: bytes, source: Sequence[str]) -> Located | None:
    if newer := _NEWER.search(content):
        line = content.count(b"\n", 0, newer.start()) + 1
        raise VitalsError(
            f"{file}:{line} asks for another YAML than 1.1, and Prometheus refuses such a file. Take the line out. "
            f"{NOTHING}"
        )
    try:
        documents = list(_documents(content))
    except RecursionError:
        raise VitalsError(f"{file} is nested too deeply to be read. Correct it. {NOTHING}") from None
    except yaml.YAMLError as error:
        at = _line_of(error, content)
        there = source[at - 1] if at is not None and at <= len(source) else ""
        where = f"{file}:{at}" if at is not None else file
        raise VitalsError(f"{where} is not valid YAML: {_problem(error)}.{_quotes(error, there)} {NOTHING}") from None
    if len(documents) > 1:
        second = Located(file, documents[1], source)
        raise second.refuse(
            "a second document begins here, and Prometheus reads only the first. Put its groups into the first, or "
            "into another file; objects of Kubernetes move elsewhere, and `vitals import rules FILE` writes what is in "
            "them."
        )
    return Located(file, documents[0], source) if documents else None


def _line_of(error: yaml.YAMLError, content: bytes) -> int | None:
    """The line of a mistake; of a byte that is not a character only its place is known."""
    if isinstance(error, ReaderError) and isinstance(error.position, int):
        return content.count(b"\n", 0, error.position) + 1
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else None


def _problem(error: yaml.YAMLError) -> str:
    context = getattr(error, "context", None) or ""
    if "duplicate anchor" in context:
        return f"{context.partition(';')[0]}; give the second one another name"
    return getattr(error, "problem", None) or " ".join(str(error).split())


def _quotes(error: yaml.YAMLError, line: str) -> str:
    """What to do about a text without quotes, where its line looks as if that were the mistake."""
    if found := _BARE.search(line):
        return f" A text that begins with {found[1]!r} must stand in quotes."
    of_colons = "mapping values" in _problem(error) and _COLONS.search(line)
    return " A text with ': ' in it must stand in quotes." if of_colons else ""


def _documents(content: bytes) -> Iterator[yaml.Node]:
    """The documents that hold something; ``---`` alone begins none."""
    for node in yaml.compose_all(content, Loader=yaml.CSafeLoader):
        if not (isinstance(node, yaml.ScalarNode) and node.tag == _NULL):
            refuse_folded(node)
            yield node
