"""Firestore as Google Cloud Monitoring measures it, through the stackdriver exporter.

Its names are ``stackdriver_<resource>_<metric>``, every character that Prometheus does not take written as ``_``. A
metric of kind DELTA comes as a counter only when the exporter runs with ``--monitoring.aggregate-deltas``, which our
values set; without it the same name is a gauge and every rate here lies. A distribution comes as buckets without a sum,
so there is no mean. Google measures once a minute and answers minutes later, so the exporter is asked slowly.
Sources: https://github.com/prometheus-community/stackdriver_exporter,
https://cloud.google.com/monitoring/api/metrics_gcp (firestore).
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Endpoint, Exporter, counter, gauge, unusual_counter
from vitals_telemetry.contract import Label, Unit

_OF_FIRESTORE = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com_"
_DATABASE = (
    Label("project_id", "Google Cloud project.", most=4, expected=1),
    Label("database_id", "Name of the database.", most=10, expected=1),
    Label("location", "Where it is.", most=10, expected=1),
    Label("unit", "Unit as Google writes it.", most=1, expected=1),
)
_METHOD = Label("api_method", "Method of the API.", most=30, expected=8)

REQUESTS = f"{_OF_FIRESTORE}api_request_count"
LATENCY_BUCKETS = f"{_OF_FIRESTORE}api_request_latencies_bucket"
CONNECTIONS = f"{_OF_FIRESTORE}network_active_connections"
STORAGE = f"{_OF_FIRESTORE}storage_data_and_index_storage_bytes"
OPERATIONS = {kind: f"{_OF_FIRESTORE}document_{kind}_ops_count" for kind in ("read", "write", "delete")}

STACKDRIVER = Exporter(
    name="stackdriver",
    description="Google Cloud Monitoring: how Google itself measures Firestore.",
    metrics=(
        unusual_counter(
            REQUESTS,
            "Requests to the Firestore API.",
            *_DATABASE,
            _METHOD,
            Label("response_code", "gRPC status, such as OK or DEADLINE_EXCEEDED.", most=17, expected=3),
        ),
        unusual_counter(
            LATENCY_BUCKETS,
            "Requests by time taken, in milliseconds.",
            *_DATABASE,
            _METHOD,
            Label("le", "Upper bound.", most=80, expected=40),
        ),
        *(unusual_counter(name, f"Documents: {kind}.", *_DATABASE) for kind, name in OPERATIONS.items()),
        gauge(CONNECTIONS, "Open connections of clients.", *_DATABASE),
        gauge(STORAGE, "Size of documents and indexes.", *_DATABASE, unit=Unit.BYTES),
        counter(
            "stackdriver_monitoring_api_calls_total",
            "Calls to the Monitoring API.",
            Label("project_id", "Google Cloud project.", most=4, expected=1),
        ),
    ),
    endpoint=Endpoint(timeout="30s", slow=True, pod_port=9255),
)
