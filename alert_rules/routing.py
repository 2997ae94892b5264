"""Who is notified of what, and how fast: the policy from which the Alertmanager configuration of each team is made.

Pages leave after one second and are grouped per alert and service, so a page never waits for a ticket.
"""

from vitals.kit.alerts.policy import InhibitRule, RoutingPolicy, Times
from vitals.model.catalog import Hours
from vitals.model.conventions import SERVICE, SLO, Severity

from . import outage

ROUTING = RoutingPolicy(
    # A ticket is opened for what waits for working hours: a page would be over before it is read there.
    ways={
        Severity.CRITICAL: ("chat", "mail", "incident", "program"),
        Severity.WARNING: ("chat", "mail", "ticket", "program"),
        Severity.INFO: ("chat",),
    },
    times={
        Severity.CRITICAL: Times(group_wait="1s", group_interval="15s", repeat_interval="1h"),
        Severity.WARNING: Times(group_wait="10s", group_interval="1m", repeat_interval="12h"),
        Severity.INFO: Times(group_wait="30s", group_interval="5m", repeat_interval="24h"),
    },
    # The Watchdog is sent at each flush of its group: a repetition must be due before the next one, or it is left out.
    heartbeat=Times(group_wait="0s", group_interval="1m", repeat_interval="50s"),
    working_hours=Hours("07:00", "19:00"),
    inhibitions=(
        InhibitRule(
            source=(f'alertname="{outage.NAME}"',),
            target=(f'alertname!="{outage.NAME}"', 'severity=~"critical|warning|info"'),
            equal=(SERVICE,),
        ),
        InhibitRule(
            source=('alertname=~".+BurnFast"',),
            target=('alertname=~".+BurnSlow"',),
            equal=(SERVICE, SLO),
        ),
        InhibitRule(
            source=('alertname=~".+BurnFast"',),
            target=('alertname="BudgetBurnWithAnomaly"',),
            equal=(SERVICE,),
        ),
    ),
)
