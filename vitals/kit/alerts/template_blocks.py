"""The blocks of a template that are open at a place, and the variables that can be seen there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vitals.kit.alerts.template_values import UNKNOWN, TemplateError, Value


@dataclass(slots=True)
class TemplateBlock:
    """An open ``if``, ``range``, ``with``, ``define`` or ``block``.

    Attributes:
        word: Which.
        dot: What ``.`` is within; None for what it is outside.
        declared: The variables declared there.
        has_else: Whether its ``else`` has been read.
        asked: The labels that are there where its text is said.
    """

    word: str
    dot: Value | None = None
    declared: dict[str, Value] = field(default_factory=dict)
    has_else: bool = False
    asked: set[str] = field(default_factory=set)


def scope_of(name: str, blocks: Sequence[TemplateBlock], declared: dict[str, Value]) -> dict[str, Value]:
    """The variables among which one is declared; a template with a name sees none of those around it.

    Args:
        name: The variable.
        blocks: The open blocks, the outermost first.
        declared: The variables outside of every block.

    Raises:
        TemplateError: There is no such variable.
    """
    for block in reversed(blocks):
        if name in block.declared:
            return block.declared
        if block.word in ("define", "block"):
            if name == "$":
                return {name: UNKNOWN}
            raise TemplateError(f"a template with a name of its own has no variable {name}; hand it over")
    if name not in declared:
        raise TemplateError(f"there is no variable {name}; there are $labels, $value and $externalLabels")
    return declared
