"""The API that every wellness app talks to."""

from vitals.model.catalog import (
    Availability,
    Cache,
    Demand,
    Firestore,
    Latency,
    LoadTest,
    Pod,
    Scaling,
    Service,
    assumed,
)

wellness_api = Service(
    name="wellness-api",
    owner="platform",
    description="Shows members their wellness dashboard and takes orders for reports.",
    api=True,
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
    expects={"endpoint": 5, "status": 6},
    stores=(Firestore(name="wellness"),),
    caches=(Cache(name="dashboards"),),
    cohorts=True,
    components=True,
    scaling=Scaling(
        on={Demand.REQUESTS: assumed(25, "A request is taken to need 30 ms of a core; a quarter is left for peaks.")},
        min_replicas=2,
        max_replicas=20,
    ),
    load=LoadTest(
        endpoints=(
            "GET /api/dashboard",
            "GET /api/reports/{report_id}",
            "GET /api/users/{user_id}/trends",
            "POST /api/check-ins",
            "POST /api/reports/generate",
        ),
        normal_users=20,  # about 7 requests per second, what one replica serves with ease
        peak_users=80,
        stress_from=10,
    ),
    pod=Pod(cpu="200m", memory="256Mi", memory_limit="512Mi"),
)
