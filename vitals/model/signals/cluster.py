"""What only a cluster has: containers and their limits, pods that restart, and the servers behind caches and stores.

These are asked of the exporters that an environment names, so an environment without a cluster has none of them.
Firestore appears here as Google measures it; what the services themselves see of it is the database family.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.metrics import stackdriver
from vitals.model.promql import Expr, call, max_by, over_time, quantile, select, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

CONTAINER = ("service", "namespace", "pod", "container")
POD = ("service", "namespace", "pod")
DEPLOYMENT = ("service", "namespace", "deployment")
SERVER = ("service", "instance")
DATABASE = ("service", "database_id")
GOOGLE_WINDOW = "10m"
"""Google measures once a minute and late; a shorter window would hold too few of its samples."""
_CADVISOR_SCRAPES = gauge.SCRAPES + 1
"""cAdvisor says itself when it measured, up to one scrape interval before it was asked."""
_MILLISECONDS = 1000
_NO_LIMIT = "a container without a limit has no share of it"


def _increase(metric: str, exporter: Service, window: str) -> Expr:
    return call("increase", select(metric, {"service": exporter.name}, window=window))


def _containers(metric: str, exporter: Service, scrape: Scrape) -> Expr:
    window = gauge.window(exporter, scrape, _CADVISOR_SCRAPES)
    return max_by(CONTAINER, over_time("last", metric, {"service": exporter.name, "container": "!"}, window))


def _last(labels: tuple[str, ...], metric: str, exporter: Service, scrape: Scrape) -> Expr:
    return max_by(labels, gauge.last(metric, exporter, scrape))


CONTAINER_MEMORY = Signal(
    id="system.container.memory",
    title="Memory of containers",
    asks="Which container is close to its memory limit? At 100 % the kernel kills it.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="container:memory_used:ratio",
    labels=CONTAINER,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        _containers("container_memory_working_set_bytes", exporter, scrape)
        / (_containers("container_spec_memory_limit_bytes", exporter, scrape) > 0)
    ),
    may_be_empty=_NO_LIMIT,
)

THROTTLED = Signal(
    id="system.container.throttled",
    title="Containers held back by their CPU limit",
    asks="Which container wants more CPU than its limit allows? Held back often, it answers slowly.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="container:cpu_throttled:ratio_increase5m",
    labels=CONTAINER,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        sum_by(CONTAINER, _increase("container_cpu_cfs_throttled_periods_total", exporter, "5m"))
        / (sum_by(CONTAINER, _increase("container_cpu_cfs_periods_total", exporter, "5m")) > 0)
    ),
    may_be_empty=_NO_LIMIT,
)

RESTARTS = Signal(
    id="system.pod.restarts",
    title="Restarts of pods in an hour",
    asks="Which pod dies again and again? Read the log of the container that has ended.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="pod:container_restarts:increase1h",
    labels=POD,
    group=Group.SYSTEM,
    query=lambda exporter, _: sum_by(POD, _increase("kube_pod_container_status_restarts_total", exporter, "1h")),
)

MISSING_REPLICAS = Signal(
    id="system.pod.missing",
    title="Replicas missing",
    asks="Which deployment has fewer replicas than it wants? A few moments of it are a deploy.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="deployment:replicas_missing:max",
    labels=DEPLOYMENT,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        _last(DEPLOYMENT, "kube_deployment_spec_replicas", exporter, scrape)
        - _last(DEPLOYMENT, "kube_deployment_status_replicas_available", exporter, scrape)
    ),
)

REDIS_MEMORY = Signal(
    id="system.redis.memory",
    title="Memory of Redis",
    asks="Is the Redis server full? At 100 % it throws keys out, or refuses to write.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:redis_memory_used:ratio",
    labels=SERVER,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        _last(SERVER, "redis_memory_used_bytes", exporter, scrape)
        / (_last(SERVER, "redis_memory_max_bytes", exporter, scrape) > 0)
    ),
    may_be_empty="a server without a memory limit has no share of it",
)

EVICTIONS = Signal(
    id="system.redis.evictions",
    title="Keys that Redis throws out",
    asks="Does the cache lose keys for lack of memory? Then hits turn into slow misses.",
    unit=Unit.PER_SECOND,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:redis_evicted_keys:rate5m",
    labels=SERVER,
    group=Group.SYSTEM,
    query=lambda exporter, _: sum_by(
        SERVER,
        call("rate", select("redis_evicted_keys_total", {"service": exporter.name}, window="5m")),
    ),
)


def _google(metric: str, exporter: Service, **matchers: str) -> Expr:
    return call("rate", select(metric, {"service": exporter.name, **matchers}, window=GOOGLE_WINDOW))


FIRESTORE_REQUESTS = Signal(
    id="system.firestore.requests",
    title="Requests to Firestore",
    asks="How many requests does Google count? It is what is paid for; it comes minutes late.",
    unit=Unit.PER_SECOND,
    worse=Direction.NEITHER,
    record="database:firestore_requests:rate10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=lambda exporter, _: sum_by(DATABASE, _google(stackdriver.REQUESTS, exporter)),
)

FIRESTORE_FAILING = Signal(
    id="system.firestore.failing",
    title="Requests that Firestore fails",
    asks="Does Firestore itself fail? Compare with what our services count: if only they do, it is the way between.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="database:firestore_failures:ratio_rate10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        (
            sum_by(DATABASE, _google(stackdriver.REQUESTS, exporter, response_code="!~OK|NOT_FOUND|ALREADY_EXISTS"))
            | 0 * FIRESTORE_REQUESTS.read(service=exporter.name)
        )
        / (FIRESTORE_REQUESTS.read(service=exporter.name) > 0)
    ),
    may_be_empty="without requests there is no share of failed ones",
)

FIRESTORE_P95 = Signal(
    id="system.firestore.p95",
    title="p95 time that Firestore takes",
    asks="Is Firestore itself slow? One request in twenty takes longer in Google's own measure.",
    unit=Unit.SECONDS,
    worse=Direction.HIGHER_IS_WORSE,
    record="database:firestore_latency_seconds:p95_10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        quantile(0.95, sum_by((*DATABASE, "le"), _google(stackdriver.LATENCY_BUCKETS, exporter))) / _MILLISECONDS
    ),
    may_be_empty="without requests there is no time that they took",
)

FIRESTORE_CONNECTIONS = Signal(
    id="system.firestore.connections",
    title="Connections to Firestore",
    asks="How many clients are connected? A steady rise is a leak.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="database:firestore_connections:sum",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=lambda exporter, _: sum_by(
        DATABASE, over_time("last", stackdriver.CONNECTIONS, {"service": exporter.name}, GOOGLE_WINDOW)
    ),
)

OF_KUBELET = (CONTAINER_MEMORY, THROTTLED)
OF_KUBE_STATE_METRICS = (RESTARTS, MISSING_REPLICAS)
OF_REDIS = (REDIS_MEMORY, EVICTIONS)
OF_STACKDRIVER = (FIRESTORE_REQUESTS, FIRESTORE_FAILING, FIRESTORE_P95, FIRESTORE_CONNECTIONS)
