"""The text of an alert as Prometheus' template language reads it: closed, with functions and variables that exist.

Prometheus finds a mistake when the alert fires, and then the page says ``<error expanding template>`` or nothing where
a label should stand. What is checked here is what Go's ``text/template`` and ``template/template.go`` of the pinned
Prometheus check, and which labels and queries a text names.
"""

from __future__ import annotations

from dataclasses import dataclass

from vitals.kit.alerts.template_blocks import TemplateBlock, scope_of
from vitals.kit.alerts.template_printf import printed
from vitals.kit.alerts.template_tokens import Tokens, actions
from vitals.kit.alerts.template_values import (
    ASKS,
    FLOAT,
    FUNCTIONS,
    LABELS,
    OTHER_LABELS,
    ROOT,
    TEXT,
    TRUTH,
    UNKNOWN,
    Is,
    TemplateError,
    Value,
    called,
    either,
    gone_through,
    of_number,
    of_text,
)

__all__ = ["Template", "TemplateError", "read"]

_FIELDS = {"Labels": LABELS, "ExternalLabels": UNKNOWN, "ExternalURL": UNKNOWN, "Value": FLOAT}
_GIVEN = {"$": ROOT, "$labels": LABELS, "$value": FLOAT, "$externalLabels": UNKNOWN, "$externalURL": UNKNOWN}
_OPENS = frozenset({"if", "range", "with", "define", "block"})
_CONSTANTS = frozenset({"true", "false", "nil"})
_READS_NUMBER = ("humanize", "toTime", "toDuration")


@dataclass(frozen=True, slots=True)
class Template:
    """What a text names.

    Attributes:
        labels: Labels of the condition without which the text has a gap; those that it asks for first are not among
            them, as in ``{{ with $labels.zone }} in {{ . }}{{ end }}``.
        queries: PromQL that it asks by ``query``, with stand-ins for what only the alert knows.
        says_value: Whether the current value stands in it.
        numbers: Labels whose values it reads as numbers.
        varies: Whether the value itself is in it, and does not only decide what is.
    """

    labels: frozenset[str]
    queries: tuple[str, ...]
    says_value: bool
    numbers: frozenset[str] = frozenset()
    varies: bool = False


def read(text: str) -> Template:
    """Read the text of an annotation or a label.

    Raises:
        TemplateError: Prometheus would refuse the rule file, or expand an error into the page.
    """
    reader = _Reader()
    for tokens in actions(text):
        reader.action(tokens)
    reader.finish()
    labels, queries, numbers = frozenset(reader.labels), tuple(reader.queries), frozenset(reader.numbers)
    return Template(labels, queries, reader.uses > 0, numbers, reader.uses > reader.decides)


