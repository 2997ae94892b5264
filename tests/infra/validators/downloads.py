"""Judges what a program fetches when it starts: in exactly one version, and never before it can start.

What is not pinned is another program tomorrow, and what is waited for makes a site of others a part of the stack.
Reference: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#preinstall.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FETCHED_BY_GRAFANA = frozenset(
    {
        "grafana-advisor-app",
        "grafana-exploretraces-app",
        "grafana-lokiexplore-app",
        "grafana-metricsdrilldown-app",
        "grafana-pyroscope-app",
    }
)
"""Apps that Grafana 13 fetches by itself, in whatever version there is, unless they are disabled."""
_PINNED = re.compile(r"[a-z0-9-]+@\d+\.\d+\.\d+")
_IMAGE = re.compile(r".+(@sha256:[0-9a-f]{64}|:[\w.-]*\d[\w.-]*)")
_BLOCKING = ("GF_INSTALL_PLUGINS", "GF_PLUGINS_PREINSTALL_SYNC")
"""Variables by which Grafana fetches plugins before it starts."""
_FETCHES = re.compile(r"\b(curl|wget|git clone|pip install|npm install|apk add|apt-get install)\b")


def of_grafana(plugins: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about the section ``plugins`` of Grafana's configuration."""
    for name in _listed(plugins.get("preinstall")):
        if not _PINNED.fullmatch(name):
            yield f"the plugin {name} has no version"
    if _listed(plugins.get("preinstall_sync")) or str(plugins.get("preinstall_async", "")).lower() != "true":
        yield "plugins are fetched before Grafana starts"
    if str(plugins.get("preinstall_auto_update", "")).lower() != "false":
        yield "plugins are raised to whatever is the newest"
    for app in sorted(FETCHED_BY_GRAFANA - set(_listed(plugins.get("disable_plugins")))):
        yield f"Grafana fetches {app} in whatever version there is"


def of_containers(containers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Sentences about containers: their images, and what they fetch by command or variable."""
    for container in containers:
        name, image = container["name"], str(container["image"])
        if not _IMAGE.fullmatch(image) or image.endswith(":latest"):
            yield f"{name} runs {image}, which is another one tomorrow"
        for variable in container.get("env") or ():
            if variable["name"] in _BLOCKING and (variable.get("value") or variable.get("valueFrom")):
                yield f"{name} waits for plugins ({variable['name']})"
        said = " ".join(str(word) for field in ("command", "args") for word in container.get(field) or ())
        if fetched := _FETCHES.search(said):
            yield f"{name} fetches something by {fetched[1]} when it starts"


def _listed(value: object) -> list[str]:
    return [word for word in re.split(r"[,\s]+", str(value or "")) if word]
