"""The drills of what stands behind the API, and of what users feel of it: database, cache, satisfaction."""

from vitals.local.stack.parts.platform import API_JOB
from vitals.verify.drills.api import LATENCY, SLOW_FOR_ALL
from vitals.verify.drills.drill import Drill
from vitals.verify.drills.injections import Fault

DRILLS = (
    Drill(
        name="database-slow",
        family="database",
        service=API_JOB,
        means="the API's database answers 0.8 s later",
        injection=Fault("slow-database", {"seconds": 0.8}),
        touches=(LATENCY, f"{API_JOB}/database"),
        expected="notify",
        alert="DatabaseSlow",
        severity="warning",
        follows=(*SLOW_FOR_ALL, "ComponentSlow"),
        panels=("database.time.p95",),
    ),
    Drill(
        name="cache-cold",
        family="cache",
        service=API_JOB,
        means="the cache keeps nothing, every fetch misses",
        injection=Fault("cold-cache"),
        touches=(f"{API_JOB}/cache",),
        expected="notify",
        alert="CacheHitsLow",
        severity="warning",
        panels=("cache.hits.ratio",),
    ),
    Drill(
        name="users-unsatisfied",
        family="users",
        service=API_JOB,
        means="each request to the API takes 1.2 s longer",
        injection=Fault("latency", {"seconds": 1.2}),
        touches=(LATENCY,),
        expected="notify",
        alert="UsersUnsatisfied",
        severity="warning",
        follows=SLOW_FOR_ALL,
        panels=("users.satisfaction.service",),
    ),
)
