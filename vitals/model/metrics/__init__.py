"""Every metric that may be watched, as pure data, and who emits it.

Rules, panels and scrapes are resolved against this contract, and tests hold it to what each exporter that runs here
really exposes. It refuses to list what our own rules do not use; what else an exporter emits is in
:mod:`vitals.model.metrics.exposed`.
"""

from vitals.model.metrics.alertmanager import ALERTMANAGER
from vitals.model.metrics.exporter import USUAL, Endpoint, Exporter, Foreign
from vitals.model.metrics.exporters import EXPORTERS
from vitals.model.metrics.node import NODE
from vitals.model.metrics.prometheus import PROMETHEUS
from vitals.model.metrics.vocabulary import OF_EVERY_PROGRAM, SYNTHETIC, TARGET_LABELS, series_of, vocabulary, widened

__all__ = [
    "ALERTMANAGER",
    "EXPORTERS",
    "NODE",
    "OF_EVERY_PROGRAM",
    "PROMETHEUS",
    "SYNTHETIC",
    "TARGET_LABELS",
    "USUAL",
    "Endpoint",
    "Exporter",
    "Foreign",
    "series_of",
    "vocabulary",
    "widened",
]
