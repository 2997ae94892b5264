"""ConfigReloadFailing: for five minutes a program runs on with its old configuration."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Equals
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge


def _case(program: str) -> AlertCase:
    newest = f"{program}_config_last_reload_successful"
    return AlertCase(
        id="meta.config.refused",
        name="ConfigReloadFailing",
        severity="warning",
        service=program,
        condition=Equals(Lately(newest, EXPORTER, several=min), 0),
        for_=300,
        record="service:config_last_reload_successful:min",
        scraped=(gauge(f'{newest}{{service="{program}", job="{program}", instance="t1"}}'),),
        low=1,
        under=1,
        high=0,
        warm=150,
        creeps=0,
        holds=600,
        summary=f"{program}: config reload failed, success 0 (< 1)",
    )


CASES = (_case("prometheus"), _case("alertmanager"))
