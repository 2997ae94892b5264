"""Programs of one's own that run beside the stack: which address is which service or exporter of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from vitals.errors import VitalsError, did_you_mean
from vitals.local.stack.discovery import Targets
from vitals.rendered import RenderedModel

_FORM = re.compile(
    r"(?P<name>[a-z0-9-]+)=(?P<address>(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5}))(?P<path>/\S*)?"
)
_URL = re.compile(r"=\s*(?P<scheme>https?)://", re.IGNORECASE)
_LAST_PORT = 65535


def own_targets(texts: Iterable[str], model: RenderedModel, *, ours: Collection[str]) -> dict[str, Targets]:
    """Read ``NAME=HOST:PORT[/PATH]``; one service may have several replicas.

    Args:
        texts: What was given.
        model: The environment that runs.
        ours: The jobs that the stack itself runs.

    Raises:
        VitalsError: One is written otherwise, names nothing that is watched here, or what the stack runs itself.
    """
    found: dict[str, Targets] = {}
    watched = [job.name for job in model.jobs if job.name not in ours]
    for text in texts:
        match = _FORM.fullmatch(text)
        if match is None or not 0 < int(match["port"]) <= _LAST_PORT:
            raise VitalsError(
                f"--target {text!r} is not an address of a service. Nothing was started. Write it as "
                f"NAME=HOST:PORT or NAME=HOST:PORT/PATH, such as shop=127.0.0.1:8080/metrics.{_hint(text)}"
            )
        name, path = match["name"], match["path"] or ""
        if name in ours:
            raise VitalsError(
                f"--target {text!r}: {name} is run by the stack itself. Nothing was started. Name another service."
            )
        if name not in watched:
            raise VitalsError(
                f"--target {text!r}: the environment {model.environment.name!r} has no service or exporter {name!r}, "
                f"so no rule would watch it. Nothing was started. {_other(name, watched)}"
            )
        before = found.get(name, Targets((), path=path))
        if before.path != path:
            raise VitalsError(
                f"--target {text!r}: the replicas of {name} must serve their metrics at one path. Nothing was started."
            )
        found[name] = Targets((*before.addresses, match["address"]), path=path)
    return found


def _hint(text: str) -> str:
    """What to leave out of an address that was copied from a browser."""
    url = _URL.search(text)
    if url is None:
        return ""
    scheme = url["scheme"].lower()
    said = ' That it speaks https is said in the catalogue: metrics_scheme="https".' if scheme == "https" else ""
    return f" Leave {scheme}:// out.{said}"


def _other(name: str, watched: Collection[str]) -> str:
    known = f"It has {', '.join(sorted(watched))}." if watched else "It has none beside what the stack runs itself."
    add = f"{known} Add catalog/services/{name.replace('-', '_')}.py and run `vitals render`."
    return did_you_mean(name, watched, add)
