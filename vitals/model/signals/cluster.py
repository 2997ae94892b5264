"""What only a cluster has: containers and their limits, pods that restart, and the servers behind caches and stores.

These are asked of the exporters that an environment names, so an environment without a cluster has none of them.
Firestore appears here as Google measures it; what the services themselves see of it is the database family.
"""

from __future__ import annotations

from vitals.model.conventions import BUCKET_BOUND, INSTANCE, SERVICE
from vitals.model.metrics import stackdriver
from vitals.model.signals import gauge
from vitals.model.signals.idioms import share, where_positive
from vitals.model.signals.query import SignalQuery, increase_of, over_time_of, rate_of
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

CONTAINER = (SERVICE, "namespace", "pod", "container")
POD = (SERVICE, "namespace", "pod")
DEPLOYMENT = (SERVICE, "namespace", "deployment")
SERVER = (SERVICE, INSTANCE)
DATABASE = (SERVICE, "database_id")
GOOGLE_WINDOW = "10m"
"""Google measures once a minute and late; a shorter window would hold too few of its samples."""
_CADVISOR_SCRAPES = gauge.SCRAPES + 1
"""cAdvisor says itself when it measured, up to one scrape interval before it was asked."""
_MILLISECONDS = 1000
_NOT_WELL = "!~OK|NOT_FOUND|ALREADY_EXISTS"
"""Answers that are not a failure of Firestore: the last two say what a client asked for in vain."""
_NO_LIMIT = "a container without a limit has no share of it"


def _containers(metric: str) -> SignalQuery:
    """A gauge of containers; what has no container's name is the whole pod, or the machine."""
    return gauge.last(metric, _CADVISOR_SCRAPES, container="!").max_by(CONTAINER)


CONTAINER_MEMORY = Signal(
    id="system.container.memory",
    title="Container memory",
    question="Which container is close to its memory limit? At 100 % the kernel kills it.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="container:memory_used:ratio",
    labels=CONTAINER,
    group=Group.SYSTEM,
    query=(
        _containers("container_memory_working_set_bytes")
        / where_positive(_containers("container_spec_memory_limit_bytes"))
    ),
    may_be_empty=_NO_LIMIT,
    phrase="container memory at {value} of its limit",
)

THROTTLED = Signal(
    id="system.container.throttled",
    title="CPU throttling by container",
    question="Which container wants more CPU than its limit allows? Held back often, it answers slowly.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="container:cpu_throttled:ratio_increase5m",
    labels=CONTAINER,
    group=Group.SYSTEM,
    query=(
        increase_of("container_cpu_cfs_throttled_periods_total", "5m").sum_by(CONTAINER)
        / where_positive(increase_of("container_cpu_cfs_periods_total", "5m").sum_by(CONTAINER))
    ),
    may_be_empty=_NO_LIMIT,
)

RESTARTS = Signal(
    id="system.pod.restarts",
    title="Pod restarts (1h)",
    question="Which pod dies repeatedly? Read the log of the container that has ended.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="pod:container_restarts:increase1h",
    labels=POD,
    group=Group.SYSTEM,
    query=increase_of("kube_pod_container_status_restarts_total", "1h").sum_by(POD),
    phrase="{value} pod restart{s} in 1h",
)

MISSING_REPLICAS = Signal(
    id="system.pod.missing",
    title="Missing replicas",
    question="Which deployment has fewer replicas than it wants? A few moments of it are a deploy.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="deployment:replicas_missing:max",
    labels=DEPLOYMENT,
    group=Group.SYSTEM,
    query=(
        gauge.last("kube_deployment_spec_replicas").max_by(DEPLOYMENT)
        - gauge.last("kube_deployment_status_replicas_available").max_by(DEPLOYMENT)
    ),
    phrase="{value} replica{s} missing",
)

REDIS_MEMORY = Signal(
    id="system.redis.memory",
    title="Redis memory",
    question="Is the Redis server full? At 100 % it throws keys out, or refuses to write.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="instance:redis_memory_used:ratio",
    labels=SERVER,
    group=Group.SYSTEM,
    query=(
        gauge.last("redis_memory_used_bytes").max_by(SERVER)
        / where_positive(gauge.last("redis_memory_max_bytes").max_by(SERVER))
    ),
    may_be_empty="a server without a memory limit has no share of it",
    phrase="memory used {value}",
)

EVICTIONS = Signal(
    id="system.redis.evictions",
    title="Evicted keys",
    question="Does the cache lose keys for lack of memory? Then hits turn into slow misses.",
    unit=Unit.KEYS_PER_SECOND,
    direction=Direction.HIGHER_IS_WORSE,
    record="instance:redis_evicted_keys:rate5m",
    labels=SERVER,
    group=Group.SYSTEM,
    query=rate_of("redis_evicted_keys_total", "5m").sum_by(SERVER),
)

FIRESTORE_REQUESTS = Signal(
    id="system.firestore.requests",
    title="Firestore requests",
    question="How many requests does Google count? It is what is paid for; it comes minutes late.",
    unit=Unit.REQUESTS_PER_SECOND,
    direction=Direction.NEITHER,
    record="database:firestore_requests:rate10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=rate_of(stackdriver.REQUESTS, GOOGLE_WINDOW).sum_by(DATABASE),
)

FIRESTORE_FAILING = Signal(
    id="system.firestore.failing",
    title="Firestore error ratio",
    question=(
        "Does Firestore itself fail? Compare with what our services count: if only they do, it is the way between."
    ),
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="database:firestore_failures:ratio_rate10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=share(
        rate_of(stackdriver.REQUESTS, GOOGLE_WINDOW, response_code=_NOT_WELL).sum_by(DATABASE),
        FIRESTORE_REQUESTS.recorded(),
    ),
    may_be_empty="without requests there is no share of failed ones",
    phrase="{value} of Firestore requests failed",
)

FIRESTORE_P95 = Signal(
    id="system.firestore.p95",
    title="p95 Firestore response time",
    question="Is Firestore itself slow? One request in twenty takes longer in Google's own measure.",
    unit=Unit.SECONDS,
    direction=Direction.HIGHER_IS_WORSE,
    record="database:firestore_latency_seconds:p95_10m",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=(
        rate_of(stackdriver.LATENCY_BUCKETS, GOOGLE_WINDOW).sum_by((*DATABASE, BUCKET_BOUND)).quantile(0.95)
        / _MILLISECONDS
    ),
    may_be_empty="without requests there is no time that they took",
)

FIRESTORE_CONNECTIONS = Signal(
    id="system.firestore.connections",
    title="Firestore connections",
    question="How many clients are connected? A steady rise is a leak.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="database:firestore_connections:sum",
    labels=DATABASE,
    group=Group.SYSTEM,
    query=over_time_of("last", stackdriver.CONNECTIONS, GOOGLE_WINDOW).sum_by(DATABASE),
)

OF_KUBELET = (CONTAINER_MEMORY, THROTTLED)
OF_KUBE_STATE_METRICS = (RESTARTS, MISSING_REPLICAS)
OF_REDIS = (REDIS_MEMORY, EVICTIONS)
OF_STACKDRIVER = (FIRESTORE_REQUESTS, FIRESTORE_FAILING, FIRESTORE_P95, FIRESTORE_CONNECTIONS)
