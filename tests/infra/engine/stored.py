"""What an API server keeps of an object, in the terms of what was applied.

The server adds defaults, statuses and marks of its own, so the stored object never equals the applied one. Two things
are made of it: the inputs that would have led to it, which are the applied ones as long as there is no change of a
field that was applied, and the outputs, in which every secret has its mark again. What others added beside our fields
is theirs and no difference. Which list is a set of keyed elements and which is one whole is answered by the server
itself, in ``managedFields`` (https://kubernetes.io/docs/reference/using-api/server-side-apply).
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.engine.wire import Value, Values, is_secret, reveal, secret

Manifest = Mapping[str, Any]

TAKEN_OVER = (
    ("Apply", "kubectl"),
    ("Update", "kubectl"),
    ("Update", "before-first-apply"),
    ("Update", "pulumi-kubernetes"),
    ("Update", "pulumi-resource-kubernetes"),
)
"""Whose fields an update makes its own first, as Pulumi's provider does: operation, and how the manager's name begins.
They are those of its own creation, and of people."""
_OF_THE_SERVER = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


def manifest(inputs: Values) -> dict[str, Any]:
    """The object as it is sent.

    On the engine's wire every number is a floating one; whole ones become integers again, as all of an object's are. A
    Secret's ``stringData`` is sent as ``data``: the server would turn it into that, and own both.

    Args:
        inputs: As the program gave them, with their marks of secrets.
    """
    plain: dict[str, Any] = _with_integers(reveal(inputs))
    if plain.get("kind") != "Secret" or "stringData" not in plain:
        return plain
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in plain.pop("stringData").items()}
    return {**plain, "data": {**plain.get("data", {}), **encoded}}


def as_applied(inputs: Values, stored: Manifest) -> Values:
    """The inputs that describe the stored object: the given ones unless a field of theirs was changed.

    Args:
        inputs: As applied last, with their marks of secrets; empty for an object that is not known yet.
        stored: The object as the server has it.
    """
    if not inputs:
        metadata = {key: value for key, value in stored["metadata"].items() if key not in _OF_THE_SERVER}
        return _sealed({**{key: value for key, value in stored.items() if key != "status"}, "metadata": metadata})
    found = dict(stored)
    if "stringData" in inputs:
        found["stringData"] = {key: _decoded(value) for key, value in stored.get("data", {}).items()}
    fields: dict[str, Any] = {}
    for entry in stored["metadata"].get("managedFields", ()):
        _join(fields, entry.get("fieldsV1", {}))
    described: Values = _of(inputs, found, fields)
    return described


def shown(inputs: Values, stored: Manifest) -> Values:
    """The outputs: all that the server answers but for who owns which field, with the inputs' marks of secrets.

    Args:
        inputs: As applied.
        stored: The object as the server has it.
    """
    metadata = {key: value for key, value in stored["metadata"].items() if key != "managedFields"}
    return _sealed(_marked(inputs, {**stored, "metadata": metadata}))


def taken_over(stored: Manifest, manager: str) -> list[dict[str, Any]]:
    """The object's ``managedFields`` once a manager has taken over what it may.

    Args:
        stored: The object as the server has it.
        manager: Who applies.
    """
    entries: list[dict[str, Any]] = stored["metadata"].get("managedFields", [])
    mine = [entry for entry in entries if "subresource" not in entry and _falls_to(manager, entry)]
    if not mine:
        return entries
    fields: dict[str, Any] = {}
    for entry in mine:
        _join(fields, entry["fieldsV1"])
    whole = {**mine[0], "manager": manager, "operation": "Apply", "fieldsV1": fields}
    return [*(entry for entry in entries if entry not in mine), whole]


def _with_integers(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {key: _with_integers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_integers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _falls_to(manager: str, entry: Mapping[str, Any]) -> bool:
    who, how = str(entry["manager"]), entry["operation"]
    return (how, who) == ("Apply", manager) or any(
        how == operation and who.startswith(name) for operation, name in TAKEN_OVER
    )


def _of(value: Value, found: Value, fields: Mapping[str, Any]) -> Value:
    """What stands in the server's object where the inputs have a value."""
    if is_secret(value):
        return secret(_of(value["value"], found, fields))
    if isinstance(value, Mapping) and isinstance(found, Mapping):
        return {
            key: _of(inner, found[key], fields.get(f"f:{key}", {})) if key in found else inner
            for key, inner in value.items()
            if key in found or reveal(inner) in ({}, [])
        }
    if isinstance(value, list) and isinstance(found, list):
        return _of_list(value, found, fields)
    return found


def _of_list(value: list[Value], found: list[Value], fields: Mapping[str, Any]) -> list[Value]:
    keys = {field: json.loads(field.removeprefix("k:")) for field in fields if field.startswith("k:")}
    if keys:
        return list(_of_keyed(value, found, fields, keys))
    if any(field.startswith("v:") for field in fields):
        return [one for one in value if reveal(one) in found]
    if len(value) == len(found):
        return [_of(one, other, {}) for one, other in zip(value, found, strict=True)]
    return found


def _of_keyed(
    value: list[Value], found: list[Value], fields: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]]
) -> Iterator[Value]:
    """The elements that are still there, found by their keys; of a key, too, the server may know a default."""
    left = list(found)
    names = next(iter(keys.values())).keys()
    for one in value:
        said = {name: inner for name, inner in reveal(one).items() if name in names}
        match = next((other for other in left if said.items() <= other.items()), None)
        if match is not None:
            left.remove(match)
            own = next((field for field, key in keys.items() if key.items() <= match.items()), "")
            yield _of(one, match, fields.get(own, {}))


def _marked(value: Value, outputs: Value) -> Value:
    """The outputs, with a mark wherever the inputs have one."""
    if is_secret(value):
        return secret(outputs)
    if isinstance(value, Mapping) and isinstance(outputs, Mapping):
        return {key: _marked(value[key], inner) if key in value else inner for key, inner in outputs.items()}
    if isinstance(value, list) and isinstance(outputs, list) and len(value) == len(outputs):
        return [_marked(one, other) for one, other in zip(value, outputs, strict=True)]
    return outputs if reveal(value) == value else secret(outputs)


def _sealed(values: Values) -> Values:
    """The object, with the data of a Secret marked whatever the program said of it."""
    if values.get("kind") == "Secret" and not is_secret(values.get("data", {})):
        values = {**values, "data": secret(reveal(values.get("data", {})))}
    return values


def _join(fields: dict[str, Any], more: Mapping[str, Any]) -> None:
    for field, inner in more.items():
        _join(fields.setdefault(field, {}), inner)


def _decoded(value: str) -> str:
    return base64.b64decode(value).decode(errors="replace")
