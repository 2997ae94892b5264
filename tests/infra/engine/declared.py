"""What the installed provider packages declare about a resource: properties, types, required ones, allowed values.

Nothing is listed by hand: the classes of ``pulumi_gcp`` and ``pulumi_kubernetes`` are read as they are installed, so an
upgrade changes what the tests hold the program to. The Python packages carry no enumerations; the values that an
argument allows stand in its documentation ("Possible values are: ..."), and are read from there. What a real provider
checks beyond that (quotas, formats, which change forces a replacement) is not declared anywhere and not judged here.
"""

import importlib
import inspect
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any

from pulumi import _types

from tests.infra.engine.allowed import allowed_values

_FORMAT = re.compile(r"^\s*\* `([^`]*\{\{[^`]*)`", re.MULTILINE)


Hint = Any
"""A type hint of the SDK: a class, or one of typing's forms."""


@dataclass(frozen=True)
class Property:
    """One property of a resource or of an object inside it.

    Attributes:
        type: Its Python type hint, without the wrappers of the SDK.
        required: Whether an input must be given; of an output, whether it is always there.
        allowed: The only values that its documentation names; empty when it names none.
    """

    type: Hint
    required: bool
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Declaration:
    """One resource type as its package declares it.

    Attributes:
        token: Pulumi's name of the type.
        inputs: What may be given, by wire name.
        outputs: What is known of it afterwards, by wire name.
        id_format: How its provider writes its id, as ``projects/{{project}}/...``; None when the package does not say.
    """

    token: str
    inputs: Mapping[str, Property]
    outputs: Mapping[str, Property]
    id_format: str | None


@cache
def declaration(token: str) -> Declaration | None:
    """Reads what a type's package declares.

    Args:
        token: As ``gcp:compute/network:Network`` or ``kubernetes:core/v1:ConfigMap``.

    Returns:
        None when the installed package has no such type.
    """
    resource = _class(token)
    if resource is None:
        return None
    module = importlib.import_module(resource.__module__)
    arguments = vars(module).get(f"{resource.__name__}InitArgs") or vars(module)[f"{resource.__name__}Args"]
    documented = typing.get_overloads(resource.__init__)
    formats = _FORMAT.findall(documented[0].__doc__ or "") if documented else []
    return Declaration(token, properties(arguments), _outputs(resource), formats[0] if formats else None)


@cache
def properties(arguments: Hint) -> Mapping[str, Property]:
    """The properties that an arguments class of the SDK takes, by wire name."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    signature = inspect.signature(arguments.__init__).parameters
    types = _types.input_type_types(arguments)
    return {
        wire: Property(
            type=types.get(wire, Any),
            required=name in signature and signature[name].default is inspect.Parameter.empty,
            allowed=allowed_values(getattr(arguments, name).__doc__),
        )
        for name, wire in names.items()
    }


@cache
def computed(cls: Hint) -> Mapping[str, Property]:
    """The properties of an output class of the SDK, by wire name."""
    hints = typing.cast("Mapping[str, Any]", _types._raw_return_hints(cls))
    return {wire: Property(_types.unwrap_type(hint), required=not _optional(hint)) for wire, hint in hints.items()}


def shape(kind: Hint) -> tuple[Hint, tuple[Hint, ...]]:
    """A hint's form and what stands in its brackets: ``Sequence[str]`` is a sequence of ``str``."""
    return typing.get_origin(kind), typing.get_args(kind)


def is_object(kind: Hint) -> bool:
    """Whether a type hint is one of the SDK's classes for an object inside a resource."""
    return isinstance(kind, type) and (_types.is_input_type(kind) or _types.is_output_type(kind))


def _outputs(resource: type[Any]) -> Mapping[str, Property]:
    shown: Hint = resource
    return {wire: prop for wire, prop in computed(shown).items() if wire not in ("id", "urn")}


def _class(token: str) -> type[Any] | None:
    package, module, name = token.split(":")
    group, _, inside = module.partition("/")
    if package == "kubernetes":
        if "." in group and not group.endswith((".k8s.io", "helm.sh")):
            return None
        module = f"{group.split('.')[0]}.{inside}".removesuffix(".")
    else:
        module = group
    try:
        found = getattr(importlib.import_module(f"pulumi_{package}.{module}"), name, None)
    except ImportError:
        return None
    return found if isinstance(found, type) else None


def _optional(hint: Hint) -> bool:
    inner = typing.get_args(hint)[0] if typing.get_args(hint) else hint
    return NoneType in typing.get_args(inner) or NoneType in typing.get_args(hint)