class _Reader:
    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.numbers: set[str] = set()
        self.queries: list[str] = []
        self.uses = self.decides = 0  # how often the value is used, and how often of these only to decide
        self._blocks: list[TemplateBlock] = []
        self._declared = dict(_GIVEN)
        self._defined: set[str] = set()
        self._called: set[str] = set()

    def finish(self) -> None:
        if missing := sorted(self._called - self._defined):
            raise TemplateError(
                f"there is no template {missing[0]}; define it in the same text, or write the text itself"
            )
        if self._blocks:
            raise TemplateError(f"{{{{ {self._blocks[-1].word} }}}} is never closed by {{{{ end }}}}")

    def action(self, tokens: Tokens) -> None:
        """Read what stands between two brackets."""
        word = tokens[0][1] if tokens and tokens[0][0] == "word" else ""
        if word == "end":
            if not self._blocks:
                raise TemplateError("{{ end }} closes nothing")
            if tokens[1:]:
                raise TemplateError(f"unexpected {tokens[1][1]!r} behind end")
            self._blocks.pop()
        elif word == "else":
            self._else(tokens[1:])
        elif word in ("break", "continue"):
            if not any(block.word == "range" for block in self._blocks):
                raise TemplateError(f"{{{{ {word} }}}} outside of a range")
        elif word in ("template", "define", "block"):
            self._named_template(word, tokens[1:])
        elif word in _OPENS:
            self._blocks.append(TemplateBlock(word))
            self._begin(word, tokens[1:])
        elif "{{" in (said := self._pipeline(tokens).constant or ""):
            raise TemplateError(
                f"it says {said!r} as it stands, which is for Helm; write {{{{ $value }}}} and the like"
            )

    def _named_template(self, word: str, tokens: Tokens) -> None:
        """Read the head of a template that has a name, or a call of one."""
        if not tokens or tokens[0][0] != "text":
            raise TemplateError(f"{word} needs the name of a template in quotes")
        (_, name), *rest = tokens
        if word == "define" and self._blocks:
            raise TemplateError("a template is defined outside of every other block")
        if word == "block" and not rest:
            raise TemplateError(f"block {name} needs a value, such as the point")
        if word != "template" and name in self._defined:
            raise TemplateError(f"the template {name} is defined twice")
        if rest:
            self._pipeline(rest)
        if word == "template":
            self._called.add(name)
            return
        self._defined.add(name)
        self._blocks.append(TemplateBlock(word, UNKNOWN))

    def _begin(self, word: str, tokens: Tokens) -> None:
        """Read what a block, or the next branch of one, begins with."""
        block = self._blocks[-1]
        outside, self.labels = self.labels, set()
        used = self.uses
        value = self._pipeline(tokens)
        self.decides += self.uses - used if word == "if" else 0
        asks = word != "range" and all(text in ASKS | _CONSTANTS for kind, text in tokens if kind == "word")
        block.asked = self.labels if asks else set()
        self.labels = outside if asks else outside | self.labels
        block.dot = None if word == "if" else value if word == "with" else gone_through(value)[1]

    def _else(self, rest: Tokens) -> None:
        block = self._blocks[-1] if self._blocks else None
        if block is None or block.has_else or block.word not in ("if", "range", "with"):
            raise TemplateError("{{ else }} belongs to no {{ if }}, {{ range }} or {{ with }}")
        block.dot, block.asked = None, set()
        if not rest:
            block.has_else = True
        elif block.word == rest[0][1] and block.word != "range":
            self._begin(block.word, rest[1:])
        else:
            raise TemplateError(f"unexpected {rest[0][1]!r} behind {{{{ else }}}} of {{{{ {block.word} }}}}")

    def _pipeline(self, tokens: Tokens) -> Value:
        """Read what is between the brackets: perhaps a declaration, then commands with ``|`` between them."""
        signs = [place for place, token in enumerate(tokens) if token[1] in (":=", "=")]
        if not signs:
            return self._commands(tokens)
        names = [text for kind, text in tokens[: signs[0]] if kind == "variable"]
        value = self._commands(tokens[signs[0] + 1 :])
        values = dict.fromkeys(names, value)
        if self._blocks and self._blocks[-1].word == "range" and self._blocks[-1].dot is None:
            if len(names) > len(found := gone_through(value)):
                raise TemplateError("range declares a key and an element, and no third")
            values = dict(zip(names, found[-len(names) :], strict=True))
        if tokens[signs[0]][1] == ":=":
            where = self._blocks[-1].declared if self._blocks else self._declared
            where.update(values)
            return value
        for name in names:  # another value from here on, but only where this is said
            scope = scope_of(name, self._blocks, self._declared)
            scope[name] = either(scope[name], values[name])
        return value

    def _commands(self, tokens: Tokens) -> Value:
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
        value: Value | None = None
        for command in commands:
            value = self._command(command, value)
        return value or UNKNOWN

    def _command(self, tokens: Tokens, piped: Value | None) -> Value:
        if not tokens:
            raise TemplateError("a value is missing between {{ and }} or beside |")
        noted = set(self.labels)
        operands = self._operands(tokens)
        kind, head, value = operands[0]
        if (kind, head) == ("word", "or") and any(one.constant for _, _, one in operands[2:]):
            self.labels = noted  # what stands in for a label that is not there leaves no gap
        if (kind, head) == ("word", "nil"):
            raise TemplateError("nil cannot be said in a text")
        given = [value for _, _, value in operands[1:]] + ([] if piped is None else [piped])
        if kind == "word" and head in FUNCTIONS:
            return self._call(head, given)
        if kind != "group" and given:
            raise TemplateError(f"{head} is not a function, so it takes no value")
        return value

    def _operands(self, tokens: Tokens) -> list[tuple[str, str, Value]]:
        """The operands of a command; what is in brackets is read as a pipeline and counts as one."""
        found: list[tuple[str, str, Value]] = []
        inner: Tokens = []
        depth = 0
        for token in tokens:
            if token == ("sign", ")"):
                depth -= 1
                if depth == 0:
                    found.append(("group", "(...)", self._pipeline(inner)))
                    inner = []
                    continue
            if depth:
                inner.append(token)
            elif token[0] == "sign" and token[1] != "(":
                raise TemplateError(f"unexpected {token[1]!r}")
            elif token[0] == "fields" and found and found[-1][0] == "group":
                found[-1] = ("group", "(...)", self._field(found[-1][2], token[1][1:].split(".")))
            elif token[0] != "sign":
                found.append((*token, self._operand(*token)))
            depth += token == ("sign", "(")
        return found

    def _call(self, name: str, given: list[Value]) -> Value:
        value = called(name, given)
        if name == "printf":
            value = printed(given)
        if name == "query" and (asked := given[0].constant or given[0].like):
            self.queries.append(asked)
        if name.startswith(_READS_NUMBER) and given[0].label:
            self.numbers.add(given[0].label)
        return self._named(value)

    def _operand(self, kind: str, text: str) -> Value:
        if kind == "word" and text not in FUNCTIONS and text not in _CONSTANTS:
            raise TemplateError(f"there is no function {text!r}")
        if kind == "variable":
            name, _, rest = text.partition(".")
            value = scope_of(name, self._blocks, self._declared)[name]
            self.uses += name == "$value"
            return self._field(value, rest.split(".") if rest else [])
        if kind == "fields":
            return self._field(self._dot(), text[1:].split("."))
        if kind == "dot":
            return self._dot()
        constant = TRUTH if text in ("true", "false") else UNKNOWN
        return of_number(text) if kind == "number" else of_text(text) if kind == "text" else constant

    def _dot(self) -> Value:
        return next((block.dot for block in reversed(self._blocks) if block.dot is not None), ROOT)

    def _field(self, of: Value, fields: list[str]) -> Value:
        """What stands behind the points after a value."""
        if not fields:
            return of
        first, *more = fields
        if of.kind is Is.ROOT:
            if first not in _FIELDS:
                raise TemplateError(
                    f"there is no .{first}; there are {', '.join(f'.{name}' for name in sorted(_FIELDS))}"
                )
            self.uses += first == "Value"
            return self._field(_FIELDS[first], more)
        if of.kind is Is.LABELS:
            return self._field(self._named(Value(Is.TEXT, label=first)), more)
        if of.kind is Is.SAMPLE and first in ("Labels", "Value"):
            return self._field(OTHER_LABELS if first == "Labels" else FLOAT, more)
        if of.kind is Is.OTHER_LABELS:
            return self._field(TEXT, more)
        if of.kind is Is.SAMPLES:
            raise TemplateError(f"the series of a query have no .{first}; take one with first, or each with range")
        if of.kind is not Is.UNKNOWN:
            what = f"the label {of.label} is a text" if of.label else f"a value of the alert is {of.kind.value}"
            raise TemplateError(f"{what} and has no .{first}")
        return UNKNOWN

    def _named(self, value: Value) -> Value:
        """Note the label that a value is of."""
        if value.label and not any(value.label in block.asked for block in self._blocks):
            self.labels.add(value.label)
        return value
