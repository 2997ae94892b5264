"""The charts themselves: unpacked copies at hand, or pulled once from their repositories by Helm.

``VITALS_CHARTS=DIR`` names a folder with one folder for each chart, its subcharts unpacked in ``charts/``; a copy there
may be of another version than the pinned one, and the run says so. Without it each chart is pulled into the cache of
Vitals, outside the repository.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from infra.monitoring.charts import Chart
from vitals.errors import VitalsError
from vitals.local.tools import cache

VARIABLE = "VITALS_CHARTS"
PULLED_WITHIN_S = 300
"""The largest chart has 3 MB; after five minutes the network is not worth waiting for."""
_UNREACHABLE = re.compile(
    r"cannot be reached|no such host|connection refused|i/o timeout|network is unreachable|server misbehaving"
    r"|TLS handshake|deadline exceeded|Temporary failure|proxyconnect|EOF|: [45]\d\d ",
)
"""How Helm says that a repository does not answer; whatever else it says is about the chart."""


class UnreachableError(VitalsError):
    """A repository of charts does not answer: nothing is known about the chart."""


def folder_of(chart: Chart, helm: Path) -> Path:
    """Where an unpacked chart is.

    Raises:
        UnreachableError: Its repository does not answer.
        VitalsError: It does not have the chart in that version, or the named folder has none.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return _at_hand(chart, Path(chosen).expanduser())
    there = cache.root() / "charts" / f"{chart.name}-{chart.version}"
    if not (there / "Chart.yaml").is_file():
        _pull(chart, helm, there)
    return there


def version_of(folder: Path) -> str:
    """Which version an unpacked chart is."""
    return str(yaml.safe_load((folder / "Chart.yaml").read_text(encoding="utf-8"))["version"])


def environment(home: Path) -> dict[str, str]:
    """Helm with nothing of its user: no repositories, no plugins, no settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HELM_")}
    return {**kept, **{f"HELM_{what}_HOME": str(home / what.lower()) for what in ("CACHE", "CONFIG", "DATA")}}


def _at_hand(chart: Chart, folder: Path) -> Path:
    if not (folder / chart.name / "Chart.yaml").is_file():
        raise VitalsError(
            f"{VARIABLE} is {folder}, and there is no chart {chart.name} in it ({chart.name}/Chart.yaml). No chart was "
            f"rendered. Unpack {chart.name} {chart.version} there, or unset {VARIABLE} to pull it from "
            f"{chart.repository}."
        )
    return folder / chart.name


def _pull(chart: Chart, helm: Path, there: Path) -> None:
    """Pull into a temporary folder beside, then rename: what is there is always whole."""
    there.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=there.parent, prefix=".pulling-") as work:
        command: list[str | Path] = [helm, "pull", chart.name, "--repo", chart.repository, "--version", chart.version]
        command += ["--untar", "--untardir", work]
        try:
            answer = subprocess.run(
                command,
                env=environment(Path(work) / "home"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PULLED_WITHIN_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreachableError(_said(chart, f"no answer within {PULLED_WITHIN_S} s")) from None
        if answer.returncode:
            why = " ".join(answer.stderr.split())
            kind = UnreachableError if _UNREACHABLE.search(why) else VitalsError
            raise kind(_said(chart, why))
        shutil.rmtree(there, ignore_errors=True)
        (Path(work) / chart.name).rename(there)


def _said(chart: Chart, why: str) -> str:
    return (
        f"The chart {chart.name} {chart.version} could not be pulled from {chart.repository}: {why}. It was not "
        "rendered, so nothing is known about what it makes of our values. Check the network and "
        f"helm-values/versions.yaml, or unpack the chart into a folder and set {VARIABLE} to it."
    )
