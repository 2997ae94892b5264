"""Evaluate a monitoring mixin: jsonnet that describes rules, as other projects ship them beside their programs.

A mixin gets the watched targets of the environment as ``std.extVar("targets")`` and returns ``prometheusAlerts`` and
``prometheusRules``, visible or hidden (``::``), each with ``groups``. It may import files of its own folder and nothing
else: whatever it needs is in the repository and reviewed.
Convention: https://monitoring.mixins.dev/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import _jsonnet

from vitals.catalog import Service
from vitals.errors import VitalsError

_PARTS = ("prometheusRules", "prometheusAlerts")


def groups(mixin: Path, watched: Iterable[Service]) -> list[object]:
    """The rule groups of a mixin, as plain data that nothing has checked yet.

    Args:
        mixin: The ``.jsonnet`` file.
        watched: Services and exporters of the environment.

    Raises:
        VitalsError: It cannot be evaluated: a syntax error, a missing import, or an error that it raises itself.
    """
    targets = [{"service": service.name, "owner": service.owner} for service in watched]
    parts = ", ".join(
        f"{part}: if std.objectHasAll(mixin, '{part}') then mixin.{part} else {{groups: []}}" for part in _PARTS
    )
    try:
        text = _jsonnet.evaluate_snippet(
            str(mixin),
            f"local mixin = import {json.dumps(mixin.name)};\n{{{parts}}}",
            import_callback=_import_from(mixin.parent),
            ext_codes={"targets": json.dumps(targets)},
        )
    except RuntimeError as error:
        told = str(error).replace(f"{mixin.parent}/", "").strip().splitlines()
        raise VitalsError(
            f"Mixin {mixin.name} cannot be evaluated: {told[0]}. None of its rules would exist. Correct the mixin, or "
            "take it out, and render again."
        ) from None
    evaluated = json.loads(text)
    found: list[object] = []
    for part in _PARTS:
        if not isinstance(evaluated[part], dict) or not isinstance(evaluated[part].get("groups"), list):
            raise VitalsError(
                f"Mixin {mixin.name}: {part} is no object with a list of groups, so none of its rules would exist. "
                "Correct the mixin and render again."
            )
        found += evaluated[part]["groups"]
    return found


def _import_from(folder: Path) -> Callable[[str, str], tuple[str, bytes]]:
    """The binding's import callback: from the importing folder and a name to the file's path and content."""

    def read(_: str, name: str) -> tuple[str, bytes]:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise RuntimeError(f"{name} is no file of the folder of mixins")
        return str(folder / name), file.read_bytes()

    return read
