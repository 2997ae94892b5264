"""The image and the workflow of load tests on a cluster: what is copied exists, and what runs there is this command."""

from __future__ import annotations

import re
from typing import Any

import yaml

from infra.monitoring.load_test import LASTS_S, load_test
from infra.settings import LoadTests
from vitals.paths import ROOT

DIGEST = "@sha256:" + "0" * 64
WANTED = LoadTests.model_validate(
    {
        "image": f"registry.example/team/vitals{DIGEST}",
        "host": "http://shop.platform:8000",
        "metrics": "http://shop-replicas.platform:9000/metrics",
    }
)


def _job(wanted: LoadTests) -> dict[str, Any]:
    (found,) = [one for one in load_test("monitoring", "staging", wanted, "vitals") if one["kind"] == "CronJob"]
    return dict(found)


def test_image_copies_what_there_is() -> None:
    """Every path that the Dockerfile copies from the repository exists, and its base is that of the demo's image."""
    text = (ROOT / "vitals" / "Dockerfile").read_text()
    copied = [path for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M) for path in line.split()]

    assert {"vitals", "rendered", "uv.lock"} <= set(copied)
    assert [path for path in copied if not (ROOT / path).exists()] == []
    bases = set(re.findall(r"^FROM (\S+)", text, re.M))
    assert bases == set(re.findall(r"^FROM (\S+)", (ROOT / "demo" / "Dockerfile").read_text(), re.M))


def test_workflow_builds_both_images() -> None:
    """Each image has a Dockerfile, and the summary names a setting that a stack file knows."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "image.yml").read_text())
    built = workflow["jobs"]["image"]["strategy"]["matrix"]["include"]

    assert {one["name"] for one in built} == {"wellness", "vitals"}
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    for one in built:
        assert (ROOT / one["file"]).is_file()
        assert one["setting"].split(".")[0] in declared


def test_job_runs_once_a_week_and_keeps_its_runs() -> None:
    """One run, none beside it and none after a failed one; the arguments are those of the command."""
    spec = _job(WANTED)["spec"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("0 9 * * 1", "Forbid")
    assert (spec["jobTemplate"]["spec"]["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    assert container["args"] == [
        *("load", "normal", "--env", "staging", "--allow-remote", "--host", "http://shop.platform:8000"),
        *("--keep", "/runs", "--duration", str(LASTS_S)),
        *("--metrics", "http://shop-replicas.platform:9000/metrics"),
    ]
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] > LASTS_S + 600
    assert {"name": "runs", "persistentVolumeClaim": {"claimName": "load-test"}} in pod["volumes"]


def test_job_without_metrics_asks_for_none() -> None:
    """Where no page of replicas is named, the run goes without replicas and saturation."""
    pod = _job(WANTED.model_copy(update={"metrics": None}))["spec"]["jobTemplate"]["spec"]["template"]["spec"]

    assert "--metrics" not in pod["containers"][0]["args"]
