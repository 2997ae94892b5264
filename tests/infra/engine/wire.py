"""Property values as the engine sends them: plain data in which secrets and not yet known values are marked.

A provider must hand back a secret as a secret, or the engine writes it in clear into the state. So the doubles keep
values marked as they came and look inside only through ``reveal``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

Value = Any
Values = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a string that is known only after the update (Pulumi's sdk/go/common/resource/plugin)."""

_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


def read(struct: Struct) -> Values:
    """The properties of a message, with secrets marked as they came."""
    values: Values = MessageToDict(struct)
    return values


def write(values: Mapping[str, Value]) -> Struct:
    """The message of properties."""
    return ParseDict(dict(values), Struct())


def secret(value: Value) -> Value:
    """The value, marked as a secret."""
    return {_MARK: _SECRET, "value": value}


def is_secret(value: Value) -> bool:
    """Whether the value itself is marked as a secret."""
    return isinstance(value, Mapping) and value.get(_MARK) == _SECRET


def reveal(value: Value) -> Value:
    """The value with every mark of a secret taken off, at any depth."""
    if is_secret(value):
        return reveal(value["value"])
    if isinstance(value, Mapping):
        return {key: reveal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [reveal(inner) for inner in value]
    return value


def known(value: Value) -> bool:
    """Whether nothing in the value waits for the update."""
    return all(leaf != UNKNOWN for _, leaf in leaves(value))


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Each plain value inside a revealed one, with its path as ``spec.ports[0].name``."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value
