"""The drills of what stands behind the API, and of what users feel of it: database, cache, satisfaction."""

from vitals.local.stack.parts.platform import API_JOB
from vitals.model.conventions import Severity
from vitals.verify.drills.api import LATENCY, SLOW_FOR_ALL
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import DemoFault

DRILLS = (
    Drill(
        name="database-slow",
        family="database",
        service=API_JOB,
        description="the API's database answers 0.8 s later",
        injection=DemoFault("slow-database", {"seconds": 0.8}),
        touches=(LATENCY, f"{API_JOB}/database"),
        expected="notify",
        alert="DatabaseSlow",
        severity=Severity.WARNING,
        follows=(*SLOW_FOR_ALL, "ComponentSlow"),
        panels=("database.time.p95",),
    ),
    Drill(
        name="cache-cold",
        family="cache",
        service=API_JOB,
        description="the cache keeps nothing, every fetch misses",
        injection=DemoFault("cold-cache"),
        touches=(f"{API_JOB}/cache",),
        expected="notify",
        alert="CacheHitsLow",
        severity=Severity.WARNING,
        panels=("cache.hits.ratio",),
    ),
    Drill(
        name="users-unsatisfied",
        family="users",
        service=API_JOB,
        description="each request to the API takes 1.2 s longer",
        injection=DemoFault("latency", {"seconds": 1.2}),
        touches=(LATENCY,),
        expected="notify",
        alert="UsersUnsatisfied",
        severity=Severity.WARNING,
        follows=SLOW_FOR_ALL,
        panels=("users.satisfaction.service",),
    ),
)
