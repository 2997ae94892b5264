"""The names of the files and folders of an environment; nothing else in the tree spells them."""

from __future__ import annotations

MODEL = "model.json"
"""The machine-readable whole; every rendered environment has it."""
LOAD = "load.json"
"""The marks of the load tests; only where a service has some."""
ALERTMANAGER = "alertmanager.yml"
"""Routes, receivers and messages, as Alertmanager reads them."""
PROMETHEUS = "prometheus.yml"
"""The scrape configuration, where Prometheus is one program on one machine."""
OPERATOR_CONFIG = "operatorconfig.yaml"
"""Google's own configuration of its managed Prometheus, as far as it is ours to say."""
DASHBOARDS = "dashboards"
"""One ``<uid>.json`` for each dashboard."""
RULES = "rules"
"""One ``<group>.yaml`` for each rule group, in the form in which the environment takes it: a rule file for Prometheus
itself, an object whose ``spec`` is one for the operator and for Google's managed Prometheus."""
MONITORS = "monitors"
"""One ServiceMonitor for each scrape job."""
POD_MONITORINGS = "podmonitorings"
"""The same for Google's managed Prometheus."""
SCALERS = "scalers"
"""One ScaledObject for each service that is scaled."""

SCALING_PAUSE = "scaling-pause"
"""What lets a scaler be paused: an admission policy and its binding, the same for every cluster."""
PICTURES_ENDING = "-pictures"
"""How the name of a receiver ends by which no person is notified: the relay that sends pictures after notifications."""
RECEIVERS_IN_METRICS = "receiver-name-in-metrics"
"""The feature of Alertmanager by which its metrics tell that relay from people; it exists from 0.27 on."""
PICTURES_PATH = "/alerts"
"""Where that relay takes what Alertmanager sends."""
AWS_VARIABLE = "AWS_SHARED_CREDENTIALS_FILE"
"""The variable by which AWS' own library in Alertmanager finds its keys: no setting of a receiver names their file."""


def yaml_file(folder: str, name: str) -> str:
    """The path of the YAML file of a rule group, monitor or scaler, relative to its environment."""
    return f"{folder}/{name}.yaml"


def dashboard_file(uid: str) -> str:
    """The path of a dashboard, relative to its environment."""
    return f"{DASHBOARDS}/{uid}.json"
