"""The text of an alert as Prometheus' template language reads it: closed, with functions and variables that exist.

Prometheus finds a mistake when the alert fires, and then the page says ``<error expanding template>`` or nothing where
a label should stand. What is checked here is what Go's ``text/template`` and ``template/template.go`` of the pinned
Prometheus check, and which labels and queries a text names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vitals.errors import VitalsError

_ACTION = re.compile(r"\{\{-?\s*/\*.*?\*/\s*-?\}\}|\{\{(?:-(?=\s))?", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<end>\s+-\}\}|\s*\}\})|(?P<space>\s+)|(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+')"""
    r"""|(?P<variable>\$\w*)(?P<of>(?:\.\w+)*)|(?P<fields>(?:\.[A-Za-z_]\w*)+)|(?P<dot>\.(?![\w]))"""
    r"""|(?P<number>[+-]?(?:\d[\w.]*|\.\d+))|(?P<word>[A-Za-z_]\w*)|(?P<sign>:=|[()|,=])"""
)
_ANY = 99
FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("now", "pathPrefix", "externalURL"), (0, 0)),
    **dict.fromkeys(
        (
            *(
                "query",
                "first",
                "value",
                "strvalue",
                "safeHtml",
                "title",
                "toUpper",
                "toLower",
                "graphLink",
                "tableLink",
            ),
            *("stripPort", "stripDomain", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage"),
            *("humanizeTimestamp", "toTime", "toDuration", "parseDuration", "urlQueryEscape", "len", "not"),
        ),
        (1, 1),
    ),
    **dict.fromkeys(("label", "match", "sortByLabel", "ge", "gt", "le", "lt", "ne"), (2, 2)),
    "reReplaceAll": (3, 3),
    "eq": (2, _ANY),
    **dict.fromkeys(("and", "or", "call", "index", "slice", "printf"), (1, _ANY)),
    **dict.fromkeys(("args", "print", "println", "html", "js", "urlquery"), (0, _ANY)),
}
"""Every function of an alert's text, with the fewest and the most arguments, a piped one included."""
_FIELDS = frozenset({"Labels", "ExternalLabels", "ExternalURL", "Value"})
_GIVEN = frozenset({"$", "$labels", "$value", "$externalLabels", "$externalURL"})
_OPENS = frozenset({"if", "range", "with", "define", "block"})
_CONSTANTS = frozenset({"true", "false", "nil"})


class TemplateError(VitalsError):
    """A text that Prometheus cannot expand."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a text names.

    Attributes:
        labels: Labels of the condition.
        queries: PromQL that it asks by ``query``.
        says_value: Whether the current value stands in it.
    """

    labels: frozenset[str]
    queries: tuple[str, ...]
    says_value: bool


@dataclass(slots=True)
class _Block:
    """An open ``if``, ``range`` or ``with``: whether ``.`` is something else within, and what was declared there."""

    word: str
    moves_dot: bool = False
    declared: set[str] = field(default_factory=set)
    has_else: bool = False


Tokens = list[tuple[str, str]]
"""Pieces of an action: what each is, and its text."""


def read(text: str) -> Template:
    """Read the text of an annotation or a label.

    Raises:
        TemplateError: Prometheus would refuse the rule file, or expand an error into the page.
    """
    reader = _Reader()
    at = 0
    while found := _ACTION.search(text, at):
        at = found.end()
        if not found[0].endswith("}}"):
            at = reader.action(text, at)
    reader.finish()
    return Template(frozenset(reader.labels), tuple(reader.queries), reader.says_value)


