"""Alerts as code: one file per family, each alert an object that reads as a sentence.

Edit a bound, a duration or a text here; ``vitals render`` writes the rule files. Alerts are named per kind and carry
the ``service`` label, so a new service needs no new alert and no new runbook.
"""

from alert_rules.catalogue import alerts_of_environment, alerts_of_service
from alert_rules.routing import alertmanager_config, channels
from vitals.kit.alerts.alert import Alert, Bound, Severity
from vitals.kit.alerts.latency_budget import Timing, timing
from vitals.kit.alerts.rule_file import FOLDER, FileRules, Pace, Record
from vitals.kit.alerts.rule_file import load as load_rule_files

__all__ = [
    "FOLDER",
    "Alert",
    "Bound",
    "FileRules",
    "Pace",
    "Record",
    "Severity",
    "Timing",
    "alertmanager_config",
    "alerts_of_environment",
    "alerts_of_service",
    "channels",
    "load_rule_files",
    "timing",
]
