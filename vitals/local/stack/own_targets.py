"""Services of one's own that run beside the stack: which address is which service of the catalogue."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from vitals.errors import VitalsError
from vitals.local.stack.discovery import Targets
from vitals.rendered import RenderedModel

_FORM = re.compile(r"(?P<name>[a-z0-9-]+)=(?P<address>[A-Za-z0-9.-]+:\d{1,5}|\[[0-9a-f:]+\]:\d{1,5})(?P<path>/\S*)?")


def own_targets(texts: Iterable[str], model: RenderedModel, *, ours: Collection[str]) -> dict[str, Targets]:
    """Read ``NAME=HOST:PORT[/PATH]``; one service may have several replicas.

    Args:
        texts: What was given.
        model: The environment that runs.
        ours: The jobs that the stack itself runs.

    Raises:
        VitalsError: One is written otherwise, names no service, or one that the stack runs itself.
    """
    found: dict[str, Targets] = {}
    services = [service.name for service in model.services if service.name not in ours]
    for text in texts:
        match = _FORM.fullmatch(text)
        if match is None:
            raise VitalsError(
                f"--target {text!r} is not an address of a service. Nothing was started. Write it as "
                "NAME=HOST:PORT or NAME=HOST:PORT/PATH, such as shop=127.0.0.1:8080/metrics."
            )
        name, path = match["name"], match["path"] or ""
        if name in ours:
            raise VitalsError(
                f"--target {text!r}: {name} is run by the stack itself. Nothing was started. Name another service."
            )
        if name not in services:
            close = difflib.get_close_matches(name, services, n=1)
            hint = (
                f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(services) or 'none beside the demo'}."
            )
            raise VitalsError(
                f"--target {text!r}: the catalogue has no service {name!r}, so no rule would watch it. Nothing was "
                f"started. {hint} Add catalog/services/{name.replace('-', '_')}.py and run `vitals render`."
            )
        before = found.get(name, Targets((), path=path))
        if before.path != path:
            raise VitalsError(
                f"--target {text!r}: the replicas of {name} must serve their metrics at one path. Nothing was started."
            )
        found[name] = Targets((*before.addresses, match["address"]), path=path)
    return found
