"""The HTTP interface: what clients may ask and what they get.

Routes check their input, call one function of the platform and answer; they hold no logic of their own. Every route
under ``/api`` lets the faults strike first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from .analysis import WellnessTrend, trends
from .backends import Backends
from .dashboards import dashboard_json, forget_dashboard
from .model import CheckIn, Report, ReportType
from .reports import request_report
from .seed import account_of
from .visitors import USER_ID_PATTERN


async def _backends(request: Request) -> Backends:
    backends: Backends = request.app.state.backends
    return backends


async def _account(request: Request) -> str:
    return account_of(request.state.user_id)


async def _strike(request: Request) -> None:
    await request.app.state.switchboard.strike()


With = Annotated[Backends, Depends(_backends)]
Account = Annotated[str, Depends(_account)]

api = APIRouter(prefix="/api", dependencies=[Depends(_strike)])
health = APIRouter()


class ReportRequest(BaseModel):
    """Which report to write, and for whom."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[str, Field(pattern=USER_ID_PATTERN)]
    report_type: ReportType


class NewCheckIn(BaseModel):
    """What a member records for today; units as in `wellness.model.CheckIn`."""

    model_config = ConfigDict(extra="forbid")

    sleep_hours: Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)]
    steps: Annotated[int, Field(ge=0, le=200_000)]
    mood: Annotated[int, Field(ge=1, le=5)]
    stress: Annotated[int, Field(ge=1, le=5)]
    resting_heart_rate: Annotated[int, Field(ge=20, le=250)]


class AcceptedReport(BaseModel):
    """Where the report will be found."""

    report_id: str
    location: str


@health.get("/healthz")
async def healthz() -> Mapping[str, str]:
    """Whether this process answers; asks no other part, so that a slow database does not restart the API."""
    return {"status": "ok"}


@api.get("/dashboard")
async def view_dashboard(backends: With, account: Account) -> Response:
    """The visitor's dashboard."""
    found = await dashboard_json(backends.repository, backends.cache, account)
    if found is None:
        raise HTTPException(404, "no such member")
    return Response(found, media_type="application/json")


@api.post("/reports/generate", status_code=202)
async def generate_report(wanted: ReportRequest, backends: With) -> AcceptedReport:
    """Ask for a report; it is written in the background."""
    member = await backends.repository.member(wanted.user_id)
    if member is None:
        raise HTTPException(404, "no such member")
    report = await request_report(backends.repository, backends.queue, member, wanted.report_type)
    return AcceptedReport(report_id=report.report_id, location=f"/api/reports/{report.report_id}")


@api.get("/reports/{report_id}")
async def view_report(report_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")], backends: With) -> Report:
    """A report and how far it has come."""
    report = await backends.repository.report(report_id)
    if report is None:
        raise HTTPException(404, "no such report")
    return report


@api.post("/check-ins", status_code=201)
async def check_in(new: NewCheckIn, backends: With, account: Account) -> CheckIn:
    """Record the visitor's day, or correct it."""
    recorded = CheckIn(user_id=account, day=datetime.now(UTC).date(), **new.model_dump())
    await backends.repository.record(recorded)
    await forget_dashboard(backends.cache, account)
    return recorded


@api.get("/users/{user_id}/trends")
async def view_trends(
    user_id: Annotated[str, Path(pattern=USER_ID_PATTERN)],
    backends: With,
    days: Annotated[int, Query(ge=7, le=90)] = 28,
) -> dict[str, WellnessTrend]:
    """How a member's readings move over the latest days."""
    found = await backends.repository.check_ins(user_id, days=days)
    if not found:
        raise HTTPException(404, "no check-ins of such a member")
    return trends(found)