class _Reader:
    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.queries: list[str] = []
        self.says_value = False
        self._blocks: list[_Block] = []
        self._declared: set[str] = set()
        self._defined: set[str] = set()
        self._called: set[str] = set()

    def finish(self) -> None:
        if missing := sorted(self._called - self._defined):
            raise TemplateError(
                f"there is no template {missing[0]}; define it in the same text, or write the text itself"
            )
        if self._blocks:
            raise TemplateError(f"{{{{ {self._blocks[-1].word} }}}} is never closed by {{{{ end }}}}")

    def action(self, text: str, start: int) -> int:
        """Read one action; returns the place behind it."""
        tokens: Tokens = []
        at = start
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise TemplateError(f"unexpected {text[at]!r} in {{{{{text[start : at + 1]}")
            at = found.end()
            kind = str(found.lastgroup if found["variable"] is None else "variable")
            if kind == "end":
                self._read(tokens)
                return at
            if kind != "space":
                tokens.append((kind, found[0]))
        raise TemplateError(f"{{{{{text[start:]} is never closed by }}}}")

    def _read(self, tokens: Tokens) -> None:
        word = tokens[0][1] if tokens and tokens[0][0] == "word" else ""
        if word == "end":
            if not self._blocks:
                raise TemplateError("{{ end }} closes nothing")
            self._blocks.pop()
        elif word == "else":
            self._else(tokens[1:])
        elif word in ("break", "continue"):
            if not any(block.word == "range" for block in self._blocks):
                raise TemplateError(f"{{{{ {word} }}}} outside of a range")
        elif word == "template":
            self._called |= {text for kind, text in tokens[1:2] if kind == "text"}
            self._pipeline(tokens[2:] or tokens[1:])
        elif word in _OPENS:
            self._blocks.append(_Block(word))
            self._defined |= {text for kind, text in tokens[1:2] if word in ("define", "block") and kind == "text"}
            if word not in ("define", "block"):
                self._pipeline(tokens[1:])
            self._blocks[-1].moves_dot = word != "if"
        else:
            self._pipeline(tokens)

    def _else(self, rest: Tokens) -> None:
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.has_else or block.word not in ("if", "range", "with"):
            raise TemplateError("{{ else }} belongs to no {{ if }}, {{ range }} or {{ with }}")
        if rest and rest[0][1] in ("if", "with"):
            self._pipeline(rest[1:])
            return
        block.has_else, block.moves_dot = True, False

    def _pipeline(self, tokens: Tokens) -> None:
        """Read what is between the brackets: perhaps a declaration, then commands with ``|`` between them."""
        signs = [place for place, token in enumerate(tokens) if token[1] in (":=", "=")]
        if signs:
            names = [text for kind, text in tokens[: signs[0]] if kind == "variable"]
            self._commands(tokens[signs[0] + 1 :])
            if tokens[signs[0]][1] == ":=":
                (self._blocks[-1].declared if self._blocks else self._declared).update(names)
            return
        self._commands(tokens)

    def _commands(self, tokens: Tokens) -> None:
        commands: list[Tokens] = [[]]
        depth = 0
        for token in tokens:
            depth += {"(": 1, ")": -1}.get(token[1], 0) if token[0] == "sign" else 0
            if token == ("sign", "|") and depth == 0:
                commands.append([])
            else:
                commands[-1].append(token)
        if depth:
            raise TemplateError("a bracket is not closed")
        if len(commands) > 1 and not commands[-1]:
            commands.pop()  # Go takes a | with nothing behind it
        for place, command in enumerate(commands):
            self._command(command, piped=place > 0)

    def _command(self, tokens: Tokens, *, piped: bool) -> None:
        if not tokens:
            raise TemplateError("a value is missing between {{ and }} or beside |")
        operands = list(self._operands(tokens))
        (kind, head), count = operands[0], len(operands) - 1
        for operand in operands:
            self._operand(*operand)
        if kind == "word" and head in FUNCTIONS:
            self._call(head, count + piped, operands)
        elif kind != "group" and (piped or count):
            raise TemplateError(f"{head} is not a function, so it takes no value")

    def _operands(self, tokens: Tokens) -> Tokens:
        """The operands of a command; what is in brackets is read as a pipeline and counts as one."""
        found: Tokens = []
        inner: Tokens = []
        depth = 0
        for token in tokens:
            if token == ("sign", ")"):
                depth -= 1
                if depth == 0:
                    self._pipeline(inner)
                    found.append(("group", "(...)"))
                    inner = []
                    continue
            if depth:
                inner.append(token)
            elif token[0] == "sign" and token[1] != "(":
                raise TemplateError(f"unexpected {token[1]!r}")
            elif token[0] != "sign" and not (token[0] == "fields" and found and found[-1][0] == "group"):
                found.append(token)
            depth += token == ("sign", "(")
        return found

    def _call(self, name: str, count: int, operands: Tokens) -> None:
        fewest, most = FUNCTIONS[name]
        if not fewest <= count <= most:
            wanted = f"at least {fewest}" if most == _ANY else str(fewest)
            raise TemplateError(f"{name} takes {wanted} values and gets {count}")
        texts = [text for kind, text in operands if kind == "text"]
        if name == "query" and texts and texts[0][0] in '"`':
            self.queries.append(re.sub(r"\\(.)", r"\1", texts[0][1:-1]) if texts[0][0] == '"' else texts[0][1:-1])
        if name == "index" and operands[1] in (("variable", "$labels"), ("fields", ".Labels")) and texts:
            self.labels.add(texts[0][1:-1])

    def _operand(self, kind: str, text: str) -> None:
        if kind == "word" and text not in FUNCTIONS and text not in _CONSTANTS:
            raise TemplateError(f"there is no function {text!r}")
        if kind == "variable":
            name, _, rest = text.partition(".")
            if name not in _GIVEN | self._declared and not any(name in block.declared for block in self._blocks):
                raise TemplateError(f"there is no variable {name}; there are $labels, $value and $externalLabels")
            self.says_value |= name == "$value"
            if name == "$":
                self._root(rest.split(".") if rest else [])
            elif name == "$labels" and rest:
                self._label(rest.split("."))
        elif kind == "fields" and not any(block.moves_dot for block in self._blocks):
            self._root(text[1:].split("."))

    def _root(self, fields: list[str]) -> None:
        if fields and fields[0] not in _FIELDS:
            raise TemplateError(
                f"there is no .{fields[0]}; there are {', '.join(f'.{name}' for name in sorted(_FIELDS))}"
            )
        self.says_value |= fields[:1] == ["Value"]
        if fields[:1] == ["Labels"] and len(fields) > 1:
            self._label(fields[1:])

    def _label(self, fields: list[str]) -> None:
        if len(fields) > 1:
            raise TemplateError(f"the label {fields[0]} is a text and has no .{fields[1]}")
        self.labels.add(fields[0])
