"""A service that counts what failed in a counter of its own, which is there from the first failure on."""

from vitals.model.catalog import Availability, Latency, Service, promhttp

job_board = Service(
    name="job-board",
    owner="platform",
    description="Shows open positions.",
    api=True,
    speaks=promhttp(
        requests="app_requests_total",
        failures="app_exceptions_total",
        duration="app_request_seconds",
        endpoint="route",
        method="",
    ),
    slos=(Availability(objective="99.9%"), Latency(within="250ms", objective="99%")),
)
