"""Invents what a Google resource shows once it exists: ids, links, addresses; the same ones in every run.

The form of an id is read from the package (the import formats of its documentation). Everything else is plausible and
nothing more: a program that reads these values is tested for passing them on, not for what Google answers.
"""

import base64
import hashlib
import re
from collections.abc import Mapping

from tests.infra.engine.declared import Declaration, Hint, Property, computed, is_object, shape
from tests.infra.engine.wire import UNKNOWN, Value, Values

_DEEPEST = 3
_ASSIGNED = ("endpoint", "Certificate", "address", "selfLink", "uid", "Uri", "email", "fingerprint", "ipAddress")


def identity(declared: Declaration, inputs: Mapping[str, Value], place: Mapping[str, str], fallback: str) -> str:
    """The id of a resource.

    Args:
        declared: Its type.
        inputs: Its inputs, revealed.
        place: Project, region and whatever else an id names and the inputs may leave out.
        fallback: What stands for a part that neither of them says.
    """
    own = str(inputs.get("name") or next((inputs[key] for key in inputs if key.endswith("Id")), fallback))
    if declared.id_format is None:
        said = [str(inputs[key]) for key, prop in declared.inputs.items() if prop.required and key in inputs]
        return "/".join(said or [declared.token, own])

    def part(placeholder: re.Match[str]) -> str:
        words = placeholder[1].strip().split("_")
        key = words[0] + "".join(word.capitalize() for word in words[1:])
        known = {**place, **{name: str(value) for name, value in inputs.items()}}
        return known.get(key) or known.get(key.removesuffix("Id")) or own

    return re.sub(r"\{\{([^}]*)\}\}", part, declared.id_format)


def outputs(declared: Declaration, inputs: Values, identity: str, place: Mapping[str, str]) -> Values:
    """What the resource shows: its inputs, and an invented value for whatever its type always has.

    Args:
        declared: Its type.
        inputs: Its inputs, with their marks of secrets.
        identity: Its id; UNKNOWN while it is only planned, and then so is whatever would be invented.
        place: Project and region of the provider.
    """
    shown: Values = {}
    for wire, prop in declared.outputs.items():
        if inputs.get(wire) is not None:
            shown[wire] = _completed(inputs[wire], prop.type, identity)
        elif wire in place:
            shown[wire] = place[wire]
        elif prop.required:
            shown[wire] = _value(wire, prop.type, identity, depth=0)
    return {**shown, **_addressed(declared, inputs, identity, place)}


def _addressed(declared: Declaration, inputs: Values, identity: str, place: Mapping[str, str]) -> Values:
    """The outputs by which other resources refer to this one."""
    link = UNKNOWN if identity == UNKNOWN else f"https://www.googleapis.com/compute/v1/{identity}"
    known: Values = {"name": identity, "selfLink": link}
    if "email" in declared.outputs:
        known["email"] = f"{inputs.get('accountId', 'unnamed')}@{place['project']}.iam.gserviceaccount.com"
        known["member"] = f"serviceAccount:{known['email']}"
    return {wire: value for wire, value in known.items() if wire in declared.outputs and wire not in inputs}


def _completed(value: Value, kind: Hint, identity: str) -> Value:
    """A given object, with what only the server can say filled in."""
    if not is_object(kind) or not isinstance(value, Mapping):
        return value
    declared = computed(kind)
    filled = {
        wire: _completed(inner, declared[wire].type, identity) for wire, inner in value.items() if wire in declared
    }
    server = {
        wire: _value(wire, prop.type, identity, depth=_DEEPEST)
        for wire, prop in declared.items()
        if wire not in value and prop.type is str and wire.endswith(_ASSIGNED)
    }
    return {**value, **filled, **server}


def _value(wire: str, kind: Hint, identity: str, depth: int) -> Value:
    origin, arguments = shape(kind)
    if identity == UNKNOWN:
        return UNKNOWN
    if is_object(kind):
        return _object(computed(kind), identity, depth) if depth < _DEEPEST else {}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {}
    if isinstance(origin, type):
        return [_value(wire, arguments[0], identity, depth + 1)]
    return _scalar(wire, kind, hashlib.sha256(f"{identity}#{wire}".encode()).hexdigest())


def _scalar(wire: str, kind: Hint, digest: str) -> Value:
    if kind is bool:
        return False
    if kind in (int, float):
        return int(digest[:6], 16)
    if wire.endswith("Certificate"):
        return base64.b64encode(digest.encode()).decode()
    if wire.endswith(("address", "endpoint", "ipAddress", "Ipv4")):
        return f"203.0.113.{int(digest[:2], 16) % 254 + 1}"
    return f"{wire}-{digest[:8]}"


def _object(declared: Mapping[str, Property], identity: str, depth: int) -> Values:
    return {wire: _value(wire, prop.type, identity, depth + 1) for wire, prop in declared.items()}
