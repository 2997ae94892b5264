"""Background tasks: they fail, they wait, or they pile up."""

from __future__ import annotations

from vitals.kit.alerts.alert import Severity
from vitals.kit.alerts.threshold import Guard, Threshold
from vitals.kit.alerts.trend import LimitAhead, Trend, WorseThanLastWeek
from vitals.model.signals import tasks

failing = Threshold(
    id="tasks.failures.high",
    name="TasksFailing",
    signal=tasks.FAILURES,
    above="25%",
    lasting="1m",
    severity=Severity.WARNING,
    guard=Guard(tasks.DONE, most_alone=5),
    means="Tasks are given up. People wait for results that will not come.",
    do="Read the newest warning of the worker. It names the kind of task and why the last attempt failed.",
)
waiting = Threshold(
    id="tasks.wait.high",
    name="TasksWaiting",
    signal=tasks.WAIT_P95,
    above="30s",
    lasting="1m",
    severity=Severity.WARNING,
    guard=Guard(tasks.DONE, most_alone=25),
    means="Tasks wait long before a worker begins them; results come late.",
    do="See whether tasks come faster or take longer than before. The first needs workers, the second a repair.",
)
queue_filling = Threshold(
    id="tasks.queue.high",
    name="QueueFilling",
    signal=tasks.FILLED,
    above="50%",
    lasting="1m",
    severity=Severity.WARNING,
    means="Half of what the queue may hold is waiting. Workers do not keep up, or stand still.",
    do="See whether tasks end at all; if not, look at the worker, and if so, add workers.",
)
queue_ahead = Trend(
    id="tasks.queue.ahead",
    signal=tasks.FILLED,
    shape=LimitAhead(within="2h", beyond="20%"),
    means="The queue grows steadily, and soon holds more than it should.",
    do="Add workers, or slow down whoever fills the queue, before it is full.",
)
wait_week = Trend(
    id="tasks.wait.week",
    signal=tasks.WAIT_P95,
    shape=WorseThanLastWeek(by="50%", beyond="1s"),
    means="Tasks wait longer than a week ago at this hour, so there is less room for a busy day.",
    do="Compare the number of tasks and the time that they take with last week.",
)

RULES = (failing, waiting, queue_filling, queue_ahead, wait_week)
