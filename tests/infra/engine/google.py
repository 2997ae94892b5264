"""A Google Cloud project in memory, as strict about names, references and order as the real one is.

What is made twice, names something that does not exist, or goes away while another resource still names it is
refused. What a resource may look like comes from the installed ``pulumi_gcp``; there is no quota, no permission and no
delay here.
"""

import importlib.metadata
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from typing_extensions import override

from tests.infra.engine import invented
from tests.infra.engine.conform import refusals
from tests.infra.engine.declared import Declaration, declaration
from tests.infra.engine.provider import ProviderRefusedError, Resource, ResourceModel
from tests.infra.engine.references import references
from tests.infra.engine.wire import UNKNOWN, Value, Values, reveal

_PLACES = frozenset({"name", "project", "location", "region", "zone", "locationId", "accountId"})
_AUTONAME_DIGITS = 7


@dataclass(frozen=True)
class GoogleResource:
    """A resource that exists.

    Attributes:
        token: Its type.
        inputs: As given.
        outputs: As shown.
        names: Ids of the resources that it names.
    """

    token: str
    inputs: Values
    outputs: Values
    names: frozenset[str] = frozenset()


@dataclass
class GoogleCloud(ResourceModel):
    """The project.

    Attributes:
        outside: Per type, what exists there and is not made by the program.
        answers: Per function, what it answers to its arguments.
        made: Id -> what the program made.
    """

    outside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answers: Mapping[str, Callable[[Values], Values]] = field(default_factory=dict)
    made: dict[str, GoogleResource] = field(default_factory=dict)
    version: str = importlib.metadata.version("pulumi-gcp")
    _place: dict[str, str] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def copied(self) -> "GoogleCloud":
        """The same project once more; what happens to one leaves the other as it is."""
        return replace(self, made=dict(self.made))

    @override
    def configure(self, config: Values) -> None:
        """Take project and region from the provider's configuration."""
        self._place = {key: config[key] for key in ("project", "region", "zone") if config.get(key)}

    @override
    def complete(self, resource: Resource, inputs: Values) -> tuple[Values, list[tuple[str, str]]]:
        declared = declaration(resource.token)
        if declared is None:
            return inputs, [("", f"there is no type {resource.token} in pulumi-gcp {self.version}")]
        named = declared.inputs.get("name")
        if named and not named.required and inputs.get("name") is None:
            inputs = {**inputs, "name": resource.autoname(_AUTONAME_DIGITS)}
        return inputs, list(refusals(reveal(inputs), declared.inputs))

    @override
    def replacing(self, resource: Resource) -> frozenset[str]:
        return _PLACES & _declared(resource).inputs.keys()

    @override
    def foresee(self, resource: Resource, inputs: Values) -> Values:
        return invented.outputs(_declared(resource), inputs, UNKNOWN, self._place)

    @override
    def create(self, resource: Resource, inputs: Values) -> tuple[str, Values]:
        declared, plain = _declared(resource), reveal(inputs)
        identity = invented.identity(declared, plain, self._place, resource.name)
        with self._lock:
            names = self._resolve(resource, plain)
            if identity in self.made:
                raise ProviderRefusedError(f"{resource.token} {identity} already exists")
            outputs = invented.outputs(declared, inputs, identity, self._place)
            self.made[identity] = GoogleResource(resource.token, inputs, outputs, names)
        return identity, outputs

    @override
    def read(self, _resource: Resource, identity: str, _inputs: Values) -> tuple[Values, Values] | None:
        with self._lock:
            found = self.made.get(identity)
        return (found.inputs, found.outputs) if found else None

    @override
    def update(self, resource: Resource, identity: str, inputs: Values) -> Values:
        with self._lock:
            if identity not in self.made:
                raise ProviderRefusedError(f"{resource.token} {identity} does not exist")
            names = self._resolve(resource, reveal(inputs))
            outputs = {
                **self.made[identity].outputs,
                **invented.outputs(_declared(resource), inputs, identity, self._place),
            }
            self.made[identity] = GoogleResource(resource.token, inputs, outputs, names)
        return outputs

    @override
    def delete(self, resource: Resource, identity: str) -> None:
        with self._lock:
            found = self.made.get(identity)
            if found is None:
                return
            if _protected(found, _declared(resource)):
                raise ProviderRefusedError(f"{identity} has deletion protection; switch it off and apply that first")
            users = sorted(other for other, made in self.made.items() if identity in made.names)
            if users:
                raise ProviderRefusedError(f"{identity} is in use by {', '.join(users)}")
            del self.made[identity]

    @override
    def invoke(self, token: str, arguments: Values) -> Values:
        if token not in self.answers:
            raise ProviderRefusedError(f"no test says what {token} answers")
        return self.answers[token](arguments)

    def _resolve(self, resource: Resource, inputs: Values) -> frozenset[str]:
        """The ids of what the inputs name.

        Raises:
            ProviderRefusedError: One of them names nothing.
        """
        found = set()
        for reference in references(resource.token, inputs):
            candidates = {
                identity
                for identity, made in self.made.items()
                if reference.token in (None, made.token) and reference.value in _handles(identity, made)
            }
            known_outside = self.outside.get(reference.token or "", frozenset())
            if not candidates and reference.value not in known_outside:
                said = f"{reference.path} names {reference.value!r}, which does not exist"
                raise ProviderRefusedError(f"{resource.token} {resource.name}: {said}")
            found |= candidates
        return frozenset(found)


def _handles(identity: str, made: GoogleResource) -> set[Value]:
    shown = reveal(made.outputs)
    return {
        identity,
        *(shown.get(key) for key in ("name", "selfLink", "email", "accountId", "secretId", "repositoryId")),
    }


def _protected(made: GoogleResource, declared: Declaration) -> bool:
    """Google's own lock, which a cluster has unless it is set otherwise."""
    shown = reveal(made.inputs)
    if "deletionProtection" in declared.inputs:
        return bool(shown.get("deletionProtection", True))
    locks = {"deleteProtectionState": "DELETE_PROTECTION_ENABLED", "deletionPolicy": "PREVENT"}
    return any(shown.get(lock) == closed for lock, closed in locks.items())


def _declared(resource: Resource) -> Declaration:
    declared = declaration(resource.token)
    if declared is None:
        raise ProviderRefusedError(f"there is no type {resource.token}")
    return declared
