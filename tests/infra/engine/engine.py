"""Runs a Pulumi program on the real engine, against providers of ours, with nothing outside this machine.

State goes into a folder of the test, secrets are encrypted with a passphrase, and the stack file is the committed one
but for its back end and secrets provider. What the engine decided is read from its own event stream.
"""

import gc
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation
from pulumi.automation.events import EngineEvent

from tests.infra.engine.faults import Faults
from tests.infra.engine.provider import Double, ResourceModel, served

PASSPHRASE = "a passphrase of the tests"
READ_BACK = "refresh"
"""What the engine says before it reads a resource; only afterwards it says what came of that."""
SAME = frozenset({"same", "read", READ_BACK})
"""Operations that change nothing."""
UpdateError = automation.CommandError
"""What a command of the engine that failed raises; its text is what the user reads."""


@dataclass(frozen=True)
class EngineRun:
    """What one command of the engine did.

    Attributes:
        changes: URN -> operation of every resource that was not left as it is (``create``, ``update``, ...).
        outputs: The stack's outputs, revealed.
        said: All that the engine printed, diagnostics included.
    """

    changes: Mapping[str, str]
    outputs: Mapping[str, Any]
    said: str

    def of(self, operation: str) -> list[str]:
        """Names of the resources on which an operation was done, sorted."""
        return sorted(urn.rpartition("::")[2] for urn, done in self.changes.items() if done == operation)


@dataclass
class Engine:
    """One stack of one program on the engine.

    Attributes:
        stack: The Automation API's handle.
        backend: Folder of the state.
        faults: Provider -> the failures planned for it.
    """

    stack: automation.Stack
    backend: Path
    faults: Mapping[str, Faults] = field(default_factory=dict)

    def preview(self, *, policy_pack: Path | None = None) -> EngineRun:
        """What an update would do.

        Args:
            policy_pack: Folder of a policy pack that judges it.

        Raises:
            UpdateError: It failed, or breaks a mandatory policy.
        """
        packs = [str(policy_pack)] if policy_pack else []
        return self._watched(lambda **how: _result(self.stack.preview(policy_packs=packs, **how)))

    def up(self) -> EngineRun:
        """Update.

        Raises:
            UpdateError: It failed.
        """
        return self._watched(lambda **how: _result(self.stack.up(**how)))

    def refresh(self, *, clear_pending_creates: bool = False) -> EngineRun:
        """Read back what exists; its changes are what was found to be different, or gone (``delete``).

        Args:
            clear_pending_creates: Whether to forget creations whose end is unknown.
        """
        return self._watched(
            lambda **how: _result(self.stack.refresh(clear_pending_creates=clear_pending_creates, **how))
        )

    def destroy(self, targets: Sequence[str] = ()) -> EngineRun:
        """Delete everything that the program did not ask to keep.

        Args:
            targets: If any, URNs of the only resources that are to go.

        Raises:
            UpdateError: It failed.
        """
        return self._watched(lambda **how: _result(self.stack.destroy(target=list(targets), **how)))

    def command(self, *arguments: str) -> str:
        """Run a command of Pulumi's that the Automation API does not offer, on the stack.

        Returns:
            What it printed.

        Raises:
            UpdateError: It failed.
        """
        space = self.stack.workspace
        whole = [*arguments, "--stack", self.stack.name, "--non-interactive"]
        return space.pulumi_command.run(whole, space.work_dir, dict(space.env_vars)).stdout

    def set(self, key: str, value: str) -> None:
        """Set a value of the stack's configuration."""
        self.stack.set_config(key, automation.ConfigValue(value))

    def edit(self, changes: Mapping[str, object]) -> None:
        """Edit the stack file as a person does: values by key, objects as YAML has them."""
        file = Path(self.stack.workspace.work_dir) / f"Pulumi.{self.stack.name}.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content["config"] |= changes
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def unset(self, path: str) -> None:
        """Remove a value of the stack's configuration, by its path."""
        self.stack.remove_config(path, path=True)

    def resources(self) -> list[dict[str, Any]]:
        """What the state says of each resource, as the engine exports it: secrets are encrypted."""
        exported: list[dict[str, Any]] = (self.stack.export_stack().deployment or {})["resources"]
        return exported

    def state(self) -> str:
        """Every byte of the back end that could hold a property, as text."""
        files = sorted(file for file in self.backend.rglob("*") if file.is_file())
        return "\n".join(file.read_text(errors="replace") for file in files)

    def _watched(self, command: Callable[..., tuple[str, Mapping[str, Any]]]) -> EngineRun:
        changes: dict[str, str] = {}
        read_back: set[str] = set()

        def note(event: EngineEvent) -> None:
            step = event.resource_pre_event and event.resource_pre_event.metadata
            if step and step.op.value == READ_BACK:
                read_back.add(step.urn)
            done = event.res_outputs_event and event.res_outputs_event.metadata
            step = done if done and done.urn in read_back else step
            if step and step.op.value not in SAME:
                changes[step.urn] = step.op.value

        said, outputs = command(on_event=note)
        return EngineRun(changes, outputs, said)


