"""Production on GKE."""

from vitals.model.catalog import Server, Servers

from ..defaults import ROOM_FOR_A_STEP, mail, on_cluster, scaled

prod = on_cluster(
    "prod",
    description="The platform that members use.",
    dashboards_url="https://grafana.wellness.example",
    smtp=mail("vitals"),
    targets={"prometheus": 2, "alertmanager": 3, "node": 3, "kubelet": 3, "kubelet-volumes": 3},
    deadman_file="deadman-heartbeat-url",
    servers=Servers(
        prometheus=Server(cpu="1", memory="4Gi", disk="100Gi"),
        alertmanager=Server(cpu="100m", memory="256Mi", disk="5Gi"),
        retention="30d",
    ),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(accept_assumed_capacity=True, headroom=ROOM_FOR_A_STEP),
)
