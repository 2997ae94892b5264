"""The contract of each exporter that runs here is what the real program exposes: names, types and labels."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from vitals.local.processes.ports import free_ports
from vitals.local.tools import ensure
from vitals.model.metrics import ALERTMANAGER, NODE, PROMETHEUS, Exporter, Foreign
from vitals.rendered import names
from vitals_telemetry.contract import Metric, MetricType

pytestmark = pytest.mark.rules

PATIENCE = 60.0
RULES = {"groups": [{"name": "any", "interval": "1s", "rules": [{"alert": "Any", "expr": "vector(1)"}]}]}


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _scrape(port: int, *until: str) -> dict[str, Family]:
    """The families of a scrape that holds samples of all of ``until``; it is asked again until then."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
                families = {family.name: family for family in text_string_to_metric_families(response.read().decode())}
        except urllib.error.URLError:
            families = {}
        if all(name in families and families[name].samples for name in until):
            return families
        assert time.monotonic() < deadline, f"{until} did not appear on port {port}"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Family]]]:
    """One scrape of each program, taken when it has done everything that it counts at least once."""
    folder = tmp_path_factory.mktemp("exporters")
    programs = ensure(["prometheus", "alertmanager", "node_exporter"])
    node, prometheus, alertmanager = free_ports(["node", "prometheus", "alertmanager"]).values()
    (folder / "rules.yml").write_text(json.dumps(RULES))
    (folder / "prometheus.yml").write_text(
        json.dumps(
            {
                "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                "rule_files": ["rules.yml"],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
                "scrape_configs": [{"job_name": "node", "static_configs": [{"targets": [f"127.0.0.1:{node}"]}]}],
            }
        )
    )
    receivers = [{"name": "none", "webhook_configs": [{"url": "http://127.0.0.1:9/"}]}]
    (folder / "alertmanager.yml").write_text(json.dumps({"route": {"receiver": "none"}, "receivers": receivers}))
    commands = [
        [str(programs["node_exporter"]), f"--web.listen-address=127.0.0.1:{node}"],
        [
            str(programs["alertmanager"]),
            "--config.file=alertmanager.yml",
            "--storage.path=alertmanager",
            f"--web.listen-address=127.0.0.1:{alertmanager}",
            "--cluster.listen-address=",
            f"--enable-feature={names.RECEIVERS_IN_METRICS}",
        ],
        [
            str(programs["prometheus"]),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=prometheus",
            f"--web.listen-address=127.0.0.1:{prometheus}",
        ],
    ]
    with ExitStack() as all_of_them:
        for command in commands:
            all_of_them.enter_context(_running(command, folder))
        yield {
            "node": _scrape(node, "node_cpu_seconds"),
            "prometheus": _scrape(prometheus, "prometheus_notifications_sent", "prometheus_tsdb_head_samples_appended"),
            "alertmanager": _scrape(alertmanager, "alertmanager_notifications_failed"),
        }


def _family(metric: Metric, families: dict[str, Family]) -> Family:
    """The parser takes ``_total`` off the names of counters that have it."""
    return families[metric.name.removesuffix("_total") if metric.type is MetricType.COUNTER else metric.name]


def _exposed(metric: Metric) -> str:
    exposed = metric.exposed if isinstance(metric, Foreign) else ""
    return {"": metric.type.value, "untyped": "unknown"}[exposed]


@pytest.mark.parametrize(
    ("exporter", "metric"),
    [(exporter, metric) for exporter in (NODE, PROMETHEUS, ALERTMANAGER) for metric in exporter.metrics],
    ids=lambda value: value.name,
)
def test_the_contract_is_what_is_scraped(
    exporter: Exporter, metric: Metric, scraped: dict[str, dict[str, Family]]
) -> None:
    """Each metric exists with its type; each sample has the declared labels and, where closed, declared values."""
    family = _family(metric, scraped[exporter.name])

    assert family.type == _exposed(metric)
    assert family.samples
    closed = {label.name: set(label.values) for label in metric.labels if label.values}
    for sample in family.samples:
        missing = set(metric.label_names) - set(sample.labels)
        assert not missing, sample
        if "build_info" not in metric.name:
            assert set(sample.labels) == set(metric.label_names), sample
        for name, values in closed.items():
            assert sample.labels[name] in values


def test_no_label_has_more_values_than_declared(scraped: dict[str, dict[str, Family]]) -> None:
    """The bounds of the contract hold for a real program."""
    assert all(exporter.metrics for exporter in (NODE, PROMETHEUS, ALERTMANAGER))
    for exporter in (NODE, PROMETHEUS, ALERTMANAGER):
        for metric in exporter.metrics:
            samples = _family(metric, scraped[exporter.name]).samples
            assert samples, metric.name
            for label in metric.labels:
                assert len({sample.labels[label.name] for sample in samples}) <= label.most, (metric.name, label.name)


def test_a_renamed_metric_is_found(scraped: dict[str, dict[str, Family]]) -> None:
    """An exporter that renames a metric breaks the test of the contract, and does not pass unseen."""
    with pytest.raises(KeyError, match="node_cpu_seconds_renamed"):
        _family(
            Metric("node_cpu_seconds_renamed_total", MetricType.COUNTER, NODE.metrics[1].unit, "Renamed."),
            scraped["node"],
        )
