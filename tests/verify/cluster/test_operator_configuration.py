"""The real Prometheus operator makes of our objects the configuration that runs on one machine, and nothing less."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.infra.settings.stack_files import each
from tests.verify.cluster.generated import OPERATOR_API, Generated, eventually, generate, objects_in, read_generated
from tests.verify.cluster.shipped import ENVIRONMENTS
from vitals.local.tools import find
from vitals.paths import RENDERED
from vitals.rendered import read
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.state import ClusterState

pytestmark = pytest.mark.cluster

PODS = {"prometheus-vitals-0", "prometheus-vitals-1", "alertmanager-vitals-0"}


@pytest.fixture(scope="module", params=each(ENVIRONMENTS))
def environment(request: pytest.FixtureRequest) -> str:
    """Each environment that is rendered as objects."""
    return str(request.param)


@pytest.fixture(scope="module")
def generated(control_plane: ClusterState, environment: str) -> Iterator[Generated]:
    """What the operator makes of it."""
    with ApiServer.of(control_plane.kubeconfig) as api:
        yield generate(api, place(environment), environment)


def place(environment: str) -> str:
    """The namespace of an environment in these tests."""
    return f"operated-{environment}"


def rendered(environment: str, name: str) -> dict[str, Any]:
    """A rendered file that holds no object."""
    content: dict[str, Any] = yaml.safe_load((RENDERED / environment / name).read_text(encoding="utf-8"))
    return content


def test_every_monitor_becomes_its_scrape_job(generated: Generated, environment: str) -> None:
    """One job for each endpoint, at the pace and under the path that the monitor says."""
    manifests = objects_in(place(environment), environment)
    monitors = [manifest for manifest in manifests if manifest["kind"] == "ServiceMonitor"]
    expected = {
        f"serviceMonitor/{monitor['metadata']['namespace']}/{monitor['metadata']['name']}/{number}": endpoint
        for monitor in monitors
        for number, endpoint in enumerate(monitor["spec"]["endpoints"])
    }
    assert set(generated.jobs) == set(expected)
    for name, endpoint in expected.items():
        job = generated.jobs[name]
        assert job["scrape_interval"] == endpoint["interval"]
        assert job["scrape_timeout"] == endpoint["scrapeTimeout"]
        assert job.get("metrics_path", "/metrics") == endpoint.get("path", "/metrics")


def test_every_rule_is_loaded_as_it_is_on_one_machine(generated: Generated, environment: str) -> None:
    """The groups in the files that Prometheus gets are those that are rendered, to the last label."""
    expected = {group.name: group.body for group in read(RENDERED / environment).groups()}
    assert expected
    assert generated.groups == expected


def test_promtool_accepts_what_the_operator_wrote(generated: Generated, tmp_path: Path) -> None:
    """Configuration and rules; the files that only exist in a pod (tokens) are not opened."""
    config = tmp_path / "prometheus.yaml"
    config.write_text(generated.prometheus, encoding="utf-8")
    rules = [tmp_path / name for name in generated.rule_files]
    for path in rules:
        path.write_text(generated.rule_files[path.name], encoding="utf-8")

    assert "SUCCESS" in checked(find("promtool-kubernetes"), "check", "config", "--syntax-only", config)
    assert "SUCCESS" in checked(find("promtool"), "check", "rules", *rules)


def test_alertmanager_gets_our_routes_and_receivers(generated: Generated, environment: str, tmp_path: Path) -> None:
    """The operator passes our configuration on without a change, and amtool accepts it."""
    config = tmp_path / "alertmanager.yaml"
    config.write_text(generated.alertmanager, encoding="utf-8")

    assert yaml.safe_load(generated.alertmanager) == rendered(environment, "alertmanager.yml")
    assert "SUCCESS" in checked(find("amtool"), "check-config", config)


def test_a_monitor_that_is_deleted_is_scraped_no_more(api: ApiServer, generated: Generated, environment: str) -> None:
    """What was read above is what the operator keeps in step, not a file that would be right by chance."""
    where = place(environment)
    monitor = next(one for one in objects_in(where, environment) if one["kind"] == "ServiceMonitor")
    name = f"serviceMonitor/{where}/{monitor['metadata']['name']}/0"
    assert name in generated.jobs

    api.delete(OPERATOR_API, "ServiceMonitor", monitor["metadata"]["name"], where)
    eventually(lambda: name not in read_generated(api, where).jobs)
    api.apply(monitor)
    eventually(lambda: name in read_generated(api, where).jobs)


@pytest.mark.usefixtures("generated")
def test_controllers_and_scheduler_work(api: ApiServer, environment: str) -> None:
    """The operator's StatefulSets get their pods, which the scheduler looks at and cannot place: there is no node."""

    def unplaced() -> set[str]:
        pods = {name: api.get("v1", "Pod", name, place(environment)) or {} for name in PODS}
        conditions = {name: pod.get("status", {}).get("conditions", ()) for name, pod in pods.items()}
        return {name for name, found in conditions.items() if [one["reason"] for one in found] == ["Unschedulable"]}

    eventually(lambda: unplaced() == PODS)


def checked(*command: str | Path) -> str:
    """Output of a checker that must be content."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
