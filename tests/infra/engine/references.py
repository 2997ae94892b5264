"""Which inputs of a Google resource name another resource, so that a name of nothing is refused as Google would.

Three kinds are recognised, none of them by a list of ours: a resource's path (``projects/P/...`` or its URL), a service
account's e-mail address, and an argument that is called like a type of its own module or of ``compute``
(``network``, ``cluster``, ``secretId``).
"""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi

from tests.infra.engine.wire import UNKNOWN, Value, leaves

_PATH = re.compile(r"^(?:https://[a-z]+\.googleapis\.com/[a-z]+/v\d/)?projects/[^/]+/.+")
_ACCOUNT = re.compile(r"^(?:serviceAccount:)?(?P<email>[a-z0-9-]+@[a-z0-9-]+\.iam\.gserviceaccount\.com)$")
_SAID_OTHERWISE = {"map": "CertificateMap"}


def _names_in(module: str) -> Mapping[str, object]:
    """What a module of Google's package holds; it is loaded at the first question to it, and ``vars`` asks none."""
    found = importlib.import_module(f"pulumi_gcp.{module}")
    getattr(found, "__all__", None)
    return vars(found)


_COMPUTE = _names_in("compute")
"""Read here, once: modules must not be loaded in two threads at a time."""


@dataclass(frozen=True)
class Reference:
    """One input that names another resource.

    Attributes:
        path: Where it stands.
        value: What it says.
        token: The type that it must name; None when its value alone shows that it names something.
    """

    path: str
    value: str
    token: str | None


def references(token: str, inputs: Mapping[str, Value]) -> Iterator[Reference]:
    """The inputs of a resource that name others; what is not known yet is left out.

    Args:
        token: The resource's type.
        inputs: Its inputs, revealed.
    """
    for path, value in leaves(inputs):
        if not isinstance(value, str) or value == UNKNOWN:
            continue
        named = _type_called(token, re.sub(r"\[\d+\]", "", path).rpartition(".")[2])
        account = _ACCOUNT.match(value)
        if account:
            yield Reference(path, account["email"], None)
        elif (named and named != token) or _PATH.match(value):
            yield Reference(path, value, named if named != token else None)


def _type_called(token: str, argument: str) -> str | None:
    """The type of the same module, or of ``compute``, after which an argument is called."""
    module = token.split(":")[1].split("/", maxsplit=1)[0]
    word = argument.removesuffix("Id").removesuffix("Name")
    word = _SAID_OTHERWISE.get(word, word[:1].upper() + word[1:])
    for place, names in ((module, _names_in(module)), ("compute", _COMPUTE)):
        for name in (word, word.removesuffix("s")):
            found = names.get(name)
            if isinstance(found, type) and issubclass(found, pulumi.CustomResource):
                return f"gcp:{place}/{name[0].lower()}{name[1:]}:{name}"
    return None
