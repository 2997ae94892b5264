"""What the foresight service finds: a service that is other than its own past, and a limit that is days away.

An anomaly alone is context: it goes to the channel of the team, never to a pager, because a series that is odd hurts
no one by itself. It pages where a second witness says that users are hurt: the error budget burns at the same time.
None of these alerts fires on what is not there, so neither the loss of the service nor that of Prometheus makes one.
"""

from __future__ import annotations

from decimal import Decimal

from vitals.kit.alerts.alert import TOO_SLOW, Alert
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.gaps import last_shown
from vitals.kit.alerts.summary import summary
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.catalog.burn_windows import BurnWindow
from vitals.model.conventions import SERVICE, Severity
from vitals.model.promql import call, max_by, select
from vitals.model.signals import Group, anomaly, signals_of, slo
from vitals.model.signals.idioms import any_of

from .burn_rate import because_of_gaps, burning, firing, least_events

WINDOW = BurnWindow(Decimal("0.01"), "1h", "5m")
"""Half of what pages without a second witness: 1 % of the budget in an hour."""
BURNING = "BudgetBurnWithAnomaly"
FOLLOWS = "it follows anomaly-latency, which does not wait for it"
"""Why these have no drill of their own: one fault makes all of them fire, and none again for a day."""

anomaly_found = Threshold(
    id="anomaly.active.found",
    name="AnomalyFound",
    signal=anomaly.ACTIVE,
    above="0",
    for_="5m",
    severity=Severity.INFO,
    impact="A series beats its own record of the past weeks; users may not notice.",
    action="Look whether a deploy, a campaign or a change next door explains it; if not, keep an eye on the service.",
    because=Because(
        bound="the detector says 1 only for what beats the record of the past weeks by two fifths",
        duration="it judges once a minute, so one or two odd minutes are left out",
    ),
)

anomalies_together = Threshold(
    id="anomaly.types.together",
    name="AnomaliesTogether",
    signal=anomaly.TYPES,
    above="1",
    for_="5m",
    severity=Severity.WARNING,
    impact="Traffic, errors, response time or resources of one service are other than their past at the same time.",
    action="Open the dashboard of anomalies and see which began first; compare with the last deploy.",
    because=Because(
        bound=(
            "two kinds of signal seldom beat their records by chance within the same hour; of simulated campaigns that "
            "hurt no user three in four made them, so it warns and does not page"
        ),
        duration="it judges once a minute, so one or two odd minutes are left out",
    ),
    no_drill=FOLLOWS,
)

limit_in_days = Threshold(
    id="anomaly.limit.days",
    name="LimitInDays",
    signal=anomaly.TIME_TO_LIMIT,
    below="3d",
    for_="1h",
    severity=Severity.WARNING,
    impact="An error budget, a queue or a pool of connections is used up soon if it goes on as on the days before.",
    action="Find since when it shrinks, and the deploy or the load behind it; what is left is in the summary.",
    because=Because(
        bound="three days reach over a weekend, and a slope over two weeks is not surer than that",
        duration="the slope is over days, so an hour changes nothing and leaves out a restart of the service",
    ),
    no_drill=TOO_SLOW,
)


def _burning(service: Service, environment: Environment) -> Alert:
    # What is scraped is read, and not what the other group records of it: that would be an evaluation old.
    found = call("max", anomaly.read("anomaly_active", service, environment.scrape)) > 0
    fires = firing(BURNING, service)
    rates = any_of(slo.burn_rate(one, WINDOW.long).select(service=service.name) for one in service.slos)
    # What is known of an hour is known for another hour, and the page would go on for two.
    scraped = max_by((SERVICE,), rates).and_on((SERVICE,), select("up", {SERVICE: service.name}))
    return Alert(
        id="anomaly.active.burning",
        name=BURNING,
        severity=Severity.CRITICAL,
        service=service.name,
        owner=service.owner,
        group=f"{service.name}.{Group.SLO}",
        expr=max_by((SERVICE,), any_of(burning(WINDOW, one, service, fires) for one in service.slos)).and_on((), found),
        summary=summary(
            service.name,
            "error budget burning {{ $value | humanize }}x faster than allowed beside an anomaly",
            f"> {WINDOW.burn}x over {WINDOW.long}",
        ),
        impact="Users meet errors or waits, and a signal of the service is other than its past.",
        action="Open the dashboard of anomalies; the series that is odd says where to look first.",
        signal=anomaly.ACTIVE,
        because=_because(service, environment),
        fires_when=(
            f"an objective's burn rate > {WINDOW.burn} over both {WINDOW.long} and {WINDOW.short}, with so many "
            "requests that one bad one alone would not do it, and a series of the service is an active anomaly "
            f"(`{anomaly.ACTIVE.record}` is 1)"
        ),
        no_drill=FOLLOWS,
        last=last_shown(scraped, service, environment.scrape),
    )


def _because(service: Service, environment: Environment) -> dict[str, str]:
    found = {
        f"an anomaly within {anomaly.window(environment.scrape)}": "four scrapes, so that one that fails ends nothing",
        f"burn rate > {WINDOW.burn} over {WINDOW.long} and {WINDOW.short}": (
            "half of the burn rate that pages by itself, for there is a second witness; assumed, for no history of "
            "real incidents is behind it"
        ),
        **because_of_gaps(WINDOW),
    }
    for objective in service.slos:
        found[f"> {least_events(WINDOW, objective):g} requests in {WINDOW.long}"] = (
            f"at an objective of {objective.objective} one bad request alone stays below the bound"
        )
    return found


def alerts(service: Service, environment: Environment) -> list[Alert]:
    """The alerts of one service on what the foresight service says of it."""
    if anomaly.EXPORTER not in environment.exporters:
        return []
    has = anomaly.about(signals_of(service))
    rules = (anomaly_found, anomalies_together, limit_in_days)
    found = [rule.of(service, environment) for rule in rules if rule.signal in has]
    return [*found, *([_burning(service, environment)] if anomaly.ACTIVE in has and service.slos else [])]
