"""A chart is installed at one exact version, under a fixed name, and a failed attempt is cleaned up."""

import re
from collections.abc import Iterator

from .registered import Registered, Violation

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?")
LEAST_HISTORY, MOST_HISTORY = 1, 10
OFF_HERE = {"kube-prometheus-stack": ("prometheus", "alertmanager", "crds")}
"""Parts of a chart that are ours to run: their ``enabled`` must be false, or two of them would run."""


def settled_releases(resource: Registered) -> Iterator[Violation]:
    """Exact version, fixed name and namespace, cleaned up on failure, bounded history; nothing of ours run twice."""
    if not resource.is_release:
        return
    version = str(resource.at("version"))
    if not _EXACT.fullmatch(version):
        yield resource.breaks("settled-releases", f"version is {version}", "Pin one in helm-values/versions.yaml")
    for field in ("name", "namespace", "timeout"):
        if not resource.at(field):
            yield resource.breaks("settled-releases", f"{field} is not set", "Set it, so that every run means the same")
    if not (resource.at("atomic") or resource.at("cleanupOnFail")):
        yield resource.breaks(
            "settled-releases", "a failed attempt would stay half-done", "Set atomic or cleanup_on_fail"
        )
    history = resource.at("maxHistory")
    if not isinstance(history, (int, float)) or not LEAST_HISTORY <= history <= MOST_HISTORY:
        yield resource.breaks("settled-releases", f"maxHistory is {history}", f"Keep at most {MOST_HISTORY}")
    for part in OFF_HERE.get(str(resource.at("chart")).rsplit("/", 1)[-1], ()):
        if resource.at("values", part, "enabled") is not False:
            yield resource.breaks("settled-releases", f"values.{part}.enabled is not false", "Ours runs beside it")
