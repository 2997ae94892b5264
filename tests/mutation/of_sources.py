"""How a generator is mutated: each operator looks at one node of a Python file and says what could stand in its place.

The generators are the modules that make rules: ``alert_rules`` and ``vitals.model.signals``. Mutated is what decides
a rule: numbers, durations, bounds, comparisons, conditions, severities, labels, functions. Names, texts for
people and annotations are left alone.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.of_expressions import AGGREGATIONS, FUNCTIONS, LESS, MORE
from vitals.model import conventions

_DURATION = re.compile(r"([1-9]\d*)([smhdw])")
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(%|ms|)")
_LOOSER: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_SEVERITIES = {"CRITICAL": "WARNING", "WARNING": "CRITICAL", "INFO": "WARNING", "NONE": "WARNING"}
_BUILDERS = {f"{name}_by": f"{other}_by" for name, other in AGGREGATIONS.items() if name != "topk"}
_BUILDERS |= {"rate_of": "increase_of", "increase_of": "rate_of"}
_TAKE_A_NAME = ("call", "over_time", "over_time_of")
"""Builders whose first argument is the name of a function of PromQL."""
_NAMED = AGGREGATIONS | FUNCTIONS


def constant_up(node: ast.AST) -> Iterator[ast.AST]:
    """A number is a fifth larger, an integer at least by one."""
    yield from _other_number(node, MORE, 1)


def constant_down(node: ast.AST) -> Iterator[ast.AST]:
    """A number is a fifth smaller, an integer at least by one."""
    yield from _other_number(node, LESS, -1)


def _other_number(node: ast.AST, factor: float, least: int) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
        return
    if isinstance(node.value, int):
        scaled = round(node.value * factor)
        yield ast.Constant(scaled if scaled != node.value else node.value + least)
    elif isinstance(node.value, float) and node.value * factor != node.value:
        yield ast.Constant(node.value * factor)


def quantity_up(node: ast.AST) -> Iterator[ast.AST]:
    """A bound in words, such as 85% or 500ms, is a fifth larger; zero becomes one."""
    yield from _other_quantity(node, MORE, 1)


def quantity_down(node: ast.AST) -> Iterator[ast.AST]:
    """A bound in words is a fifth smaller."""
    yield from _other_quantity(node, LESS, 0)


def _other_quantity(node: ast.AST, factor: float, instead_of_zero: float) -> Iterator[ast.AST]:
    found = _in_words(node, _QUANTITY)
    if found:
        number = float(found[1]) * factor or instead_of_zero
        if number != float(found[1]):
            yield ast.Constant(f"{number:.12g}{found[2]}")


def duration_doubled(node: ast.AST) -> Iterator[ast.AST]:
    """A duration in words, such as 5m, is twice as long."""
    found = _in_words(node, _DURATION)
    if found:
        yield ast.Constant(f"{2 * int(found[1])}{found[2]}")


def duration_halved(node: ast.AST) -> Iterator[ast.AST]:
    """A duration in words is half as long."""
    smaller = {"w": (7, "d"), "d": (24, "h"), "h": (60, "m"), "m": (60, "s"), "s": (1000, "ms")}
    found = _in_words(node, _DURATION)
    if found:
        number, unit = int(found[1]), found[2]
        if number % 2:
            times, unit = smaller[unit]
            number *= times
        yield ast.Constant(f"{number // 2}{unit}")


def _in_words(node: ast.AST, form: re.Pattern[str]) -> re.Match[str] | None:
    return form.fullmatch(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def compare_loosened(node: ast.AST) -> Iterator[ast.AST]:
    """The bound itself changes sides: > becomes >=, and the reverse."""
    yield from _other_comparison(node, _LOOSER)


def compare_flipped(node: ast.AST) -> Iterator[ast.AST]:
    """A comparison looks the other way: > becomes <, == becomes !=, in becomes not in."""
    yield from _other_comparison(node, _FLIPPED)


def _other_comparison(node: ast.AST, instead: dict[type[ast.cmpop], type[ast.cmpop]]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in instead:
                changed = copy.deepcopy(node)
                changed.ops[place] = instead[type(operator)]()
                yield changed


def operation_swapped(node: ast.AST) -> Iterator[ast.AST]:
    """Plus becomes minus, times becomes divided by, and (&) becomes or (|), and the reverse."""
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)


def condition_negated(node: ast.AST) -> Iterator[ast.AST]:
    """What is done in a case is done in all others."""
    if isinstance(node, ast.If | ast.IfExp):
        changed = copy.copy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed
    if isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(
            node.target, node.iter, [ast.UnaryOp(ast.Not(), node.ifs[0]), *node.ifs[1:]], node.is_async
        )


def logic_swapped(node: ast.AST) -> Iterator[ast.AST]:
    """And becomes or, or becomes and."""
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def urgency_changed(node: ast.AST) -> Iterator[ast.AST]:
    """An alert is declared with another severity."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Severity":
        yield ast.Attribute(node.value, _SEVERITIES[node.attr], node.ctx)


