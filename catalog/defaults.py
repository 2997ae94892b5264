"""What the environments on a cluster have in common, each with its reason; an environment's file says what differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from vitals.model.catalog import Autoscaling, Budget, Environment, Headroom, ReplicaLimits, Servers, Smtp

DOMAIN = "wellness.example"
"""Of every address that people open, and of the mailboxes that alerts come from."""
RENDERED = "https://git.wellness.example/platform/vitals/src/branch/main/rendered"
"""Where an alert's rule can be read as it is applied: on the branch from which stacks are deployed."""
EXPORTERS = (
    "prometheus",
    "alertmanager",
    "node",
    "kubelet",
    "kubelet-volumes",
    "kube-state-metrics",
    "redis",
    "stackdriver",
    "keda",
    "collector",
    "foresight",
)
"""Everything that runs beside the platform on GKE. An environment leaves out what it does not have."""
NOT_WITHOUT_OUR_PROMETHEUS = ("prometheus", "kubelet", "kubelet-volumes")
"""Where Google collects there is no Prometheus of ours, and the kubelet is Google's own to scrape."""
BUDGET = Budget(series=20_000, samples_per_month=5_000_000_000)
"""Assumed: two to four times what these environments store (`vitals cost`: 2,600 to 8,300 series), so that a service or
two can be added, and a label without bounds still stops the render."""

ROOM_FOR_A_STEP = Headroom(pods=4, cpu="400m", memory="512Mi")
"""Room for the first step up, which may be four replicas; each asks for as much as the demo's API and worker do."""


def on_cluster(
    name: str,
    *,
    description: str,
    servers: Servers,
    autoscaling: Autoscaling,
    delivery: Literal["operator", "managed"] = "operator",
    without: Collection[str] = (),
    also: tuple[str, ...] = (),
    targets: Mapping[str, int] | None = None,
    budget: Budget = BUDGET,
    dashboards_url: str = "",
    smtp: Smtp | None = None,
    deadman_file: str | None = None,
) -> Environment:
    """An environment on a cluster.

    Args:
        name: Its name, which is also a part of its addresses.
        description: What it is for.
        servers: What Prometheus and Alertmanager are given; there is no usual size.
        autoscaling: Which numbers services are scaled by, from :func:`scaled`.
        delivery: Our Prometheus, by the operator, unless Google's is to collect and evaluate.
        without: Exporters that usually run and do not run here.
        also: Exporters that run here only.
        targets: How many of an exporter run, where that is not one.
        budget: What its metrics may come to.
        dashboards_url: Grafana's address, if not that of the domain.
        smtp: The mail server, if not that of the domain.
        deadman_file: The secret file with the address that must hear the Watchdog. None where the monitoring itself
            has no on-call.
    """
    return Environment(
        name=name,
        description=description,
        delivery=delivery,
        dashboards_url=dashboards_url or f"https://grafana.{name}.{DOMAIN}",
        # One set of runbooks: an alert means the same in every environment.
        runbooks_url=f"https://docs.{DOMAIN}/runbooks",
        rule_url=f"{RENDERED}/{name}/rules/{{group}}.yaml",
        # Where the operator mounts the secret that an Alertmanager object names.
        secrets_dir="/etc/alertmanager/secrets",
        smtp=smtp or mail(f"vitals-{name}"),
        exporters=tuple(one for one in (*EXPORTERS, *also) if one not in without),
        # The operators of the cluster run its monitoring.
        operators="platform",
        budget=budget,
        targets=targets or {},
        deadman_file=deadman_file,
        servers=servers,
        autoscaling=autoscaling,
    )


def scaled(
    *,
    accept_assumed_capacity: bool = False,
    accept_laptop_capacity: bool = False,
    limits: Mapping[str, ReplicaLimits] | None = None,
    headroom: Headroom | None = None,
) -> Autoscaling:
    """How services are scaled in an environment on a cluster.

    Args:
        accept_assumed_capacity: Whether by numbers that were not measured there.
        accept_laptop_capacity: Whether by numbers that were measured on a laptop.
        limits: Numbers of replicas that differ there, by service.
        headroom: Room that is kept on its nodes.
    """
    return Autoscaling(
        # The query address of our Prometheus, or of the front end that stands in for it.
        prometheus_url="http://prometheus.monitoring:9090",
        namespace="wellness",
        accept_assumed_capacity=accept_assumed_capacity,
        accept_laptop_capacity=accept_laptop_capacity,
        limits=limits or {},
        headroom=headroom,
    )


def mail(account: str) -> Smtp:
    """The domain's mail server, with an account of its own for each environment: one can be shut without the others."""
    return Smtp(
        smarthost=f"smtp.{DOMAIN}:587",  # the port of submission, with TLS required
        sender=f"{account}@{DOMAIN}",
        username=account,
        password_file="smtp-password",  # noqa: S106 - the name of a file, not a password
    )
