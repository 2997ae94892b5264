"""A world small enough to lie in it: one server that answers as platform, Prometheus and supervisor do for one alert.

Drills are proven on the real stack by the live tests. Here it matters what a drill does when things do *not* go as they
should, which the real stack would have to be broken for.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.rendered import smallest
from vitals.local.portal.interfaces import DeliveredAlert, Delivery, DeliveryStatus
from vitals.local.processes.ports import listen
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.serve import serving
from vitals.local.stack.state import Addresses
from vitals.rendered import Channel
from vitals.verify.drills.stack_client import StackClient

ALERT, SERVICE = "ServiceOutage", "wellness-api"
LINK = "http://portal/d/api/api?viewPanel=7&var-service=wellness-api&from=now-1h"
SHOWN = {"api.outage.ratio": 7, "api.latency.p95": 8}
"""The panel of each signal."""
RULE = "api.outage.failing"
TIMING = {
    "window_s": 0, "short_s": 0, "least_share": 1, "settles_s": 0, "scrape_s": 0.1, "takes_s": 0, "evaluation_s": 0.1,
    "for_s": 0, "group_wait_s": 0, "group_interval_s": 0,
}  # fmt: skip
"""Everything is notified at once, so a drill waits little more than for a delivery."""
ROUTING: Mapping[str, Any] = {
    "route": {"receiver": "platform", "group_by": ["alertname"]},
    "receivers": [{"name": "platform", "slack_configs": [{"channel": "#platform"}]}],
}
"""At all hours."""
DASHBOARD = {
    "uid": "api",
    "title": "API",
    "panels": [
        {"id": 7, "title": "Errors", "type": "timeseries", "targets": [{"refId": "A", "expr": "errors"}]},
        {"id": 8, "title": "p95", "type": "timeseries", "targets": [{"refId": "A", "expr": "p95"}]},
    ],
}


@dataclass
class SmallWorld:
    """What is true in it, to be changed by a test.

    Attributes:
        folder: Where deliveries are written.
        alert: The only one that the rules have.
        fires: Whether the alert fires while the fault is on.
        still: The queries that do not move while the fault is on.
        empty: The queries that have no data.
        notified: The channels that are notified when the alert starts and stops firing.
        not_run_here: Services of which nothing runs.
        groups: How many groups Alertmanager counts before the next look; none is listed but that of ``held``.
        routing: The configuration of its Alertmanager.
        held: The labels of an alert that Alertmanager lists until it counts no group.
        faults: The faults that are on.
        controlled: What the supervisor was asked to do.
    """

    folder: RunFolder
    alert: str = ALERT
    fires: bool = True
    still: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    notified: tuple[Channel, ...] = ("slack", "email", "pagerduty")
    not_run_here: tuple[str, ...] = ()
    groups: int = 1
    routing: Mapping[str, Any] = field(default_factory=lambda: ROUTING)
    held: Mapping[str, str] | None = None
    faults: set[str] = field(default_factory=set)
    controlled: list[str] = field(default_factory=list)

    def tell(self, status: DeliveryStatus) -> None:
        """Deliver the alert on every notified channel."""
        inbox = Inbox(self.folder.deliveries, lambda _: None)
        for channel in self.notified:
            alerts = (DeliveredAlert(name=ALERT, service=SERVICE),)
            inbox.add(Delivery(channel=channel, receiver="x", at=time.time(), status=status, alerts=alerts))

    @asynccontextmanager
    async def rig(self, severity: str = "critical") -> AsyncIterator[StackClient]:
        """Serve this world and give a rig for it."""
        self.folder.dashboards.mkdir(exist_ok=True)
        (self.folder.dashboards / "api.json").write_text(json.dumps(DASHBOARD), encoding="utf-8")
        routes = [
            Route("/faults/{name}", self._switch, methods=["PUT", "DELETE"]),
            Route("/control/parts/{name}/{verb}", self._control, methods=["POST"]),
            Route("/api/v1/{question}", self._prometheus),
            Route("/api/v2/alerts/groups", self._alert_groups),
            Route("/metrics", self._metrics),
        ]
        channels = ["slack", "email", "pagerduty"] if severity == "critical" else ["slack", "email"]
        alert = {
            **smallest.ALERT,
            "id": RULE,
            "name": self.alert,
            "severity": severity,
            "service": SERVICE,
            "channels": channels,
            "timing": TIMING,
        }
        records = [
            {"signal": signal, "name": signal, "labels": {"service": SERVICE}, "unit": "ratio", "group": "api",
             "direction": "higher is worse", "panel": {"uid": "api", "id": panel}, "empty_reason": None}
            for signal, panel in SHOWN.items()
        ]  # fmt: skip
        model = smallest.model(records=records, alerts=[alert])
        async with serving(Starlette(routes=routes), listen(0, "")) as url, loopback_client() as client:
            addresses = Addresses(
                portal=url, prometheus=url, alertmanager=url, control=url, api=url,
                admin={"wellness-api-1": url, "wellness-api-2": url}, grafana=None,
            )  # fmt: skip
            yield StackClient(
                folder=self.folder, addresses=addresses, token="t", model=model, routing=self.routing,
                client=client, not_run_here=self.not_run_here,
            )  # fmt: skip

    async def _switch(self, request: Request) -> Response:
        before = set(self.faults)
        name = request.path_params["name"]
        (self.faults.add if request.method == "PUT" else self.faults.discard)(name)
        if self.fires and before != self.faults:
            self.tell("firing" if self.faults else "resolved")
        return JSONResponse({})

    async def _control(self, request: Request) -> Response:
        self.controlled.append(f"{request.path_params['verb']} {request.path_params['name']}")
        return JSONResponse({})

    async def _alert_groups(self, _: Request) -> Response:
        return JSONResponse([{"alerts": [{"labels": self.held}]}] if self.held and self.groups > 0 else [])

    async def _metrics(self, _: Request) -> Response:
        self.groups -= 1
        return PlainTextResponse(f"# x\nalertmanager_dispatcher_aggregation_groups {self.groups}\n")

    async def _prometheus(self, request: Request) -> Response:
        labels = {"alertname": ALERT, "severity": "critical", "service": SERVICE}
        firing = [{"labels": labels, "annotations": {"dashboard_url": LINK}, "state": "firing"}]
        rule = {"name": ALERT, "labels": labels, "annotations": {"dashboard_url": LINK}}
        query = request.query_params.get("query", "")
        value = "1" if self.faults and query not in self.still else "0.01"
        found = [] if query in self.empty else [{"metric": {}, "value": [0, value]}]
        answers: dict[str, Any] = {
            "alerts": {"alerts": firing if self.faults and self.fires else []},
            "rules": {"groups": [{"rules": [rule]}]},
            "query": {"resultType": "vector", "result": found},
        }
        return JSONResponse({"status": "success", "data": answers[request.path_params["question"]]})
