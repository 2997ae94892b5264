"""No test passes because there was nothing to look at: asserts in a loop that may be empty are not its only ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from vitals.paths import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))
_SAME_LENGTH = {"enumerate", "reversed", "sorted", "zip", "map", "list", "tuple"}
"""Calls that give as many values as the last of their arguments has; ``zip`` is strict everywhere here."""
_OF_A_MAPPING = {"items", "keys", "values"}


def idle(source: str) -> list[str]:
    """The tests of a file that could end without having asserted anything.

    Returns:
        ``line name`` for each test whose every assert is in a ``for`` over what is not seen to hold a value.
    """
    tree = ast.parse(source)
    known = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    return [
        f"{node.lineno} {node.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        if (checks := list(_checks(node, known, sure=True))) and not any(checks)
    ]


def _checks(node: ast.AST, known: dict[str, ast.expr], *, sure: bool) -> Iterator[bool]:
    """For each assert and each ``pytest.raises`` below a node, whether no empty loop can keep it from running."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assert) or (isinstance(child, ast.With) and "pytest." in ast.unparse(child.items[0])):
            yield sure
        if isinstance(child, ast.For | ast.AsyncFor):
            yield from _checks(child, known, sure=sure and _holds(child.iter, known))
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _checks(child, known, sure=sure)


def _holds(values: ast.expr, known: dict[str, ast.expr]) -> bool:
    """Whether a value is seen to be in it: it is written out, or made of what is."""
    found = False
    match values:
        case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
            found = any(not isinstance(one, ast.Starred) or _holds(one.value, known) for one in elts)
        case ast.Dict(keys=keys):
            found = bool(keys)
        case ast.Constant(value=str() as text):
            found = bool(text)
        case ast.Name(id=name):
            found = name in known and _holds(known[name], {})
        case ast.IfExp(body=one, orelse=other):
            found = _holds(one, known) and _holds(other, known)
        case ast.Call(func=ast.Name(id="range")):
            found = True
        case ast.Call(func=ast.Name(id=name), args=[*_, inner]) if name in _SAME_LENGTH:
            found = _holds(inner, known)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _OF_A_MAPPING:
            found = _holds(inner, known)
    return found


def test_no_test_can_end_without_an_assert() -> None:
    """Assert the sequence before the loop, such as ``assert plans``: an empty one then fails instead of passing."""
    found = {file.relative_to(ROOT).as_posix(): idle(file.read_text(encoding="utf-8")) for file in FILES}

    assert len(found) > 100
    assert {file: tests for file, tests in found.items() if tests} == {}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("for one in seen:\n        assert one", True),
        ("for one in [*seen]:\n        assert one", True),
        ("for one in seen.values():\n        for other in (1, 2):\n            assert other", True),
        ("assert seen\n    for one in seen:\n        assert one", False),
        ("for one in (1, *seen):\n        assert one", False),
        ("for name, one in zip('ab', (1, 2), strict=True):\n        assert one", False),
        ("for one in KNOWN:\n        assert one", False),
        ("for one in KNOWN if seen else seen:\n        assert one", True),
        ("for one in range(3):\n        with pytest.raises(ValueError, match='x'):\n            one()", False),
        ("pass", False),
    ],
)
def test_a_loop_that_may_be_empty_is_found(body: str, *, found: bool) -> None:
    """The search itself works: an assert that an empty sequence would keep from running, and no other."""
    source = f"KNOWN = (1, 2)\n\n\ndef test_it(seen):\n    {body}\n"

    assert idle(source) == (["4 test_it"] if found else [])
