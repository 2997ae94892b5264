"""Holds the inputs of a resource to what its package declares: unknown, missing, of the wrong type, not allowed.

A refusal names the path and what was expected, as a provider's check does. Values that are known only after the
update pass.
"""

import typing
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any

from tests.infra.engine.declared import Hint, Property, is_object, properties, shape
from tests.infra.engine.wire import UNKNOWN, Value


def refusals(
    values: Mapping[str, Value], declared: Mapping[str, Property], path: str = ""
) -> Iterator[tuple[str, str]]:
    """What is wrong with the inputs, as pairs of path and reason.

    Args:
        values: The inputs, revealed.
        declared: The properties that may be given.
        path: Where the values stand.
    """
    for name in sorted(set(values) - set(declared) - {"__defaults"}):
        yield _join(path, name), f"is not a property here; there are {', '.join(sorted(declared))}"
    for name, prop in declared.items():
        if values.get(name) is not None:
            yield from _of_value(values[name], prop, _join(path, name))
        elif prop.required:
            yield _join(path, name), "is required and missing"


def _of_value(value: Value, prop: Property, path: str) -> Iterator[tuple[str, str]]:
    yield from _of_type(value, prop.type, path)
    for one in value if isinstance(value, list) else [value]:
        if prop.allowed and isinstance(one, str) and one not in (*prop.allowed, UNKNOWN):
            yield path, f"is {one!r}; allowed are {', '.join(sorted(prop.allowed))}"


def _of_type(value: Value, kind: Hint, path: str) -> Iterator[tuple[str, str]]:
    if value == UNKNOWN or kind is Any:
        return
    alternatives = [inner for inner in _alternatives(kind) if inner is not NoneType]
    if len(alternatives) > 1:
        if all(list(_of_type(value, inner, path)) for inner in alternatives):
            yield path, f"is {_named(value)}; one of {', '.join(map(_name, alternatives))} is wanted"
        return
    kind = alternatives[0] if alternatives else kind
    origin, arguments = shape(kind)
    if is_object(kind):
        if isinstance(value, Mapping):
            yield from refusals(value, properties(kind), path)
        else:
            yield path, f"is {_named(value)}; an object {kind.__name__} is wanted"
    elif origin is typing.Literal:
        if value not in arguments:
            yield path, f"is {value!r}; {arguments[0]!r} is wanted"
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _of_items(value, arguments[1], path, Mapping)
    elif isinstance(origin, type):
        yield from _of_items(value, arguments[0], path, list)
    elif not _fits(value, kind):
        yield path, f"is {_named(value)}; {_name(kind)} is wanted"


def _of_items(value: Value, kind: Hint, path: str, container: type[Any]) -> Iterator[tuple[str, str]]:
    if not isinstance(value, container):
        yield path, f"is {_named(value)}; a {'list' if container is list else 'map'} is wanted"
        return
    for key, inner in value.items() if container is Mapping else enumerate(value):
        yield from _of_type(inner, kind, f"{path}.{key}" if container is Mapping else f"{path}[{key}]")


def _alternatives(kind: Hint) -> list[Hint]:
    """The types that an Input of the SDK may hold: its wrappers (awaitables, outputs) are taken off."""
    origin, arguments = shape(kind)
    if origin is not typing.Union:
        return [kind]
    flat = [inner for argument in arguments for inner in _alternatives(argument)]
    return [inner for inner in flat if getattr(shape(inner)[0], "__name__", "") not in ("Awaitable", "Output")]


def _fits(value: Value, kind: Hint) -> bool:
    if kind is bool or isinstance(value, bool):
        return isinstance(value, bool) and kind is bool
    if kind is int:
        return isinstance(value, int | float) and value == int(value)
    if kind is float:
        return isinstance(value, int | float)
    return not isinstance(kind, type) or isinstance(value, kind)


def _named(value: Value) -> str:
    return f"{value!r} ({type(value).__name__})"


def _name(kind: Hint) -> str:
    return getattr(kind, "__name__", str(kind))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
