"""One folder below ``rendered/``: its model, and the files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vitals.errors import VitalsError, did_you_mean
from vitals.rendered import names
from vitals.rendered.broken import missing, unreadable
from vitals.rendered.load import LoadMarks, ServiceLoad
from vitals.rendered.model import RenderedModel
from vitals.rendered.operator import OperatorEntry
from vitals.rendered.rules import RuleGroupEntry, groups_of


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered environment.

    Attributes:
        folder: The folder.
        model: Its ``model.json``.
    """

    folder: Path
    model: RenderedModel

    @property
    def name(self) -> str:
        """The name of the environment."""
        return self.model.environment.name

    @property
    def operator(self) -> OperatorEntry:
        """What runs beside the objects.

        Raises:
            VitalsError: The environment is rendered as files, so there are no objects.
        """
        if self.model.operator is None:
            raise VitalsError(
                f"The environment {self.name!r} is rendered for programs on one machine, so there is nothing to "
                "install. Name an environment whose delivery is 'operator' or 'managed'."
            )
        return self.model.operator

    @property
    def managed(self) -> bool:
        """Whether Google's managed Prometheus collects and evaluates, in place of one of ours."""
        return self.model.environment.delivery == "managed"

    def scrapes(self, job: str) -> bool:
        """Whether the environment watches a service or an exporter, so that it must run."""
        return any(one.name == job for one in self.model.jobs)

    @property
    def scrapes_kubelets(self) -> bool:
        """Whether it asks the kubelets, for containers or for volumes, so that their addresses must be known."""
        return self.scrapes("kubelet") or self.scrapes("kubelet-volumes")

    @property
    def alertmanager(self) -> str:
        """Alertmanager's configuration, byte for byte.

        Raises:
            VitalsError: It is not there.
        """
        return self.text(names.ALERTMANAGER)

    @property
    def prometheus(self) -> str:
        """Prometheus' configuration; only where configuration travels as files.

        Raises:
            VitalsError: It is not there.
        """
        return self.text(names.PROMETHEUS)

    def load_of(self, service: str | None, *, choose: str = "Give one of them with --service") -> ServiceLoad:
        """How a service is load-tested.

        Args:
            service: Its name; None for the only one.
            choose: How another one is named where the message is read.

        Raises:
            VitalsError: It has no load test, or several have one and none is named.
        """
        path = self.folder / names.LOAD
        found = LoadMarks(services=())
        if path.exists():
            try:
                found = LoadMarks.model_validate_json(path.read_bytes())
            except (OSError, ValidationError) as error:
                raise unreadable(path, error) from error
        matching = [one for one in found.services if service in (None, one.service)]
        if len(matching) == 1:
            return matching[0]
        tested = ", ".join(one.service for one in found.services)
        wanted = f"{service!r} has no load test" if service else "it is not clear which service to test"
        raise VitalsError(
            f"In the environment {self.name!r} {wanted}; tested are: {tested or 'none'}. "
            f"{f'{choose}, or declare' if tested else 'Declare'} `load` in its file in catalog/services and run "
            "`vitals render`."
        )

    def groups(self) -> tuple[RuleGroupEntry, ...]:
        """Every rule group, by file name.

        Raises:
            VitalsError: A file cannot be read; the message names it and the field.
        """
        return groups_of(self.folder / names.RULES)

    def files(self, folder: str) -> list[Path]:
        """The files of one of its folders, by name."""
        return sorted((self.folder / folder).glob("*.*"))

    def all_files(self) -> list[Path]:
        """Every file, whatever it is."""
        return sorted(path for path in self.folder.rglob("*") if path.is_file())

    def objects(self, folder: str) -> Iterator[dict[str, Any]]:
        """The objects of one of its folders, by file name.

        Raises:
            VitalsError: A file is not valid YAML.
        """
        return (self.parsed(f"{folder}/{path.name}") for path in self.files(folder))

    def parsed(self, file: str) -> dict[str, Any]:
        """The content of a YAML file.

        Args:
            file: Its path, relative to the folder.

        Raises:
            VitalsError: It is not there, or it is not a mapping in valid YAML.
        """
        try:
            found = yaml.load(self.text(file), Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise unreadable(self.folder / file, error) from error
        if not isinstance(found, dict):
            raise unreadable(self.folder / file, ValueError("it holds no mapping"))
        return found

    def text(self, file: str) -> str:
        """The text of a file.

        Args:
            file: Its path, relative to the folder.

        Raises:
            VitalsError: It is not there, or cannot be read.
        """
        path = self.folder / file
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise missing(path) from error
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from error


def read(folder: Path) -> Rendered:
    """Read a rendered environment.

    Args:
        folder: ``rendered/local`` for example, or a copy of it.

    Raises:
        VitalsError: It is not rendered, or ``model.json`` is broken or of another version; the message names file and
            field.
    """
    path = folder / names.MODEL
    try:
        return Rendered(folder, RenderedModel.model_validate_json(path.read_bytes()))
    except FileNotFoundError as error:
        raise missing(path) from error
    except (OSError, ValidationError) as error:
        raise unreadable(path, error) from error


def environments(root: Path) -> list[str]:
    """The names of the environments that are rendered in a folder."""
    return sorted(file.parent.name for file in root.glob(f"*/{names.MODEL}"))


def read_several(root: Path, wanted: Iterable[str] | None) -> Mapping[str, Rendered]:
    """Read some environments, or all.

    Args:
        root: Holds one folder per environment.
        wanted: Their names; none for all of them.

    Returns:
        Environment by name, in the order of their names.

    Raises:
        VitalsError: One of them is not rendered, or cannot be read.
    """
    there = environments(root)
    chosen = sorted(set(wanted)) if wanted else there
    if not chosen:
        raise VitalsError(f"{root} holds no rendered environment, so there is nothing to read. Run `vitals render`.")
    for name in chosen:
        if name not in there:
            hint = did_you_mean(
                name, there, f"Rendered are {', '.join(there)}." if there else "Run `vitals render` first."
            )
            raise VitalsError(f"The environment {name!r} is not rendered in {root}. {hint}")
    return {name: read(root / name) for name in chosen}
