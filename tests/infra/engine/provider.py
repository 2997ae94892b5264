"""A provider that the real engine attaches to over gRPC: the protocol, and nothing about what the resources are.

The engine gets the port of each double (``PULUMI_DEBUG_PROVIDERS``) and talks to it exactly as to a provider's
binary. What a resource may look like, what is known of it once it exists, and whether it may go away is answered by a
``World``. Differences are found by comparing inputs, which is simpler than what real providers do and hides nothing
from the program: an input that changes from one run to the next shows up as a change.
"""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer, add_ResourceProviderServicer_to_server
from typing_extensions import override

from tests.infra.engine.faults import Faults, PlannedFailureError
from tests.infra.engine.wire import Value, Values, read, reveal, write

_AboutOne = (
    messages.CheckRequest
    | messages.DiffRequest
    | messages.CreateRequest
    | messages.ReadRequest
    | messages.UpdateRequest
    | messages.DeleteRequest
)
_MESSAGE_BYTES = 400 * 1024 * 1024


class ProviderRefusedError(Exception):
    """What a provider answers when something cannot be done; the text is shown to the user."""


@dataclass(frozen=True)
class Resource:
    """A resource as the engine names it.

    Attributes:
        token: Its type, as ``gcp:compute/network:Network``.
        name: Its name in the program.
        urn: Its name across stacks.
    """

    token: str
    name: str
    urn: str

    def autoname(self, length: int) -> str:
        """A name for what the program left unnamed: stable for one resource, unlike any other's."""
        return f"{self.name}-{hashlib.sha256(self.urn.encode()).hexdigest()[:length]}"


class ResourceModel(Protocol):
    """What one double knows of its resources. Inputs and outputs keep their marks of secrets."""

    version: str

    def configure(self, config: Values) -> None:
        """Take the provider's configuration, revealed."""

    def complete(self, resource: Resource, inputs: Values) -> tuple[Values, list[tuple[str, str]]]:
        """The inputs with defaults filled in, and what is wrong with them as pairs of path and reason."""

    def replacing(self, resource: Resource) -> frozenset[str]:
        """The paths of inputs that cannot change in place."""

    def create(self, resource: Resource, inputs: Values) -> tuple[str, Values]:
        """Make it; its id and outputs."""

    def foresee(self, resource: Resource, inputs: Values) -> Values:
        """What is known of it before it is made: inputs, and unknown values for the rest."""

    def read(self, resource: Resource, identity: str, inputs: Values) -> tuple[Values, Values] | None:
        """Inputs and outputs of what exists, given the inputs known of it; None when it is gone."""

    def update(self, resource: Resource, identity: str, inputs: Values) -> Values:
        """Change it in place; its outputs."""

    def delete(self, resource: Resource, identity: str) -> None:
        """Make it go away."""

    def invoke(self, token: str, arguments: Values) -> Values:
        """Answer a question."""


