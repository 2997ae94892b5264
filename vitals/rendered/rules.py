"""Rule groups as they stand in the files: in a rule file of Prometheus, or in the ``spec`` of an object.

Both carry the same groups in the same words, so a reader need not know which of the two an environment has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from vitals.atomic import write_atomic
from vitals.rendered.broken import unreadable
from vitals.rendered.entry import Entry

_NEVER_FOLD = 2**31 - 1
"""The widest line that libyaml takes."""


class RuleEntry(Entry):
    """One rule, as its file has it.

    Attributes:
        record: The recorded name; None for an alert.
        alert: The name of the alert; None for a record.
        expr: Its expression.
        for_: ``for``: how long the condition must hold; None where it fires at once.
        keep_firing_for: How long an alert goes on after its condition.
        labels: The labels that it sets.
        annotations: What an alert says, before its values are filled in.
    """

    record: str | None = None
    alert: str | None = None
    expr: str
    for_: str | None = Field(default=None, alias="for")
    keep_firing_for: str | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The recorded name, or the alert's."""
        return self.record or self.alert or ""

    @property
    def body(self) -> dict[str, Any]:
        """The rule in the words of a rule file, with what it sets and nothing more."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class RuleGroupEntry(Entry):
    """One rule group, as its file has it; durations such as ``15s``."""

    name: str
    interval: str
    limit: int | None = None
    query_offset: str | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)
    rules: tuple[RuleEntry, ...]

    @property
    def body(self) -> dict[str, Any]:
        """The group in the words of a rule file, with what it sets and nothing more."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class _RuleFile(Entry):
    groups: tuple[RuleGroupEntry, ...]


def groups_in(text: str) -> tuple[RuleGroupEntry, ...]:
    """The groups of one file.

    Args:
        text: A rule file, or an object that holds one as its ``spec``.

    Raises:
        ValueError: It is neither (pydantic's ``ValidationError``, which names the field, is one).
        yaml.YAMLError: It is not valid YAML.
    """
    content = yaml.load(text, Loader=yaml.CSafeLoader)
    return _RuleFile.model_validate(
        content["spec"] if isinstance(content, dict) and "spec" in content else content
    ).groups


def plain_rule_file(groups: Iterable[RuleGroupEntry]) -> str:
    """The text of a plain rule file, for promtool and whatever else takes no object."""
    content = {"groups": [group.body for group in groups]}
    # Neither folded nor in Unicode: a line that is broken at an odd blank would be read as another text.
    return yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, width=_NEVER_FOLD)


def write_plain_rule_files(groups: Sequence[RuleGroupEntry], folder: Path) -> dict[str, Path]:
    """Write each group as a plain rule file of its own.

    Args:
        groups: The groups.
        folder: Gets one ``<group>.yaml`` each; it is made if need be.

    Returns:
        The file of each group, by its name.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {group.name: folder / f"{group.name}.yaml" for group in groups}
    for group in groups:
        write_atomic(files[group.name], plain_rule_file([group]))  # a program may read the folder meanwhile
    return files


def groups_of_file(path: Path) -> tuple[RuleGroupEntry, ...]:
    """The groups of one file.

    Raises:
        VitalsError: It cannot be read; the message names it and the field.
    """
    try:
        return groups_in(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise unreadable(path, error) from error


def groups_of(folder: Path) -> tuple[RuleGroupEntry, ...]:
    """The groups of every file of a folder, by file name and in the order of evaluation.

    Args:
        folder: ``rules`` of a rendered environment, or of a run folder's configuration.

    Raises:
        VitalsError: A file cannot be read; the message names it and the field.
    """
    return tuple(group for path in sorted(folder.glob("*.yaml")) for group in groups_of_file(path))
