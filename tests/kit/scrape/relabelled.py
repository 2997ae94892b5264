"""The labels that a scraped target gets, by promtool's own relabelling, in the local form of a job and in others."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vitals.kit.scrape import Job, prometheus_config
from vitals.local.tools import ensure
from vitals.model.catalog import Environment
from vitals.render.text import to_yaml

ADDRESS = "10.0.0.7:9100"
IDENTITY_ON_KUBERNETES = {"container", "namespace", "pod"}
"""Labels that exist only on a cluster: they say where a target runs; no rule or panel reads them."""


def discovered(folder: Path, config: Mapping[str, Any], job: str) -> dict[str, str]:
    """The labels of the only target of a job, in a configuration that reads its targets from files in the folder."""
    (folder / "prometheus.yml").write_text(to_yaml(config))
    promtool = ensure(["promtool"])["promtool"]
    done = subprocess.run(
        [promtool, "check", "service-discovery", "--timeout=1s", "prometheus.yml", job],
        cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (target,) = json.loads(done.stdout)
    labels: dict[str, str] = target["labels"]
    return {name: value for name, value in labels.items() if not name.startswith("__")}


def local_labels(folder: Path, job: Job, environment: Environment) -> dict[str, str]:
    """The labels of a target of the job under a Prometheus on one machine."""
    (folder / "targets").mkdir()
    (folder / "targets" / f"{job.name}.json").write_text(json.dumps([{"targets": [ADDRESS]}]))
    return discovered(folder, {**prometheus_config([job], environment), "rule_files": [], "alerting": {}}, job.name)
