"""Evaluate a monitoring mixin: jsonnet that describes rules, as other projects ship them beside their programs.

A mixin gets the watched targets of the environment as ``std.extVar("targets")`` and returns ``prometheusAlerts`` and
``prometheusRules``, visible or hidden (``::``), each with ``groups``; older mixins call them ``prometheus_alerts`` and
``prometheus_rules``. It may import files of the folder of mixins and nothing else: whatever it needs is in the
repository and reviewed. As jsonnet has it, an import is looked for beside the importing file first, then in ``vendor``
folders on the way up, then from the top of the folder of mixins.
Convention: https://monitoring.mixins.dev/.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _jsonnet

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located, computed
from vitals.model.catalog import Service
from vitals.model.conventions import OWNER, SERVICE

PARTS = ("prometheusRules", "prometheusAlerts", "prometheus_rules", "prometheus_alerts")
_LIKE = 0.75
"""How alike a name with groups must be to be meant for one of these: prometheusAlert is, and prometheusAlertRules."""
_NOTHING = "None of its rules would exist. Correct the mixin, or take it out, and render again."


@dataclass(frozen=True, slots=True)
class Seen:
    """The files that an evaluation came across, resolved.

    Attributes:
        read: Those that it is made of.
        passed_over: Those that an import could have meant, had no other file of that name been nearer.
    """

    read: set[Path] = field(default_factory=set)
    passed_over: set[Path] = field(default_factory=set)


def evaluate(mixin: Path, root: Path, watched: Iterable[Service]) -> tuple[list[Located], Seen]:
    """The rule groups of a mixin, which nothing has checked yet, and the files that it came across.

    Its alerts and its records are a rule file each, as its authors write them, so a group of each may have one name.

    Args:
        mixin: The entry.
        root: The folder of mixins.
        watched: Services and exporters of the environment.

    Raises:
        VitalsError: It cannot be evaluated: a syntax error, a missing import, or an error that it raises itself; or it
            says nothing about rules.
    """
    name = f"mixins/{mixin.relative_to(root).as_posix()}"
    targets = [{SERVICE: service.name, OWNER: service.owner} for service in watched]
    parts = ", ".join(f"{part}: if std.objectHasAll(mixin, '{part}') then mixin.{part} else null" for part in PARTS)
    seen = Seen({mixin.resolve()})

    def asked(question: str) -> Any:  # noqa: ANN401 - any JSON value
        try:
            text = _jsonnet.evaluate_snippet(
                str(mixin),
                f"local mixin = import {json.dumps(mixin.name)};\n{question}",
                import_callback=_import_from(root, seen),
                ext_codes={"targets": json.dumps(targets)},
            )
        except RuntimeError as error:
            said = str(error).replace(f"{root}/", "").strip().splitlines()
            raise VitalsError(f"{name} cannot be evaluated: {said[0]}. {_NOTHING}") from None
        return json.loads(text)

    evaluated = asked(
        f"if std.isObject(mixin) then {{{parts}, fields: std.objectFieldsAll(mixin)}} else std.type(mixin)"
    )
    if isinstance(evaluated, str):
        raise VitalsError(
            f"{name} evaluates to a value of the type {evaluated}, and a mixin is an object with prometheusAlerts or "
            f"prometheusRules. {_NOTHING}"
        )
    for other in sorted(set(evaluated["fields"]) - {*PARTS}):
        meant = difflib.get_close_matches(other, PARTS, n=1, cutoff=_LIKE)
        if meant and asked(
            f"local it = mixin[{json.dumps(other)}]; std.isObject(it) && std.objectHasAll(it, 'groups')"
        ):
            raise VitalsError(f"{name} has groups in {other}, which is not read. Did you mean {meant[0]}? {_NOTHING}")
    given = {part: evaluated[part] for part in PARTS if evaluated[part] is not None}
    if not given:
        raise VitalsError(f"{name} has neither prometheusAlerts nor prometheusRules, visible or hidden. {_NOTHING}")
    documents = []
    for part, value in given.items():
        if not isinstance(value, dict) or not isinstance(value.get("groups"), list):
            raise VitalsError(f"{name}: {part} is not an object with a list of groups. {_NOTHING}")
        documents.append(computed(name, json.dumps({"groups": value["groups"]})))
    return [document for document in documents if document is not None], seen


def _import_from(root: Path, seen: Seen) -> Callable[[str, str], tuple[str, bytes]]:
    """The binding's import callback: from the importing folder and a name to the file's path and content."""
    top = Path(os.path.normpath(root))

    def find(importing: str, name: str) -> tuple[str, bytes]:
        # Where a path leads by its words counts, so that a folder that is linked here may be imported from.
        there = [Path(os.path.normpath(folder / name)) for folder in _searched(Path(importing), root)]
        meant = [file for file in there if file.is_file() and file.is_relative_to(top)]
        if not meant:
            raise RuntimeError(f"{name} is not a file of the folder of mixins")
        seen.read.add(meant[0].resolve())
        seen.passed_over.update(file.resolve() for file in meant[1:])
        return str(meant[0]), meant[0].read_bytes()

    return find


def _searched(importing: Path, root: Path) -> Iterator[Path]:
    """Where an import is looked for, nearest first."""
    yield importing
    for folder in (importing, *importing.parents):
        yield folder / "vendor"
        if folder.resolve() == root.resolve():
            break
    yield root
