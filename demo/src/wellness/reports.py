"""Reports: asking for one in the API, writing it in the worker.

Both ends of the task are here, so its kind and payload are written once. Writing a report twice gives the same report,
as the queue's at-least-once delivery demands.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from vitals_telemetry import component, performance_log

from .analysis import findings
from .model import Member, Report, ReportStatus, ReportType
from .repository import Repository
from .task_queue import Task, TaskQueue

TASK_KIND = "reports"
REPORT_DAYS = 90


async def request_report(repository: Repository, queue: TaskQueue, member: Member, report_type: ReportType) -> Report:
    """Store a report as asked for and hand the work to the queue.

    Returns:
        The report, not yet written.
    """
    report = Report(
        report_id=uuid4().hex,
        user_id=member.user_id,
        report_type=report_type,
        status=ReportStatus.QUEUED,
        requested_at=datetime.now(UTC).replace(microsecond=0),
    )
    await repository.save_report(report)
    await queue.put(TASK_KIND, {"report_id": report.report_id})
    return report


async def write_report(repository: Repository, task: Task) -> None:
    """Write the report that a task asks for; a report or member that is gone by now leaves nothing to do."""
    report = await repository.report(task.payload["report_id"])
    if report is None:
        return
    with performance_log("write_report", report_type=report.report_type.value):
        member = await repository.member(report.user_id)
        if member is None:
            return
        check_ins = await repository.check_ins(member.user_id, days=REPORT_DAYS)
        with component("analyse_report"):
            sentences = findings(report.report_type, member, check_ins)
        await repository.save_report(replace(report, status=ReportStatus.READY, findings=sentences))


async def give_up_report(repository: Repository, task: Task) -> None:
    """Mark the report of a task that failed for good."""
    report = await repository.report(task.payload["report_id"])
    if report is not None:
        await repository.save_report(replace(report, status=ReportStatus.FAILED))
