"""The configuration of a Prometheus that runs beside its targets and finds them through files.

Target files lie beside the configuration, so the text names no address and is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from vitals.kit.scrape.job import METRIC_NAME, Job
from vitals.model.catalog import Environment
from vitals.model.conventions import SERVICE
from vitals.model.metrics import USUAL

TARGETS = "targets"
"""The folder of target files, one per job, relative to the configuration."""


def prometheus_config(jobs: Iterable[Job], environment: Environment) -> dict[str, object]:
    """The whole ``prometheus.yml`` of an environment.

    Reference: https://prometheus.io/docs/prometheus/latest/configuration/configuration/.
    """
    return {
        "global": {
            "scrape_interval": environment.scrape.others,
            "evaluation_interval": environment.scrape.others,
            # Otherwise the newer SDKs of OpenTelemetry answer with dots in names, which no rule of ours asks for.
            "metric_name_escaping_scheme": "underscores",
            "external_labels": {"environment": environment.name},
        },
        "rule_files": ["rules/*.yaml"],
        "alerting": {"alertmanagers": [{"file_sd_configs": [{"files": [f"{TARGETS}/alertmanager.json"]}]}]},
        "scrape_configs": [_scrape_config(job) for job in jobs],
    }


def _scrape_config(job: Job) -> dict[str, object]:
    return {
        "job_name": job.name,
        "scrape_interval": job.interval,
        "scrape_timeout": job.timeout,
        **_asked_differently(job),
        "file_sd_configs": [{"files": [f"{TARGETS}/{job.name}.json"], "refresh_interval": "5s"}],
        "relabel_configs": [{"target_label": SERVICE, "replacement": job.name}],
        **_kept(job),
    }


def _kept(job: Job) -> dict[str, object]:
    """What is stored of an answer that holds much more."""
    keeps = job.endpoint.keeps
    rule = {"action": "keep", "source_labels": [METRIC_NAME], "regex": keeps}
    return {"metric_relabel_configs": [rule]} if keeps else {}


def _asked_differently(job: Job) -> dict[str, object]:
    """Path, scheme and kind of histograms where they are not Prometheus' own defaults."""
    found: dict[str, object] = {"metrics_path": job.endpoint.path} if job.endpoint.path != USUAL.path else {}
    if job.endpoint.scheme != USUAL.scheme:
        found |= {"scheme": job.endpoint.scheme, "tls_config": {"insecure_skip_verify": True}}
    # It also has Prometheus ask for the one format that can carry them, protobuf, before all others.
    return found | ({"scrape_native_histograms": True} if job.native_histograms else {})
