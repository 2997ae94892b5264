"""What the library of each service says, in the words of our own telemetry: written by hand, by its documentation.

Nothing here is read from :mod:`vitals.model.dialects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.dialects.our_words import Labels, Ours, Translation

CALLS, TIME, LONGEST = "api_calls_total", "api_response_time_seconds", "api_response_time_max_seconds"
IN_FLIGHT = "api_requests_in_flight"
TASKS, TASK_TIME, TASK_WAIT = "tasks_processed_total", "task_duration_seconds", "task_wait_seconds"
QUEUE_LENGTH = "task_queue_length"
MILLISECONDS = 1000.0
_OK, _FAILED, _LEFT = "200", "500", "499"
_GRPC_FAULTS = ("2", "4", "12", "13", "14", "15")


def _named(label: str) -> Callable[[Labels], str]:
    return lambda labels: labels.get(label, "")


def _always(status: str) -> Callable[[Labels], str]:
    return lambda _: status


def _at(endpoint: str, method: str) -> Labels:
    return {"endpoint": endpoint, "method": method}


def _task(outcome: str, status: str) -> tuple[Ours, ...]:
    """A task that ended so, as an event of the objective and as a task; a retry has not ended yet."""
    task = Ours(TASKS, {"queue": "$queue_name", "task": "$name", "outcome": outcome})
    return (task, Ours(CALLS, _at("$name", "$queue_name"), _always(status))) if status else (task,)


def _otel_status(labels: Labels) -> str:
    return labels.get("http_response_status_code") or (_FAILED if labels.get("error_type") else "")


def _grpc_status(labels: Labels) -> str:
    code = labels["grpc_code"].replace("_", "").lower()
    faults = {"unknown", "deadlineexceeded", "unimplemented", "internal", "unavailable", "dataloss"}
    return _FAILED if code in faults else _LEFT if code in ("canceled", "cancelled") else _OK


def _istio_status(labels: Labels) -> str:
    if labels["response_flags"] == "DC":
        return _LEFT
    return _FAILED if labels.get("grpc_response_status") in _GRPC_FAULTS else labels["response_code"]


_STABLE, _OLD = _at("$http_route", "$http_request_method"), _at("$http_route|http_target", "$http_method")
_BY_HANDLER, _BY_PATH, _BY_URI = _at("$handler", "$method"), _at("$path", "$method"), _at("$uri", "$method")
_BY_RPC, _BY_LISTENER = _at("$grpc_method", "$grpc_service"), _at("$envoy_http_conn_manager_prefix", "all")
_BY_TARGET = _at("$destination_service", "all")
_TASK_LABELS = {"queue": "$queue_name", "task": "$name"}
_AWAITED: Mapping[str, Callable[[Labels], bool]] = {
    "handler": lambda labels: labels["handler"] != "/metrics",
    "path": lambda labels: labels["path"] != "/metrics",
    "uri": lambda labels: not labels["uri"].startswith("/actuator"),
    "grpc": lambda labels: labels["grpc_service"] != "grpc.health.v1.Health",
    "listener": lambda labels: labels["envoy_http_conn_manager_prefix"] != "admin",
    "reporter": lambda labels: labels["reporter"] == "destination",
}
"""No user waits for what is left out: scrapes, health checks, and what a service asks of others."""

TRANSLATIONS: Mapping[str, Translation] = {
    "go-shop": Translation(
        {
            "http_requests_total": (Ours(CALLS, _BY_HANDLER, _named("code")),),
            "http_request_duration_seconds": (Ours(TIME, _BY_HANDLER),),
            "in_flight_requests": (Ours(IN_FLIGHT),),
        },
        also=({"method": "post"},),
    ),
    "otel-checkout": Translation(
        {
            "http_server_request_duration_seconds_count": (
                Ours(CALLS, _STABLE, _otel_status),
                Ours(f"{TIME}_count", _STABLE),
            ),
            "http_server_request_duration_seconds": (Ours(TIME, _STABLE),),
            "http_server_active_requests": (Ours(IN_FLIGHT),),
        },
        also=({"http_response_status_code": "", "error_type": "RuntimeError"},),
        added=({"http_route": "/orders"}, {"http_route": "/carts"}),
    ),
    "otel-old": Translation(
        {
            "http_server_duration_milliseconds_count": (
                Ours(CALLS, _OLD, _named("http_status_code")),
                Ours(f"{TIME}_count", _OLD),
            ),
            "http_server_duration_milliseconds": (Ours(TIME, _OLD, units=MILLISECONDS),),
            "http_server_active_requests": (Ours(IN_FLIGHT),),
        },
        added=({"http_target": "/carts/1"}, {"http_target": "/orders/1", "http_route": "/orders"}),
    ),
    "spring-orders": Translation(
        {
            "http_server_requests_seconds_count": (
                Ours(CALLS, _BY_URI, _named("status"), counts=_AWAITED["uri"]),
                Ours(f"{TIME}_count", _BY_URI, counts=_AWAITED["uri"]),
            ),
            "http_server_requests_seconds": (Ours(TIME, _BY_URI, counts=_AWAITED["uri"]),),
            "http_server_requests_seconds_max": (Ours(LONGEST, _BY_URI, counts=_AWAITED["uri"]),),
        },
        also=({"method": "POST"},),
    ),
    "fast-search": Translation(
        {
            "http_requests_total": (Ours(CALLS, _BY_HANDLER, _named("status"), counts=_AWAITED["handler"]),),
            "http_request_duration_seconds": (Ours(TIME, _BY_HANDLER, counts=_AWAITED["handler"], whole=False),),
            "http_request_duration_highr_seconds": (Ours(TIME, whole=True),),
        },
        also=({"method": "POST"},),
    ),
    "star-notes": Translation(
        {
            "starlette_requests_total": (Ours(CALLS, _BY_PATH, _named("status_code"), counts=_AWAITED["path"]),),
            "starlette_request_duration_seconds": (Ours(TIME, _BY_PATH, counts=_AWAITED["path"]),),
        },
        also=({"method": "POST"},),
    ),
    "rpc-stock": Translation(
        {
            "grpc_server_handled_total": (Ours(CALLS, _BY_RPC, _grpc_status, counts=_AWAITED["grpc"]),),
            "grpc_server_handling_seconds": (Ours(TIME, _BY_RPC, counts=_AWAITED["grpc"]),),
        },
        also=({"grpc_method": "Look"}, {"grpc_code": "Canceled"}, {"grpc_code": "DEADLINE_EXCEEDED"}),
    ),
    "edge": Translation(
        {
            "envoy_http_downstream_rq_xx": (
                Ours(
                    CALLS,
                    _BY_LISTENER,
                    lambda labels: f"{labels['envoy_response_code_class']}00",
                    counts=_AWAITED["listener"],
                ),
            ),
            "envoy_http_downstream_rq_time": (
                Ours(TIME, _BY_LISTENER, units=MILLISECONDS, counts=_AWAITED["listener"]),
            ),
            "envoy_http_downstream_rq_active": (Ours(IN_FLIGHT, counts=_AWAITED["listener"]),),
        },
        also=({"envoy_http_conn_manager_prefix": "egress_http"},),
    ),
    "mesh-cart": Translation(
        {
            "istio_requests_total": (Ours(CALLS, _BY_TARGET, _istio_status, counts=_AWAITED["reporter"]),),
            "istio_request_duration_milliseconds": (
                Ours(TIME, _BY_TARGET, units=MILLISECONDS, counts=_AWAITED["reporter"]),
            ),
        },
        also=(
            {"destination_service": "wishes.shop.svc.cluster.local"},
            {"response_flags": "DC", "response_code": "0"},
            {"response_code": "200", "grpc_response_status": "14"},
        ),
    ),
    "mails": Translation(
        {
            "celery_task_succeeded_total": _task("succeeded", _OK),
            "celery_task_failed_total": _task("failed", _FAILED),
            "celery_task_rejected_total": _task("rejected", _FAILED),
            "celery_task_retried_total": _task("retried", ""),
            "celery_task_runtime": (Ours(TASK_TIME, _TASK_LABELS),),
            "celery_task_queue_wait_time": (Ours(TASK_WAIT, _TASK_LABELS),),
            "celery_queue_length": (Ours(QUEUE_LENGTH, {"queue": "$queue_name"}),),
        },
        also=({"queue_name": "slow"},),
    ),
    "thumbnails": Translation(
        {
            f"rq_workers_{theirs}_total": (
                Ours(TASKS, {"queue": "$queues", "task": "all", "outcome": outcome}),
                Ours(CALLS, _at("$name", "$queues"), _always(status)),
            )
            for theirs, outcome, status in (("success", "succeeded", _OK), ("failed", "failed", _FAILED))
        }
        | {"rq_jobs": (Ours(QUEUE_LENGTH, {"queue": "$queue"}, counts=lambda labels: labels["status"] == "queued"),)},
        also=({"queues": "slow"},),
    ),
}
"""By service. One whose requests and failures are counted apart is not here: no series of ours is both."""
