"""The drills of the API: replicas that come and go, slow and failing requests, and outages."""

from vitals.local.stack.parts.pictures import PICTURES
from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.parts.traffic import TRAFFIC
from vitals.model.conventions import Severity
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import (
    DemoFault,
    FailedBurst,
    FreshReplicas,
    PartStopped,
    PicturesStopped,
    ReplicasStopped,
    RollingRestart,
)

LATENCY = f"{API_JOB}/latency"
"""How fast it answers: whatever slows a request changes it."""
SLOW_FOR_ALL = (
    "LatencyBudgetBurnFast", "ApiLatencyHigh", "UsersUnsatisfied", "CohortSlow",
    "AnomaliesTogether", "BudgetBurnWithAnomaly",
)  # fmt: skip
"""What follows when every request is slow; anomalies only where days before are known."""

ANOMALY = Drill(
    name="anomaly-latency",
    family="anomaly",
    service=API_JOB,
    description="the API answers 0.8 s later than for days",
    injection=DemoFault("latency", {"seconds": 0.8}),
    touches=(LATENCY,),
    expected="notify",
    alert="AnomalyFound",
    severity=Severity.INFO,
    follows=SLOW_FOR_ALL,
    # A twentieth of five minutes' requests must be slow; the minute must be over and settled, judged and scraped.
    builds_up_s=120,
    once_a_day=True,
    needs=(("api.latency.p95", "1d"),),
)

QUIET = (
    Drill(
        name="api-rolling-restart",
        family="api",
        service=API_JOB,
        description="the API's replicas restart one by one",
        injection=RollingRestart(),
        touches=(API_JOB,),
        expected="silence",
        watched_s=60,
    ),
    Drill(
        name="api-target-down",
        family="api",
        service=API_JOB,
        description="one of the API's replicas is gone",
        injection=ReplicasStopped(count=1),
        touches=(API_JOB,),
        expected="notify",
        alert="TargetDown",
        severity=Severity.WARNING,
    ),
)

DEGRADED = (
    Drill(
        name="api-errors",
        family="api",
        service=API_JOB,
        description="one request in four to the API fails",
        injection=DemoFault("errors", {"share": 0.25}),
        touches=(f"{API_JOB}/availability",),
        expected="page",
        alert="ErrorBudgetBurnFast",
        severity=Severity.CRITICAL,
        strength=0.25,
        panels=("api.errors.service",),
    ),
    Drill(
        name="api-latency",
        family="api",
        service=API_JOB,
        description="each request to the API takes 0.8 s longer",
        injection=DemoFault("latency", {"seconds": 0.8}),
        touches=(LATENCY,),
        expected="notify",
        alert="ApiLatencyHigh",
        severity=Severity.WARNING,
        follows=SLOW_FOR_ALL,
        panels=("api.latency.p95",),
    ),
)

USUAL = ("api.arrival.usual", "0s")
"""What is usual for the service, which a hang and vanished traffic are compared with."""

ARRIVAL = (
    Drill(
        name="nothing-recorded",
        family="nothing",
        service=API_JOB,
        description="the API's metrics of requests are missing",
        injection=DemoFault("unrecorded"),
        touches=(API_JOB,),
        expected="page",
        alert="NothingRecorded",
        rule="api.recorded.availability",
        severity=Severity.CRITICAL,
    ),
    Drill(
        name="api-hang",
        family="api",
        service=API_JOB,
        description="no request to the API is answered",
        injection=DemoFault("hang"),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceHanging",
        severity=Severity.CRITICAL,
        follows=("LatencyBudgetBurnFast",),
        needs=(USUAL,),
    ),
    Drill(
        name="api-replica-hang",
        family="api",
        service=API_JOB,
        description="one of the API's replicas answers no request",
        injection=DemoFault("hang", replicas=1),
        touches=(API_JOB,),
        expected="page",
        alert="ReplicaHanging",
        severity=Severity.CRITICAL,
        follows=("LatencyBudgetBurnFast",),
        needs=(("api.saturation.in_flight", "6m"),),
    ),
    Drill(
        name="traffic-gone",
        family="traffic",
        service=API_JOB,
        description="no request reaches the API any more",
        injection=PartStopped(TRAFFIC),
        touches=(API_JOB,),
        expected="page",
        alert="TrafficGone",
        severity=Severity.CRITICAL,
        needs=(USUAL, ("api.arrival.answered", "1d")),
    ),
)

OUTAGES = (
    Drill(
        name="api-first-burst",
        family="api",
        service=API_JOB,
        description="the first requests to fresh replicas fail",
        beforehand=FreshReplicas(),
        injection=FailedBurst("/api/dashboard"),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.failing",
        severity=Severity.CRITICAL,
    ),
    Drill(
        name="api-outage",
        family="api",
        service=API_JOB,
        description="every request to the API answers 500",
        injection=DemoFault("outage"),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.failing",
        severity=Severity.CRITICAL,
        panels=("api.outage.ratio",),
    ),
    Drill(
        name="api-outage-no-pictures",
        family="api",
        service=API_JOB,
        description="the API answers 500, the relay is gone",
        beforehand=PicturesStopped(),
        injection=DemoFault("outage"),
        touches=(API_JOB, PICTURES),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.failing",
        severity=Severity.CRITICAL,
    ),
    Drill(
        name="api-outage-targets-gone",
        family="api",
        service=API_JOB,
        description="every replica of the API is gone",
        injection=ReplicasStopped(),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.gone",
        severity=Severity.CRITICAL,
    ),
)
