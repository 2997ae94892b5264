"""How an expression is mutated: each operator looks at one node and says what could stand in its place.

An operator makes a mistake that people make in rules and that parses: a bound a fifth off, a window of twice the
length, a label left out. A fifth is large enough to be seen by people who look at a panel and small enough that a
case which covers only extremes does not kill it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import promql_parser as ast

from tests.mutation.one_value import one_value

MORE, LESS = 1.2, 0.8
_LOOSER = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "!=", "!=": "=="}
_ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
_SETS = {"and": "or", "or": "and", "unless": "and"}
AGGREGATIONS = {"sum": "max", "max": "min", "min": "max", "avg": "max", "count": "sum", "topk": "bottomk"}
FUNCTIONS = {
    "rate": "increase",
    "increase": "rate",
    "irate": "rate",
    "deriv": "delta",
    "sum_over_time": "avg_over_time",
    "avg_over_time": "max_over_time",
    "max_over_time": "min_over_time",
    "min_over_time": "max_over_time",
    "count_over_time": "sum_over_time",
    "clamp_min": "clamp_max",
}
"""What is easily confused. A function that is not here has no sister of the same signature."""


def number_up(node: ast.Expr) -> Iterator[str]:
    """A number is a fifth larger; zero becomes one."""
    yield from _other_number(node, MORE, 1)


def number_down(node: ast.Expr) -> Iterator[str]:
    """A number is a fifth smaller; zero becomes minus one."""
    yield from _other_number(node, LESS, -1)


def _other_number(node: ast.Expr, factor: float, instead_of_zero: float) -> Iterator[str]:
    if isinstance(node, ast.NumberLiteral):
        yield format(node.val * factor if node.val else instead_of_zero, ".12g")
    elif isinstance(node, ast.AggregateExpr) and isinstance(node.param, ast.NumberLiteral):
        yield _aggregate(node, parameter=format(node.param.val * factor, ".12g"))


def comparison_loosened(node: ast.Expr) -> Iterator[str]:
    """The bound itself changes sides: > becomes >=, and the reverse."""
    yield from _other_operator(node, _LOOSER)


def comparison_flipped(node: ast.Expr) -> Iterator[str]:
    """A comparison looks the other way: > becomes <, == becomes !=."""
    yield from _other_operator(node, _FLIPPED)


def arithmetic_swapped(node: ast.Expr) -> Iterator[str]:
    """Plus becomes minus, times becomes divided by, and the reverse."""
    yield from _other_operator(node, _ARITHMETIC)


def set_operator_swapped(node: ast.Expr) -> Iterator[str]:
    """And becomes or, or becomes and, unless becomes and."""
    yield from _other_operator(node, _SETS)


def _other_operator(node: ast.Expr, instead: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.BinaryExpr) and str(node.op) in instead:
        yield _binary(node, instead[str(node.op)])


def operand_dropped(node: ast.Expr) -> Iterator[str]:
    """One side of and, or, unless is forgotten: a guard, a case, an exception."""
    if isinstance(node, ast.BinaryExpr) and str(node.op) in _SETS:
        yield node.lhs.prettify()
        if str(node.op) == "or":
            yield node.rhs.prettify()


def matching_label_dropped(node: ast.Expr) -> Iterator[str]:
    """Two sides are matched on one label less."""
    matching = node.modifier.matching if isinstance(node, ast.BinaryExpr) and node.modifier else None
    if isinstance(node, ast.BinaryExpr) and matching is not None:
        for dropped in matching.labels:
            value = one_value(node.lhs, dropped)
            if value is not None and value == one_value(node.rhs, dropped):
                continue
            left = [label for label in matching.labels if label != dropped]
            yield _binary(node, str(node.op), left)


def window_doubled(node: ast.Expr) -> Iterator[str]:
    """A window is twice as long."""
    yield from _other_window(node, 2)


def window_halved(node: ast.Expr) -> Iterator[str]:
    """A window is half as long."""
    yield from _other_window(node, 0.5)


def _other_window(node: ast.Expr, factor: float) -> Iterator[str]:
    if isinstance(node, ast.MatrixSelector | ast.SubqueryExpr) and node.range is not None:
        window = ast.display_duration(node.range * factor)
        if isinstance(node, ast.MatrixSelector):
            yield selector_text(node.vector_selector, window=window)
        else:
            step = ast.display_duration(node.step) if node.step else ""
            yield f"{_operand(node.expr)}[{window}:{step}]"


def offset_removed(node: ast.Expr) -> Iterator[str]:
    """The past is forgotten: a comparison with then becomes one with now."""
    if isinstance(node, ast.VectorSelector) and node.offset is not None:
        yield selector_text(node, offset=False)


def matcher_value_changed(node: ast.Expr) -> Iterator[str]:
    """A label is compared with another value."""
    if isinstance(node, ast.VectorSelector | ast.MatrixSelector):
        selector, window = parts(node)
        for changed in selector.matchers.matchers:
            yield selector_text(selector, window=window, changed=changed.name)


def aggregation_swapped(node: ast.Expr) -> Iterator[str]:
    """Series are put together another way: sum becomes max, max becomes min."""
    if isinstance(node, ast.AggregateExpr) and str(node.op) in AGGREGATIONS:
        yield _aggregate(node, how=AGGREGATIONS[str(node.op)])


def function_swapped(node: ast.Expr) -> Iterator[str]:
    """A function becomes its sister: rate becomes increase, avg_over_time becomes max_over_time."""
    if isinstance(node, ast.Call) and node.func.name in FUNCTIONS:
        yield f"{FUNCTIONS[node.func.name]}({', '.join(argument.prettify() for argument in node.args)})"


def _binary(node: ast.BinaryExpr, operator: str, labels: list[str] | None = None) -> str:
    """The same operands with another operator, or matched on other labels."""
    matching = node.modifier.matching if node.modifier else None
    if matching is not None:
        word = "on" if matching.type == ast.LabelModifierType.Include else "ignoring"
        operator += f" {word} ({', '.join(matching.labels if labels is None else labels)})"
    return f"{_operand(node.lhs)} {operator} {_operand(node.rhs)}"


def _operand(node: ast.Expr) -> str:
    return f"({node.prettify()})" if isinstance(node, ast.BinaryExpr) else node.prettify()


def _aggregate(node: ast.AggregateExpr, *, how: str = "", parameter: str = "") -> str:
    by = ""
    if node.modifier is not None:
        word = "by" if node.modifier.type == ast.AggModifierType.By else "without"
        by = f"{word} ({', '.join(node.modifier.labels)})"
    first = parameter or (node.param.prettify() if node.param is not None else "")
    return f"{how or node.op} {by} ({f'{first}, ' if first else ''}{node.expr.prettify()})"


def parts(node: ast.VectorSelector | ast.MatrixSelector) -> tuple[ast.VectorSelector, str]:
    """A selector and its window, empty for an instant."""
    if isinstance(node, ast.MatrixSelector):
        return node.vector_selector, ast.display_duration(node.range)
    return node, ""


def selector_text(
    node: ast.VectorSelector, *, window: str = "", offset: bool = True, changed: str = "", dropped: str = ""
) -> str:
    """A selector as text.

    Args:
        node: The selector.
        window: Its window, empty for an instant.
        offset: Whether it keeps its offset.
        changed: The label that gets another value.
        dropped: The matcher that is left out, as text.
    """
    matchers = [
        str(ast.Matcher(one.op, one.name, f"{one.value}-other") if one.name == changed else one)
        for one in node.matchers.matchers
        if str(one) != dropped
    ]
    ago = f" offset {ast.display_duration(node.offset)}" if offset and node.offset is not None else ""
    return f"{node.name}{{{', '.join(matchers)}}}{f'[{window}]' if window else ''}{ago}"


OPERATORS: tuple[Callable[[ast.Expr], Iterator[str]], ...] = (
    number_up,
    number_down,
    comparison_loosened,
    comparison_flipped,
    arithmetic_swapped,
    set_operator_swapped,
    operand_dropped,
    matching_label_dropped,
    window_doubled,
    window_halved,
    offset_removed,
    matcher_value_changed,
    aggregation_swapped,
    function_swapped,
)
"""Every operator on expressions, in the order in which they are listed."""
