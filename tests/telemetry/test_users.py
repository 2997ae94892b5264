"""Users' experience: response time by cohort, an exact ranking of the slowest, pseudonyms that need a key."""

from __future__ import annotations

import asyncio
import hmac
import logging
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import INVALID_SPAN, Span
from prometheus_client import CollectorRegistry, generate_latest

from vitals_telemetry import ApiTelemetry, TelemetryError, TelemetryMiddleware, UserTelemetry
from vitals_telemetry.asgi import Message, Receive, Scope, Send
from vitals_telemetry.metrics import USER_METRICS
from vitals_telemetry.metrics.users import SATISFIED, SLOWEST_STEP, SLOWEST_USERS, SLOWEST_WINDOW, USER_RESPONSE_TIME
from vitals_telemetry.users import Slowest, SlowestUsers

KEY = bytes(range(32))


class UsersClock(Protocol):
    """The clock of the fixture."""

    now: float

    def __call__(self) -> float:
        """Return the seconds."""

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A file with a key."""
    file = tmp_path / "pseudonyms.key"
    file.write_bytes(KEY)
    return file


@pytest.fixture
def watched(registry: CollectorRegistry, clock: UsersClock, key: Path) -> ApiTelemetry:
    """Telemetry with users; user and cohort are in the scope's state."""
    return ApiTelemetry(
        version="1",
        revision="1",
        registry=registry,
        user_of=lambda scope: scope["state"].get("user"),
        users=UserTelemetry(cohort_of=lambda scope: scope["state"].get("cohort"), pseudonym_key=key),
        clock=clock,
    )


def serve(
    telemetry: ApiTelemetry,
    clock: UsersClock,
    user: str | None,
    cohort: str | None,
    seconds: float,
    *,
    span: Span = INVALID_SPAN,
) -> None:
    """Let one request of a user take so long."""
    started = telemetry.request_started()
    clock.wait(seconds)
    scope = {"method": "GET", "state": {"user": user, "cohort": cohort}}
    telemetry.request_finished(scope, "/x", 200, started, span)


def pseudonym(user: str) -> str:
    """What the key makes of a user."""
    return hmac.digest(KEY, user.encode(), "sha256").hex()[:16]


def test_each_cohort_has_its_own_response_time(
    watched: ApiTelemetry, registry: CollectorRegistry, clock: UsersClock
) -> None:
    """Satisfied, tolerating and frustrated requests of a cohort can be distinguished exactly, for the Apdex score."""
    for seconds in (0.1, SATISFIED, 0.3, 4 * SATISFIED, 1.5):
        serve(watched, clock, "ann", "member", seconds)
    serve(watched, clock, "bob", "guest", 0.1)
    serve(watched, clock, "eve", None, 0.1)
    serve(watched, clock, None, "guest", 0.1)

    def within(cohort: str, bound: float) -> float | None:
        labels = {"cohort": cohort, "le": str(float(bound))}
        return registry.get_sample_value("user_response_time_seconds_bucket", labels)

    assert (SATISFIED in USER_RESPONSE_TIME.buckets, 4 * SATISFIED in USER_RESPONSE_TIME.buckets) == (True, True)
    assert (within("member", SATISFIED), within("member", 4 * SATISFIED)) == (2, 4)
    assert registry.get_sample_value("user_response_time_seconds_count", {"cohort": "member"}) == 5
    assert registry.get_sample_value("user_response_time_seconds_count", {"cohort": "guest"}) == 1
    assert registry.get_sample_value("user_response_time_seconds_sum", {"cohort": "guest"}) == pytest.approx(0.1)


def test_more_cohorts_than_the_bound_are_other(
    watched: ApiTelemetry, registry: CollectorRegistry, clock: UsersClock
) -> None:
    """A service that gives an id as cohort by mistake cannot fill Prometheus, and the counter says so."""
    for number in range(30):
        serve(watched, clock, "ann", f"cohort-{number}", 0.1)
    (family,) = (f for f in registry.collect() if f.name == "user_response_time_seconds")
    assert len({s.labels["cohort"] for s in family.samples}) == 10
    assert registry.get_sample_value("user_response_time_seconds_count", {"cohort": "other"}) == 21
    labels = {"metric": "user_response_time_seconds", "label": "cohort"}
    assert registry.get_sample_value("telemetry_label_overflow_total", labels) == 21


def test_ranks_hold_the_longest_waits_and_no_name(
    watched: ApiTelemetry, registry: CollectorRegistry, clock: UsersClock
) -> None:
    """Each user has one rank, by the longest wait; neither ids nor pseudonyms are in the scrape."""
    for user, seconds in (("ann", 0.2), ("bob", 3.0), ("ann", 1.0), ("eve", 0.5), ("bob", 0.1)):
        serve(watched, clock, user, "member", seconds)

    def rank(number: int) -> float | None:
        return registry.get_sample_value("slowest_user_response_time_seconds", {"rank": str(number)})

    assert [rank(n) for n in (1, 2, 3, 4)] == [pytest.approx(3), pytest.approx(1), pytest.approx(0.5), None]
    text = generate_latest(registry).decode()
    for user in ("ann", "bob", "eve"):
        assert user not in text
        assert pseudonym(user) not in text
    clock.wait(SLOWEST_WINDOW + SLOWEST_STEP + 1)
    assert rank(1) is None


