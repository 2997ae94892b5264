"""Telemetry never changes or breaks the application, whatever it is handed.

Each test hands every value of `anything.ODD`, and many that Hypothesis makes up, to the entry points of one family. The
application's own answer or exception comes back as the very object that it was, everything is counted, and the scrape
can be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import CollectorRegistry

from tests.telemetry.anything import ANYTHING, ODD, scraped, total
from vitals_telemetry import ApiTelemetry, TelemetryMiddleware, UserTelemetry, component
from vitals_telemetry.asgi import Message, Receive, Scope, Send
from vitals_telemetry.cache import CacheTelemetry
from vitals_telemetry.celery_attempts import Attempts
from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.memory_cache import WatchedMapping
from vitals_telemetry.metrics import METRICS
from vitals_telemetry.metrics.tasks import OUTCOME
from vitals_telemetry.tasks import TaskTelemetry

often = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
raising = st.booleans()


class OwnError(Exception):
    """What the application raises."""


def hook(answer: Any, *, fails: bool) -> Any:  # noqa: ANN401
    """Return a hook that gives an answer, or fails.

    It fails without the answer in its text: half a surrogate pair in a captured log would end the test worker.
    """

    def called(*_: object, **__: object) -> Any:  # noqa: ANN401
        if fails:
            raise LookupError(type(answer).__name__)
        return answer

    return called


def what_comes_of(do: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return the answer, or the exception of the application's own."""
    try:
        return do()
    except OwnError as error:
        return error


def within_bounds(registry: CollectorRegistry) -> None:
    """Fail unless a scrape can be read and no label has more values than the contract allows."""
    bounds = {(m.name.removesuffix("_total"), label.name): label for m in METRICS for label in m.labels}
    for name, family in scraped(registry).items():
        for label in {label for sample in family.samples for label in sample.labels} - {"le"}:
            values = {sample.labels[label] for sample in family.samples}
            assert len(values) <= bounds[name, label].most
            assert not bounds[name, label].values or values <= set(bounds[name, label].values)


class OddRoute:
    """A route of an untried framework."""

    def __init__(self, template: Any) -> None:  # noqa: ANN401
        self.path_format = template


async def request(app: TelemetryMiddleware, scope: Scope, sent: list[Message]) -> None:
    """Let a server call an application once."""

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)


@often
@given(st.data())
def test_a_request_is_answered_and_counted(data: st.DataObject) -> None:
    """Any scope, status, user and cohort, traced or not: messages and exceptions pass, and one request is counted."""
    registry, tracer = CollectorRegistry(), TracerProvider(shutdown_on_exit=False)
    draw = data.draw
    users = UserTelemetry(cohort_of=hook(draw(ANYTHING), fails=draw(raising)))
    telemetry = ApiTelemetry(
        version=draw(ANYTHING),
        revision=draw(ANYTHING),
        registry=registry,
        user_of=hook(draw(ANYTHING), fails=draw(raising)),
        users=users,
    )
    messages: list[Any] = [
        {"type": "http.response.start", "status": draw(ANYTHING), "headers": []},
        {"type": draw(st.one_of(st.just("http.response.body"), ANYTHING)), "body": b"", "more_body": draw(ANYTHING)},
        {"type": "http.response.body", "body": b""},
        draw(st.one_of(st.just({}), ANYTHING)),
    ]
    error = draw(st.sampled_from([None, OwnError("own"), KeyError("own"), asyncio.CancelledError()]))

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        scope.update(draw(st.dictionaries(st.sampled_from(["user", "fastapi", "router", "endpoint"]), ANYTHING)))
        scope["route"] = draw(st.one_of(st.builds(OddRoute, ANYTHING), ANYTHING))
        await receive()
        for message in messages:
            await send(message)
        if error is not None:
            raise error

    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    scope.update(draw(st.dictionaries(st.sampled_from(["method", "path", "headers", "state"]), ANYTHING)))
    app = TelemetryMiddleware(
        service,
        telemetry=telemetry,
        unmeasured=draw(st.sampled_from([(), ("/healthz",)])),
        tracer_provider=draw(st.sampled_from([None, tracer])),
    )
    sent: list[Message] = []
    try:
        asyncio.run(request(app, scope, sent))
        raised = None
    except BaseException as caught:
        raised = caught
    assert raised is error
    assert len(sent) == len(messages)
    assert all(there is own for there, own in zip(sent, messages, strict=True))
    families = scraped(registry)
    assert total(families, "api_calls_total") == 1
    assert total(families, "api_response_time_seconds_count") == 1
    assert total(families, "api_requests_in_flight") == 0
    within_bounds(registry)


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_an_odd_value_in_every_place_of_a_request(value: Any) -> None:  # noqa: ANN401
    """The values that were seen to break something, each in all places at once, many times over."""
    registry = CollectorRegistry()
    users = UserTelemetry(cohort_of=hook(value, fails=False))
    telemetry = ApiTelemetry(
        version="1", revision="1", registry=registry, user_of=hook(value, fails=False), users=users
    )
    start = {"type": "http.response.start", "status": value, "headers": []}

    async def service(scope: Scope, _receive: Receive, send: Send) -> None:
        scope["route"] = OddRoute(value)
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    async def run() -> None:
        app = TelemetryMiddleware(service, telemetry=telemetry)
        for _ in range(100):
            await request(app, {"type": "http", "method": value, "path": value, "headers": value}, [])

    asyncio.run(run())
    assert total(scraped(registry), "api_calls_total") == 100
    within_bounds(registry)


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("error", [None, OwnError()], ids=["returns", "raises"])
def test_an_odd_value_in_every_place_of_a_block(value: Any, error: OwnError | None) -> None:  # noqa: ANN401
    """The values that were seen to break something, each in all places at once."""
    blocks_keep_to_themselves([(value, value, value, value, error)])


