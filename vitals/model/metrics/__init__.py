"""Every metric that may be watched, as pure data, and who emits it.

Rules, panels and scrapes are resolved against this contract, and tests hold it to what each exporter that runs here
really exposes. It refuses to list what is not used: an exporter emits more than its contract names.
"""

from vitals.model.metrics.alertmanager import ALERTMANAGER
from vitals.model.metrics.exporter import USUAL, Endpoint, Exporter, Foreign
from vitals.model.metrics.exporters import EXPORTERS
from vitals.model.metrics.node import NODE
from vitals.model.metrics.prometheus import PROMETHEUS
from vitals.model.metrics.vocabulary import OF_EVERY_PROGRAM, SYNTHETIC, series_of, vocabulary, widened

__all__ = [
    "ALERTMANAGER",
    "EXPORTERS",
    "NODE",
    "OF_EVERY_PROGRAM",
    "PROMETHEUS",
    "SYNTHETIC",
    "USUAL",
    "Endpoint",
    "Exporter",
    "Foreign",
    "series_of",
    "vocabulary",
    "widened",
]
