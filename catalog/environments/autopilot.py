"""A cluster whose nodes are Google's as well: nothing of ours may look at the machine itself."""

from vitals.model.catalog import Budget, Server, Servers

from ..defaults import NOT_WITHOUT_OUR_PROMETHEUS, on_cluster, scaled

autopilot = on_cluster(
    "autopilot",
    description="A cluster without nodes of our own, for a platform without machines to run.",
    delivery="managed",
    without=(*NOT_WITHOUT_OUR_PROMETHEUS, "node", "redis"),
    targets={"alertmanager": 2},
    budget=Budget(series=16_000, samples_per_month=4_000_000_000),
    servers=Servers(alertmanager=Server(cpu="50m", memory="128Mi", disk="2Gi")),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(accept_assumed_capacity=True),
)
