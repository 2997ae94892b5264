"""A cluster that is there already, on a laptop or in continuous integration.

No cloud account, no access from outside.
"""

from vitals.model.catalog import Budget, Server, Servers, Smtp

from ..defaults import on_cluster, scaled

kind = on_cluster(
    "kind",
    description="A throw-away cluster, to try a change on real Kubernetes.",
    dashboards_url="http://localhost:3000",
    smtp=Smtp(smarthost="mail.kind.wellness.example:25", sender="vitals-kind@wellness.example", require_tls=False),
    without=("redis", "stackdriver", "collector"),
    budget=Budget(series=12_000, samples_per_month=3_000_000_000),
    servers=Servers(
        prometheus=Server(cpu="200m", memory="1Gi", disk="5Gi"),
        alertmanager=Server(cpu="50m", memory="128Mi", disk="1Gi"),
        retention="1d",
    ),
    # Nothing has been measured here yet: `vitals capacity` does, and then this goes.
    autoscaling=scaled(accept_assumed_capacity=True, accept_laptop_capacity=True),
)
