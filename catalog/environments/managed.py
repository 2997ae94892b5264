"""A platform with more metrics than one Prometheus holds: Google collects, stores and evaluates them."""

from vitals.model.catalog import Server, Servers

from ..defaults import NOT_WITHOUT_OUR_PROMETHEUS, ROOM_FOR_A_STEP, on_cluster, scaled

managed = on_cluster(
    "managed",
    description="Production where Google stores the metrics and no Prometheus of ours runs.",
    delivery="managed",
    without=NOT_WITHOUT_OUR_PROMETHEUS,
    targets={"alertmanager": 3, "node": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(alertmanager=Server(cpu="100m", memory="256Mi", disk="5Gi")),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(accept_assumed_capacity=True, headroom=ROOM_FOR_A_STEP),
)