@often
@given(st.lists(st.tuples(*[ANYTHING] * 4, st.one_of(st.none(), st.builds(OwnError))), min_size=1, max_size=5))
def test_what_is_measured_by_blocks(calls: list[tuple[Any, Any, Any, Any, OwnError | None]]) -> None:
    """Components, database operations and fetches with any names and numbers."""
    blocks_keep_to_themselves(calls)


def blocks_keep_to_themselves(calls: list[tuple[Any, Any, Any, Any, OwnError | None]]) -> None:
    """The block's exception is its own, and each is counted."""
    registry = CollectorRegistry()
    database = DatabaseTelemetry("d", system="s", registry=registry)
    cache = CacheTelemetry("c", system="s", registry=registry)
    mapping = WatchedMapping({"k": 1}, cache, size_of=hook(calls[0][0], fails=bool(calls[0][4])))
    for one, two, three, four, error in calls:

        def do(*given_: Any, error: OwnError | None = error) -> None:  # noqa: ANN401
            one, two, three, four = given_
            with component(one, registry), database.operation(two, three, four), cache.fetch(one) as fetched:
                fetched.hits, fetched.misses = two, three
                if error is not None:
                    raise error

        assert what_comes_of(lambda: do(one, two, three, four)) is error  # noqa: B023 - called at once
        cache.count_fetch(one, two, three)
        database.start(one, two, three).end(error=four)
        assert mapping["k"] == 1
    families = scraped(registry)
    assert total(families, "component_duration_seconds_count") == len(calls)
    assert total(families, "database_query_duration_seconds_count") == 2 * len(calls)
    within_bounds(registry)


@often
@given(st.tuples(*[ANYTHING] * 5), st.tuples(raising, raising, raising), st.one_of(st.none(), st.builds(OwnError)))
def test_a_task_runs_and_keeps_its_error(
    given_: tuple[Any, Any, Any, Any, Any], fails: tuple[bool, bool, bool], error: OwnError | None
) -> None:
    """Whatever the hooks of a watched task say or raise, it runs once, plain and async, and counts once each."""
    queue, kind, wait, outcome, answer = given_
    registry = CollectorRegistry()
    tasks = TaskTelemetry(registry)
    watched = tasks.watch(
        queue,
        task=hook(kind, fails=fails[0]),
        waited=hook(wait, fails=fails[1]),
        outcome_of=hook(outcome, fails=fails[2]),
    )
    ran = []

    @watched
    def now() -> Any:  # noqa: ANN401
        ran.append("now")
        if error is not None:
            raise error
        return answer

    @watched
    async def later() -> Any:  # noqa: ANN401
        return now()

    for do in (now, lambda: asyncio.run(later())):
        assert what_comes_of(do) is (answer if error is None else error)
    tasks.waited(queue, kind, wait)
    tasks.ended(queue, kind, outcome, wait)
    tasks.measure_length("length", hook(wait, fails=fails[1]))
    assert ran == ["now", "now"]
    families = scraped(registry)
    assert total(families, "tasks_processed_total") == 4
    assert {sample.labels["outcome"] for sample in families["tasks_processed"].samples} == set(OUTCOME.values)
    within_bounds(registry)


FIELDS = [
    "type",
    "uuid",
    "hostname",
    "timestamp",
    "local_received",
    "name",
    "queue",
    "retries",
    "eta",
    "runtime",
    "active",
]
KINDS = [
    "task-sent",
    "task-received",
    "task-started",
    "task-succeeded",
    "task-rejected",
    "task-cancelled",
    "worker-online",
    "worker-offline",
]


@often
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), max_size=20), st.lists(st.sampled_from(KINDS)))
def test_any_event_may_come_from_a_broker(events: list[dict[str, Any]], kinds: list[str]) -> None:
    """Events with any fields in any order are counted or left out; listening goes on."""
    registry = CollectorRegistry()
    attempts = Attempts(TaskTelemetry(registry))
    for number, (event, kind) in enumerate(zip(events, kinds, strict=False)):
        usual = {"uuid": "1", "hostname": "w", "timestamp": 10.0 * number, "local_received": 10.0 * number}
        attempts.handle({"type": kind, "name": "work", **usual, **event})
        attempts.handle(event)
    attempts.fetched("reports", 1e9)
    within_bounds(registry)