@contextmanager
def engine(
    program: Callable[[], None],
    worlds: Mapping[str, ResourceModel],
    folder: Path,
    *,
    pulumi: Path,
    project: str,
    stack: str,
    earlier: Path | None = None,
    checkpoints: bool = False,
) -> Iterator[Engine]:
    """Prepares a stack whose providers are the given worlds.

    Args:
        program: What declares the resources; it runs in this process.
        worlds: Name of a provider, as ``gcp`` -> its double.
        folder: Empty; holds state, plugins' home and stack file.
        pulumi: The engine's command.
        project: Text of Pulumi.yaml.
        stack: Name of the stack.
        earlier: The folder of a stack that was prepared before; this one goes on from a copy of it.
        checkpoints: Whether the state is written after each step, as for users, and not only at the end of a command.
            Each time all of it is written, which is most of what a command costs on a stack of hundreds of resources;
            it matters only where the engine is interrupted.
    """
    backend, home, work, programs = (folder / name for name in ("backend", "home", "work", "bin"))
    for place in (home, programs):
        place.mkdir()
    for place in (backend, work):
        if earlier:
            shutil.copytree(earlier / place.name, place)
        else:
            place.mkdir()
    (programs / "pulumi").symlink_to(pulumi)
    (work / "Pulumi.yaml").write_text(project, encoding="utf-8")
    faults = {name: Faults() for name in worlds}
    doubles = {name: Double(world, faults[name]) for name, world in worlds.items()}
    with _without_its_log(), served(doubles) as addresses:
        options = automation.LocalWorkspaceOptions(
            work_dir=str(work),
            pulumi_home=str(home),
            pulumi_command=automation.PulumiCommand(str(folder), skip_version_check=True),
            env_vars={
                **_environment(addresses),
                "PULUMI_BACKEND_URL": backend.as_uri(),
                "PULUMI_SKIP_CHECKPOINTS": str(not checkpoints).lower(),
            },
        )
        take = automation.select_stack if earlier else automation.create_stack
        made = take(stack, project_name="vitals", program=program, opts=options)
        try:
            yield Engine(made, backend, faults)
        finally:
            for planned in faults.values():
                planned.clear()
            gc.collect()


@contextmanager
def _without_its_log() -> Iterator[None]:
    """Keep gRPC from logging the end of a killed engine: a kept log record would keep the SDK's event loop open."""
    logger = logging.getLogger("grpc._server")
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def _environment(addresses: str) -> dict[str, str]:
    return {
        "PULUMI_DEBUG_PROVIDERS": addresses,
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
    }


def _result(
    done: automation.UpResult | automation.PreviewResult | automation.RefreshResult | automation.DestroyResult,
) -> tuple[str, Mapping[str, Any]]:
    outputs = getattr(done, "outputs", None) or {}
    return f"{done.stdout}\n{done.stderr}", {name: output.value for name, output in outputs.items()}