class Double(ResourceProviderServicer):
    """One attached provider."""

    def __init__(self, world: ResourceModel, faults: Faults) -> None:
        self._world = world
        self._faults = faults

    @override
    def Attach(self, _request: Any, _context: grpc.ServicerContext) -> Empty:
        return Empty()

    @override
    def Handshake(self, _request: Any, _context: grpc.ServicerContext) -> messages.ProviderHandshakeResponse:
        return messages.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    @override
    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._world.version)

    @override
    def CheckConfig(self, request: messages.CheckRequest, _context: grpc.ServicerContext) -> messages.CheckResponse:
        return messages.CheckResponse(inputs=request.news)

    @override
    def DiffConfig(self, request: messages.DiffRequest, _context: grpc.ServicerContext) -> messages.DiffResponse:
        return _difference(request, frozenset())

    @override
    def Configure(
        self, request: messages.ConfigureRequest, _context: grpc.ServicerContext
    ) -> messages.ConfigureResponse:
        self._world.configure(reveal(read(request.args)))
        return messages.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @override
    def Check(self, request: messages.CheckRequest, _context: grpc.ServicerContext) -> messages.CheckResponse:
        inputs, refused = self._world.complete(_resource(request), read(request.news))
        failures = [messages.CheckFailure(property=path, reason=f"{path} {reason}") for path, reason in refused]
        return messages.CheckResponse(inputs=write(inputs), failures=failures)

    @override
    def Diff(self, request: messages.DiffRequest, _context: grpc.ServicerContext) -> messages.DiffResponse:
        return _difference(request, self._world.replacing(_resource(request)))

    @override
    def Create(self, request: messages.CreateRequest, context: grpc.ServicerContext) -> messages.CreateResponse:
        resource, inputs = _resource(request), read(request.properties)
        if request.preview:
            return messages.CreateResponse(properties=write(self._world.foresee(resource, inputs)))
        with self._work("create", context):
            identity, outputs = self._world.create(resource, inputs)
        return messages.CreateResponse(id=identity, properties=write(outputs))

    @override
    def Read(self, request: messages.ReadRequest, context: grpc.ServicerContext) -> messages.ReadResponse:
        with self._work("read", context):
            found = self._world.read(_resource(request), request.id, read(request.inputs))
        if found is None:
            return messages.ReadResponse()
        return messages.ReadResponse(id=request.id, inputs=write(found[0]), properties=write(found[1]))

    @override
    def Update(self, request: messages.UpdateRequest, context: grpc.ServicerContext) -> messages.UpdateResponse:
        resource, inputs = _resource(request), read(request.news)
        if request.preview:
            return messages.UpdateResponse(properties=write({**read(request.olds), **inputs}))
        with self._work("update", context):
            outputs = self._world.update(resource, request.id, inputs)
        return messages.UpdateResponse(properties=write(outputs))

    @override
    def Delete(self, request: messages.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        with self._work("delete", context):
            self._world.delete(_resource(request), request.id)
        return Empty()

    @override
    def Invoke(self, request: messages.InvokeRequest, context: grpc.ServicerContext) -> messages.InvokeResponse:
        with self._work("invoke", context):
            answer = self._world.invoke(request.tok, reveal(read(request.args)))
        fields: Any = {"return": write(answer)}
        return messages.InvokeResponse(**fields)

    @override
    def Cancel(self, _request: Any, _context: grpc.ServicerContext) -> Empty:
        self._faults.cancel()
        return Empty()

    @contextmanager
    def _work(self, operation: str, context: grpc.ServicerContext) -> Iterator[None]:
        before, after = self._faults.due(operation)
        try:
            before()
            yield
            after()
        except (ProviderRefusedError, PlannedFailureError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))


@contextmanager
def served(doubles: Mapping[str, Double]) -> Iterator[str]:
    """Serves providers on free ports of loopback.

    Yields:
        The value of ``PULUMI_DEBUG_PROVIDERS`` that makes the engine attach to them.
    """
    servers, addresses = [], []
    for name, double in doubles.items():
        server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=32),
            options=[("grpc.max_receive_message_length", _MESSAGE_BYTES)],
        )
        add_ResourceProviderServicer_to_server(double, server)
        addresses.append(f"{name}:{server.add_insecure_port('127.0.0.1:0')}")
        server.start()
        servers.append(server)
    try:
        yield ",".join(addresses)
    finally:
        stopped: list[threading.Event] = [server.stop(grace=1) for server in servers]
        for event in stopped:
            event.wait()


def _resource(request: _AboutOne) -> Resource:
    return Resource(request.type, request.name, request.urn)


def _difference(request: messages.DiffRequest, replacing: frozenset[str]) -> messages.DiffResponse:
    old, new = reveal(read(request.old_inputs)), reveal(read(request.news))
    ignored = set(request.ignoreChanges)
    changed = sorted(key for key in (set(old) | set(new)) - ignored - {"__defaults"} if old.get(key) != new.get(key))
    replaced = [path for path in sorted(replacing) if _at(old, path) != _at(new, path)]
    answer = messages.DiffResponse
    changes = answer.DIFF_SOME if changed else answer.DIFF_NONE
    return answer(changes=changes, diffs=changed, replaces=replaced, deleteBeforeReplace=bool(replaced))


def _at(values: Value, path: str) -> Value:
    for key in path.split("."):
        values = values.get(key) if isinstance(values, dict) else None
    return values
