"""The program that renders rules with one module mutated: ``python -m tests.mutation.worker_process``.

It reads one request a line, ``{"module", "file", "text"}``, and answers one a line:
``{"rules": [[group, body, interval], ...]}`` or, where the generators themselves refuse the mutant,
``{"refused": reason}``. Each request is answered by a fork that
imports the rooms of the generators anew with the given text in place of the module; nothing is ever written into the
tree, and a module that never ends is ended here.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

import vitals.render  # noqa: F401 - so that each fork has most of what it needs
from tests.mutation.tested import rules, rules_of_dialects

_AGAIN = ("alert_rules", "vitals.kit", "vitals.model.signals", "vitals.render")
"""What holds the generators or objects of them, and is imported anew."""
CPU_SECONDS = 20
"""The compositions take a second; what takes so long never ends."""


class _Instead(MetaPathFinder, Loader):
    """Gives a module another text."""

    def __init__(self, module: str, file: str, text: str) -> None:
        self._module, self._file, self._text = module, file, text

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the protocol's
        target: ModuleType | None = None,  # noqa: ARG002 - as above
    ) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self._file, loader=self) if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._text, self._file, "exec", dont_inherit=True), vars(module))  # noqa: S102 - what this is for


def rendered_rules(request: Mapping[str, str]) -> dict[str, Any]:
    """All rules, made with one module mutated; to be called once in a process."""
    for name in [name for name in sys.modules if _in_rooms(name)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Instead(request["module"], request["file"], request["text"]))
    try:
        from vitals.render.compose import compose  # noqa: PLC0415 - anew, with the mutated module behind it

        found = (*rules(compose), *rules_of_dialects(compose))
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"[:300]}
    return {"rules": [[rule.group, rule.body, rule.interval] for rule in found]}


def _in_rooms(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in _AGAIN)


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            print(json.dumps(rendered_rules(json.loads(line))), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"refused": f"it did not end in {CPU_SECONDS} s, or ended badly"}), flush=True)


if __name__ == "__main__":
    main()
