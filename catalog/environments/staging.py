"""Staging on GKE: everything that production has, and the last place where a fault may show."""

from vitals.model.catalog import Server, Servers

from ..defaults import ROOM_FOR_A_STEP, on_cluster, scaled

staging = on_cluster(
    "staging",
    description="What members will use next, as production runs it.",
    targets={"node": 3, "kubelet": 3, "kubelet-volumes": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(
        prometheus=Server(cpu="500m", memory="2Gi", disk="50Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="2Gi"),
        retention="15d",
    ),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(accept_assumed_capacity=True, headroom=ROOM_FOR_A_STEP),
)
