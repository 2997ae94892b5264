"""The texts that ``vitals new`` begins with: each is rendered as it stands, and says what to put in its place."""

import re
from collections.abc import Mapping

_FIELD = re.compile(r"@\{(\w+)\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled in: ``@{name}`` is ours, ``$service`` is PromQL's or a reader's.

    Raises:
        KeyError: A field has no value.
    """
    return _FIELD.sub(lambda found: values[found[1]], text)


SERVICE = '''\
"""@{name}: say here in one sentence what it is."""

from vitals.model.catalog import Availability, Latency, Service

@{module} = Service(
    name="@{name}",
    owner="@{owner}",
    description="Says in one sentence what it does for users.",
    api=True,
    slos=(
        Availability(objective="99.5%"),
        Latency(within="1s", objective="95%"),
    ),
)
'''

RULE = """\
# Put your condition in the place of this one, which fires for a target that answers fewer than half of its scrapes.
groups:
  - name: @{group}
    labels:
      service: @{service}
    rules:
      - alert: @{name}
        # Over five minutes: a gauge that is read at one instant has a hole at each missed scrape.
        expr: avg_over_time(up{job="@{service}"}[5m]) < 0.5
        for: 5m
        labels:
          severity: @{severity}
        annotations:
          summary: "@{service} ({{ $labels.instance }}): scrapes answered {{ $value | humanizePercentage }} (< 50%)"
          description: The target answers now and then only, so what is known of it has holes.
"""

RULE_TEST = """\
# `make test-rules` runs this against what is rendered of the rule. Hold it just above and just below its bound.
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'up{job="@{service}", service="@{service}", instance="bad:9000"}'
        values: '0 0 1 0 0x26'
      - series: 'up{job="@{service}", service="@{service}", instance="good:9000"}'
        values: '1 0 1 0 1x26'
    promql_expr_test:
      - expr: 'count by (instance) (ALERTS{alertname="@{name}", alertstate="firing"})'
        eval_time: 4m
        exp_samples: []
      - expr: 'count by (instance) (ALERTS{alertname="@{name}", alertstate="firing"})'
        eval_time: 12m
        exp_samples:
          - labels: '{instance="bad:9000"}'
            value: 1
"""

RUNBOOK = """\
# @{name}

A target answers only some of its scrapes.

Silence it for planned work:

```sh
amtool --alertmanager.url="$ALERTMANAGER_URL" silence add alertname=@{name} service="$service" \\
  --duration=2h --comment="planned work and its ticket"
```

## Meaning

Say what is measured, and what is not counted. As it stands: a target of @{service} has answered fewer than half of its
scrapes for some minutes. It is up now and then, so no alert on a target that is down for good speaks of it.

## Impact

Say what users notice, and when they would. As it stands: rates and percentiles of this target have holes, and alerts
on them come late.

## Diagnosis

1. Which target is it, and since when? One alone points at that process, all of them at what they share.

   ```promql
   avg_over_time(up{job="@{service}"}[5m])
   ```

2. Does a scrape take so long that it is given up? Then the target is busy, or it shows too many series.

   ```promql
   max_over_time(scrape_duration_seconds{job="@{service}"}[5m])
   ```

3. Read the log of the target around a scrape that failed: a restart, a full queue or a timeout says so there.
4. Take a slow request from the same minute and run `vitals trace ID`: what makes requests wait makes scrapes wait.

## Mitigation

1. It restarts again and again: look at why it ended the last time before you restart it once more.
2. It is too busy to answer: give it another replica or take load away.
3. It began with a deploy: roll back, and read what changed afterwards.

It worked when the first query is at one for every target and stays there for ten minutes.

Escalate to the owner of the machine or cluster when targets of several services are affected.
"""

DASHBOARD = '''\
"""@{title}: say here which question it answers."""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import worst_services
from vitals.model.signals import Signal, api
from vitals.model.signals.signal import panel_id


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """What is shown of every service over time."""
    return DashboardDefinition(
        uid="vitals-@{name}",
        title="@{title}",
        question="How much work does each service have?",
        sections=(Section("", (Row(8, tuple(_every_service(context, one) for one in (api.IN_FLIGHT, api.TRAFFIC))),)),),
        variables=(variables.datasource(),),
        annotations=(chart_annotations.deploys({}), chart_annotations.firing(context, {})),
        links=(links.dashboard_link(context, links.OVERVIEW),),
    )


def _every_service(context: DashboardContext, signal: Signal) -> G.TimeSeries | None:
    """The panel of a signal; none where no service has it, and the rest closes ranks."""
    if not context.signal(signal.id):
        return None
    return chart(metadata_of(context, signal, panel=panel_id(f"@{name}:{signal.id}")), worst_services(signal))
'''
