"""Do the entries of a catalogue agree with each other and with the contract?

What one entry cannot know alone is checked here: owners exist, exporters exist, a latency SLO lies on a bucket bound, a
queue belongs to one service.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection

from vitals.errors import did_you_mean
from vitals.model.catalog.channels_of_incidents import Email, Sns
from vitals.model.catalog.environment import Environment
from vitals.model.catalog.fields import seconds, share
from vitals.model.catalog.load import Catalogue, CatalogueError
from vitals.model.catalog.measured import measured_path
from vitals.model.catalog.service import Latency, Service
from vitals_telemetry.contract import Metric


def check(catalogue: Catalogue, *, exporters: Collection[str], response_time: Metric) -> None:
    """Check a catalogue as a whole.

    Args:
        catalogue: What was loaded.
        exporters: Names of the exporters that the contract knows.
        response_time: The histogram on which latency SLOs are counted.

    Raises:
        CatalogueError: Naming file, entry, field, consequence and fix of the first disagreement found.
    """
    for service in catalogue.services:
        where = catalogue.place(service)
        _known(where, "owner", service.owner, catalogue.teams, "its alerts would reach no receiver")
        if service.latency:
            _within_a_bucket(where, service, service.latency, response_time)
    _queues_have_one_owner(catalogue)
    _measurements_fit(catalogue)
    _services_can_be_distinguished(catalogue)
    _maintenance_is_of_something(catalogue)
    targets = {*exporters, *(service.name for service in catalogue.services)}
    for name in catalogue.exposed:
        _known(f"exposed/{name}.toml", "name", name, targets, "nothing would be known to expose it")
    for environment in catalogue.environments.values():
        where = catalogue.place(environment)
        _channels_can_be_reached(catalogue, environment, where)
        _known(
            where, "operators", environment.operators, catalogue.teams, "no receiver would hear that monitoring fails"
        )
        for exporter in environment.exporters:
            _known(where, "exporters", exporter, exporters, "nothing says what it exposes")
        for exporter in environment.targets:
            _known(where, "targets", exporter, environment.scraped_exporters, "nothing would be counted for it here")
        for service_name in environment.autoscaling.limits if environment.autoscaling else ():
            scaled = [service.name for service in catalogue.services if service.scaling]
            _known(where, "autoscaling.limits", service_name, scaled, "no scaler would have these limits")
        taken = {service.name for service in catalogue.services} & set(environment.scraped_exporters)
        if taken:
            raise CatalogueError(
                f"{where}, field exporters: {', '.join(sorted(taken))} is also the name of a service; their targets "
                "would share a job. Rename the service."
            )


def _within_a_bucket(where: str, service: Service, objective: Latency, response_time: Metric) -> None:
    dialect = service.dialect
    if dialect.native(response_time.name, whole=True):
        return
    buckets = response_time.buckets if dialect.ours else dialect.buckets(response_time.name)
    if objective.bound in buckets:
        return
    if not buckets:
        reason = dialect.lacks.get(response_time.name, "the library does not time requests")
        raise CatalogueError(
            f"{where}, field slos: a latency objective needs buckets of response times, and {dialect.name} has none: "
            f"{reason}. Until then promise availability only."
        )
    bounds = ", ".join(f"{bound:g}s" for bound in buckets)
    theirs = dialect.sources(f"{response_time.name}_bucket", whole=True)
    metric = " or ".join(one.metric.name for one in theirs) or response_time.name
    raise CatalogueError(
        f"{where}, field slos: {objective.within} is not a bucket bound of {metric}, so the "
        f"share of fast requests cannot be counted. Choose one of {bounds}."
    )


def _queues_have_one_owner(catalogue: Catalogue) -> None:
    taken: dict[str, str] = {}
    for service in catalogue.services:
        for queue in service.queues:
            other = taken.setdefault(queue.name, service.name)
            if other != service.name:
                raise CatalogueError(
                    f"{catalogue.place(service)}, field queues: {queue.name!r} is declared by {other!r} too, so "
                    "one full queue would be reported twice. Declare it with the service that does its tasks."
                )


def _maintenance_is_of_something(catalogue: Catalogue) -> None:
    services = [service.name for service in catalogue.services]
    exporters = {exporter for one in catalogue.environments.values() for exporter in one.scraped_exporters}
    for window in catalogue.maintenance.values():
        where = catalogue.place(window)
        for name in window.services:
            _known(where, "services", name, {*services, *exporters}, "nothing of it would be muted")
        for name in window.environments:
            _known(where, "environments", name, catalogue.environments, "nothing would be muted there")


def _channels_can_be_reached(catalogue: Catalogue, environment: Environment, where: str) -> None:
    """Mail needs a server, and SNS the one file from which AWS' own library reads its keys."""
    for team in catalogue.teams.values():
        kinds = {type(channel) for channel in team.every_channel}
        if Email in kinds and environment.smtp is None:
            raise CatalogueError(
                f"{where}, field smtp: team {team.name!r} has a mailbox and no mail server is named, so Alertmanager "
                "would not start. Give smtp=Smtp(...), or take the mailbox out of the team."
            )
        if Sns in kinds and environment.aws_credentials_file is None:
            raise CatalogueError(
                f"{where}, field aws_credentials_file: team {team.name!r} has a topic of SNS and no file has keys for "
                "it, so every notification would be refused. Name the secret file that holds AWS' credentials."
            )


def _measurements_fit(catalogue: Catalogue) -> None:
    """A number holds for the place where it was measured and for the objective that held then, and for no other."""
    services = {service.name: service for service in catalogue.services}
    for (environment, name), measured in sorted(catalogue.measured.items()):
        where = measured_path(environment, name)
        _known(where, "environment", environment, catalogue.environments, "nothing would be scaled by it")
        _known(where, "service", name, services, "nothing would be scaled by it")
        latency, slo = services[name].latency, measured.slo
        if latency and (seconds(slo.within), share(slo.objective)) != (latency.bound, share(latency.objective)):
            raise CatalogueError(
                f"{where}, field slo: the capacity was measured with {slo.objective} within {slo.within}, and {name} "
                f"promises {latency.objective} within {latency.within} by now, so it says nothing of how much a "
                "replica bears. Measure again with `vitals capacity`, or remove the file to go back to what is assumed."
            )


def _services_can_be_distinguished(catalogue: Catalogue) -> None:
    """Two services with one name on the cluster must be in namespaces that both are named."""
    for one, other in itertools.combinations(catalogue.services, 2):
        if one.selected_by != other.selected_by:
            continue
        if not one.namespace or one.namespace == other.namespace or not other.namespace:
            raise CatalogueError(
                f"{catalogue.place(other)}, field app: {one.name!r} selects the same targets "
                f"(app.kubernetes.io/name {one.selected_by}), so the series of each would be those of both. Give each "
                "a namespace of its own, or an app."
            )


def _known(where: str, field: str, name: str, known: Collection[str], consequence: str) -> None:
    if name in known:
        return
    hint = did_you_mean(name, sorted(known), f"Known are {', '.join(sorted(known))}.")
    raise CatalogueError(f"{where}, field {field}: {name!r} is not known, so {consequence}. {hint}")
