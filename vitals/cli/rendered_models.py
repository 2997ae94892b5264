"""Read ``model.json`` of rendered environments, for commands that tell of what is committed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError


def rendered_models(folder: Path, names: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    """The models of some environments, or of all.

    Args:
        folder: Holds one folder per environment.
        names: Environments; none for all of them.

    Returns:
        Model by environment, in the order of their names.

    Raises:
        VitalsError: An environment is not rendered, or its model cannot be read.
    """
    there = sorted(file.parent.name for file in folder.glob("*/model.json"))
    chosen = sorted(set(names)) if names else there
    if not chosen:
        raise VitalsError(f"{folder} holds no rendered environment, so there is nothing to tell. Run `vitals render`.")
    for name in chosen:
        if name not in there:
            close = difflib.get_close_matches(name, there, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Rendered are {', '.join(there) or 'none'}."
            raise VitalsError(f"The environment {name!r} is not rendered in {folder}. {hint}")
    return {name: _read(folder / name / "model.json") for name in chosen}


def _read(file: Path) -> dict[str, Any]:
    try:
        model: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VitalsError(f"{file} cannot be read ({error}). Run `vitals render` to write it anew.") from error
    return model