def test_the_ranking_is_exact_in_bounded_memory() -> None:
    """Against a plain computation over every wait of the window, for many users and steps."""
    draw = random.Random(7)  # noqa: S311 - a reproducible sample
    ranked, now = SlowestUsers(0.0), 0.0
    waits: list[tuple[int, float, str]] = []
    steps = round(SLOWEST_WINDOW / SLOWEST_STEP)
    for _ in range(4000):
        now += draw.expovariate(1 / 0.4)
        wait = Slowest(draw.paretovariate(1.5), f"user-{draw.randrange(300)}", "")
        waits.append((int(now // SLOWEST_STEP), wait.seconds, wait.user))
        ranked.advance(now)
        if wait.seconds > ranked.floor:
            ranked.admit(wait)
        longest: dict[str, float] = {}
        for step, seconds, user in waits[-1500:]:
            if step >= int(now // SLOWEST_STEP) - steps:
                longest[user] = max(seconds, longest.get(user, 0.0))
        expected = sorted(longest.values(), reverse=True)[:SLOWEST_USERS]
        assert [found.seconds for found in ranked.ranking(now)] == expected


def test_the_ranking_is_logged_once_a_step_under_pseudonyms(
    watched: ApiTelemetry, clock: UsersClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names rank, pseudonym and time once a minute; only the holder of the key finds the user."""
    with caplog.at_level(logging.INFO, "vitals_telemetry.users"):
        serve(watched, clock, "ann", "member", 2.0)
        serve(watched, clock, "bob", "member", 0.5)
        clock.wait(SLOWEST_STEP)
        for _ in range(3):
            serve(watched, clock, "eve", "member", 0.1)
    (line,) = caplog.records
    ranking = vars(line)["slowest_users"]
    assert [(entry["rank"], entry["user_hash"]) for entry in ranking[:2]] == [
        (1, pseudonym("ann")),
        (2, pseudonym("bob")),
    ]
    assert ranking[0]["seconds"] == pytest.approx(2.0)
    assert "ann" not in str(vars(line))


def test_without_a_key_no_user_is_named(
    registry: CollectorRegistry, clock: UsersClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Ranks are exposed, the log stays silent and spans carry nothing."""
    users = UserTelemetry(cohort_of=lambda _: "member")
    telemetry = ApiTelemetry(
        version="1", revision="1", registry=registry, user_of=lambda s: s["state"]["user"], users=users, clock=clock
    )
    exporter, span = recorded()
    with caplog.at_level(logging.INFO, "vitals_telemetry.users"):
        serve(telemetry, clock, "ann", "member", 2.0, span=span)
        clock.wait(SLOWEST_STEP)
        serve(telemetry, clock, "ann", "member", 2.0)
    span.end()
    assert caplog.records == []
    assert "user.hash" not in (exporter.get_finished_spans()[0].attributes or {})
    assert registry.get_sample_value("slowest_user_response_time_seconds", {"rank": "1"}) == pytest.approx(2.0)


def recorded() -> tuple[InMemorySpanExporter, Span]:
    """A span that is recorded, and where it goes when it ends."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter, provider.get_tracer("test").start_span("request")


def test_a_trace_carries_the_pseudonym(
    watched: ApiTelemetry, registry: CollectorRegistry, request_app: Callable[..., Coroutine[Any, Any, list[Message]]]
) -> None:
    """The server span of a user's request has the pseudonym, and the log of the ranking leads to that trace."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    async def service(scope: Scope, _receive: Receive, send: Send) -> None:
        scope["state"]["cohort"] = "member"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    app = TelemetryMiddleware(service, telemetry=watched, tracer_provider=provider)
    asyncio.run(request_app(app, user="ann"))
    (span,) = exporter.get_finished_spans()
    assert span.attributes is not None
    assert span.attributes["user.hash"] == pseudonym("ann")
    assert "ann" not in str(span.attributes)
    assert registry.get_sample_value("slowest_user_response_time_seconds", {"rank": "1"}) is not None


def test_a_failing_cohort_of_harms_no_request(
    registry: CollectorRegistry, clock: UsersClock, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in cohort_of is logged once; requests are counted without a user."""
    users = UserTelemetry(cohort_of=lambda scope: str(scope["absent"]))
    telemetry = ApiTelemetry(
        version="1", revision="1", registry=registry, user_of=lambda _: "ann", users=users, clock=clock
    )
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            serve(telemetry, clock, "ann", "member", 0.1)
    assert len(caplog.records) == 1
    calls = {"endpoint": "/x", "method": "GET", "status": "200"}
    assert registry.get_sample_value("api_calls_total", calls) == 3


@pytest.mark.parametrize(("content", "problem"), [(None, "cannot be read"), (b"short", "has 5 bytes")])
def test_a_key_that_cannot_work_is_refused(tmp_path: Path, content: bytes | None, problem: str) -> None:
    """A missing or guessable key is an error at the start, with the command that makes a good one."""
    file = tmp_path / "pseudonyms.key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(TelemetryError, match=problem) as refused:
        UserTelemetry(cohort_of=lambda _: None, pseudonym_key=file)
    assert f"openssl rand -out {file} 32" in str(refused.value)


def test_the_scrape_is_that_of_the_contract(
    watched: ApiTelemetry, registry: CollectorRegistry, clock: UsersClock
) -> None:
    """Both metrics of the family are there as described."""
    serve(watched, clock, "ann", "member", 0.1)
    families = {family.name: family for family in registry.collect()}
    assert USER_METRICS
    for metric in USER_METRICS:
        family = families[metric.name]
        assert (family.type, family.documentation) == (metric.type.value, metric.help)
        assert all(set(s.labels) - {"le"} == set(metric.label_names) for s in family.samples)
