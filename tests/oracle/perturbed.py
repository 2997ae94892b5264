"""A spec taken apart into the numbers that are in it, and put together again with one of them perturbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from vitals.verify.oracle.conditions import Condition, Statement
from vitals.verify.oracle.observations import Measure

Path = tuple[str | int, ...]


def parts(node: object) -> Iterator[tuple[Path, object]]:
    """Everything that a condition is made of, with the way to it."""
    inner: list[tuple[str | int, object]] = []
    if is_dataclass(node):
        inner = [(field.name, getattr(node, field.name)) for field in fields(node)]
    elif isinstance(node, tuple):
        inner = list(enumerate(node))
    for step, value in inner:
        yield (step,), value
        for path, found in parts(value):
            yield (step, *path), found


def asks(condition: Condition | Measure, kinds: tuple[type, ...]) -> bool:
    """Whether a condition is made of a measure of one of these kinds."""
    return isinstance(condition, kinds) or any(isinstance(part, kinds) for _, part in parts(condition))


def numbers(statement: Statement) -> Iterator[tuple[str, Statement, Statement]]:
    """Each number of a statement, and the statement with that number lower and higher.

    Bounds and windows change by a tenth, waiting by half: two evaluations may lie a fourth of a minute apart.
    A number that stands in several equal measures is one number, and is changed in all of them.
    """
    found: dict[tuple[str, str | int, float], list[Path]] = {}
    for path, value in parts(statement):
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            owner = _at(statement, path[:-1])
            found.setdefault((type(owner).__name__, path[-1], value), []).append(path)
    for (owner, field, value), paths in found.items():
        by = 0.5 if field == "for_" else 0.1
        lower, higher = (_all_changed(statement, paths, type(value)(value * (1 + sign * by))) for sign in (-1, 1))
        yield f"{owner}.{field} = {value:g}", lower, higher


def _at(node: Any, path: Path) -> object:  # noqa: ANN401 - a condition, a measure or a tuple of them
    for step in path:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _all_changed(statement: Statement, paths: list[Path], value: float) -> Statement:
    for path in paths:
        statement = _changed(statement, path, value)
    return statement


def _changed(node: Any, path: Path, value: float) -> Any:  # noqa: ANN401 - a condition, a measure or a tuple of them
    if not path:
        return value
    step, *rest = path
    if isinstance(node, tuple):
        assert isinstance(step, int)
        return (*node[:step], _changed(node[step], tuple(rest), value), *node[step + 1 :])
    assert isinstance(step, str)
    return replace(node, **{step: _changed(getattr(node, step), tuple(rest), value)})
