"""The drills of the API: replicas that come and go, slow and failing requests, and outages."""

from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.parts.traffic import TRAFFIC
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import Fault, PartStopped, ReplicasStopped, RollingRestart

LATENCY = f"{API_JOB}/latency"
"""How fast it answers: whatever slows a request changes it."""
SLOW_FOR_ALL = ("LatencyBudgetBurnFast", "ApiLatencyHigh", "UsersUnsatisfied", "CohortSlow")
"""What follows when every request is slow."""

QUIET = (
    Drill(
        name="api-rolling-restart",
        family="api",
        service=API_JOB,
        means="the API's replicas restart one by one",
        injection=RollingRestart(),
        touches=(API_JOB,),
        expected="silence",
        watched_s=60,
    ),
    Drill(
        name="api-target-down",
        family="api",
        service=API_JOB,
        means="one of the API's replicas is gone",
        injection=ReplicasStopped(count=1),
        touches=(API_JOB,),
        expected="notify",
        alert="TargetDown",
        severity="warning",
    ),
)

DEGRADED = (
    Drill(
        name="api-errors",
        family="api",
        service=API_JOB,
        means="one request in four to the API fails",
        injection=Fault("errors", {"share": 0.25}),
        touches=(f"{API_JOB}/availability",),
        expected="page",
        alert="ErrorBudgetBurnFast",
        severity="critical",
        strength=0.25,
        panels=("api.errors.service",),
    ),
    Drill(
        name="api-latency",
        family="api",
        service=API_JOB,
        means="each request to the API takes 0.8 s longer",
        injection=Fault("latency", {"seconds": 0.8}),
        touches=(LATENCY,),
        expected="notify",
        alert="ApiLatencyHigh",
        severity="warning",
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
        means="the API's metrics of requests are missing",
        injection=Fault("unrecorded"),
        touches=(API_JOB,),
        expected="page",
        alert="NothingRecorded",
        rule="api.recorded.availability",
        severity="critical",
    ),
    Drill(
        name="api-hang",
        family="api",
        service=API_JOB,
        means="no request to the API is answered",
        injection=Fault("hang"),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceHanging",
        severity="critical",
        follows=("LatencyBudgetBurnFast",),
        needs=(USUAL,),
    ),
    Drill(
        name="traffic-gone",
        family="traffic",
        service=API_JOB,
        means="no request reaches the API any more",
        injection=PartStopped(TRAFFIC),
        touches=(API_JOB,),
        expected="page",
        alert="TrafficGone",
        severity="critical",
        needs=(USUAL, ("api.arrival.answered", "1d")),
    ),
)

OUTAGES = (
    Drill(
        name="api-outage",
        family="api",
        service=API_JOB,
        means="every request to the API answers 500",
        injection=Fault("outage"),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.failing",
        severity="critical",
        panels=("api.outage.ratio",),
    ),
    Drill(
        name="api-outage-targets-gone",
        family="api",
        service=API_JOB,
        means="every replica of the API is gone",
        injection=ReplicasStopped(),
        touches=(API_JOB,),
        expected="page",
        alert="ServiceOutage",
        rule="api.outage.gone",
        severity="critical",
    ),
)
