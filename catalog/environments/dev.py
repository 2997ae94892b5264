"""Development on GKE: the demo platform stands in for the services, with its cache in memory."""

from vitals.model.catalog import Budget, ReplicaLimits, Server, Servers

from ..defaults import on_cluster, scaled

dev = on_cluster(
    "dev",
    description="Where a change meets GKE and Firestore for the first time.",
    without=("redis",),
    targets={"node": 2, "kubelet": 2, "kubelet-volumes": 2},
    budget=Budget(series=16_000, samples_per_month=4_000_000_000),
    servers=Servers(
        prometheus=Server(cpu="250m", memory="1536Mi", disk="20Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="1Gi"),
        retention="7d",
    ),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(
        accept_assumed_capacity=True,
        # Two small nodes, and only developers to serve.
        limits={"wellness-api": ReplicaLimits(min_replicas=1, max_replicas=4)},
    ),
)