def label_dropped(node: ast.AST) -> Iterator[ast.AST]:
    """A list of labels has one less."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and any(map(_is_label, node.elts)):
        for place, element in enumerate(node.elts):
            if _is_label(element):
                yield ast.Tuple([*node.elts[:place], *node.elts[place + 1 :]], node.ctx)


def _is_label(node: ast.expr) -> bool:
    """A label's name, spelled here or in :mod:`vitals.model.conventions`."""
    name = getattr(conventions, node.id, None) if isinstance(node, ast.Name) else getattr(node, "value", None)
    return isinstance(name, str) and re.fullmatch(r"[a-z_]+", name) is not None


def builder_swapped(node: ast.AST) -> Iterator[ast.AST]:
    """A function of PromQL becomes its sister: sum_by becomes max_by, rate becomes increase."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in _BUILDERS:
        yield ast.Call(ast.Attribute(node.func.value, _BUILDERS[node.func.attr], ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Name):
        if node.func.id in _BUILDERS:
            yield ast.Call(ast.Name(_BUILDERS[node.func.id], ast.Load()), node.args, node.keywords)
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and first.value in _NAMED and node.func.id in _TAKE_A_NAME:
            yield ast.Call(node.func, [ast.Constant(_NAMED[first.value]), *node.args[1:]], node.keywords)


OPERATORS: tuple[Callable[[ast.AST], Iterator[ast.AST]], ...] = (
    constant_up,
    constant_down,
    quantity_up,
    quantity_down,
    duration_doubled,
    duration_halved,
    compare_loosened,
    compare_flipped,
    operation_swapped,
    condition_negated,
    logic_swapped,
    urgency_changed,
    label_dropped,
    builder_swapped,
)
"""Every operator on generators, in the order in which they are listed."""


@dataclass(frozen=True)
class MutatedSource:
    """A generator with one mutation.

    Attributes:
        operator: The name of the operator that made it.
        file: The module's file.
        line: The line of the mutation.
        text: The whole module, as it would be written without comments.
        before: What stood at the place.
        after: What stands there now.
    """

    operator: str
    file: Path
    line: int
    text: str
    before: str
    after: str


def mutated(file: Path) -> Iterator[MutatedSource]:
    """Every mutant that the operators make of a module, in a fixed order."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped = _not_mutated(tree)
    known = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            many = value if isinstance(value, list) else [value]
            for place, node in enumerate(many):
                if not isinstance(node, ast.AST) or id(node) in skipped:
                    continue
                for operator in OPERATORS:
                    for other in operator(node):
                        if isinstance(other, ast.Call) and _unknown_builder(other, known):
                            continue
                        _put(parent, field, place, other)
                        text = ast.unparse(ast.fix_missing_locations(tree))
                        _put(parent, field, place, node)
                        line = getattr(node, "lineno", 0) or getattr(getattr(node, "target", None), "lineno", 0)
                        yield MutatedSource(operator.__name__, file, line, text, _shown(node), _shown(other))


def _unknown_builder(call: ast.Call, known: set[str]) -> bool:
    """Whether a call names a builder that its module has not imported, which no linter would let pass."""
    return isinstance(call.func, ast.Name) and call.func.id in _BUILDERS.values() and call.func.id not in known


def _put(parent: ast.AST, field: str, place: int, node: ast.AST) -> None:
    value = getattr(parent, field)
    if isinstance(value, list):
        value[place] = node
    else:
        setattr(parent, field, node)


def _shown(node: ast.AST) -> str:
    """A node as text; of a statement its first line, which has the condition."""
    return ast.unparse(node).strip().splitlines()[0]


def _not_mutated(tree: ast.Module) -> set[int]:
    """Nodes of annotations, docstrings, names for slots and generic parameters: none decides a rule."""
    found: set[int] = set()
    for node in ast.walk(tree):
        notes = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            notes.append(node)
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == ["__all__"]:
            notes.append(node.value)
        found |= {id(inner) for note in notes if isinstance(note, ast.AST) for inner in ast.walk(note)}
    return found
