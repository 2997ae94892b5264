"""Background tasks: they fail, they wait, or they pile up."""

from __future__ import annotations

from vitals.kit.alerts.because import BRIEF, ENOUGH, FEWER, FEWER_THEN, Because
from vitals.kit.alerts.threshold import MinimumEvents, Threshold
from vitals.kit.alerts.trend import Trend
from vitals.kit.alerts.trend_shapes import LimitAhead, WorseThanLastWeek
from vitals.model.conventions import Severity
from vitals.model.signals import tasks

from .traffic import FAR_FEWER

failing = Threshold(
    id="tasks.failures.high",
    name="TasksFailing",
    signal=tasks.FAILURES,
    above="25%",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=MinimumEvents(tasks.DONE, more_than=5),
    impact="Tasks are given up. People wait for results that will not come.",
    action="Read the newest warning of the worker. It names the kind of task and why the last attempt failed.",
    because=Because(
        bound="assumed: single tasks fail for bad input; when every fourth is given up they share a cause",
        duration=BRIEF,
        events=(
            "of 4 tasks one is already 25%, and where scrapes fall may count it as 1.25: with more than 5 no single "
            "failure can break the bound"
        ),
    ),
)
waiting = Threshold(
    id="tasks.wait.high",
    name="TasksWaiting",
    signal=tasks.WAIT_P95,
    above="30s",
    for_="1m",
    severity=Severity.WARNING,
    minimum_events=MinimumEvents(tasks.DONE, more_than=25),
    impact="Tasks wait long before a worker begins them; results come late.",
    action="See whether tasks come faster or take longer than before. The first needs workers, the second a repair.",
    because=Because(
        bound="assumed: people who ordered a result look for it again after about half a minute",
        duration=BRIEF,
        events=ENOUGH,
    ),
)
queue_filling = Threshold(
    id="tasks.queue.high",
    name="QueueFilling",
    signal=tasks.FILLED,
    above="50%",
    for_="1m",
    severity=Severity.WARNING,
    impact="Half of what the queue may hold is waiting. Workers do not keep up, or stand still.",
    action="See whether tasks end at all; if not, look at the worker, and if so, add workers.",
    because=Because(
        bound="half of the limit leaves as many tasks as have piled up already, so about as much time as that took",
        duration="assumed: four evaluations; a batch of tasks that the workers take at once is gone by then",
    ),
    no_drill="it follows tasks-piling-up, which does not wait for it",
)
queue_ahead = Trend(
    id="tasks.queue.ahead",
    signal=tasks.FILLED,
    shape=LimitAhead(within="2h", beyond="20%"),
    impact="The queue grows steadily, and soon holds more than it should.",
    action="Add workers, or slow down what fills the queue, before it is full.",
    because=Because(
        bound="assumed: time to add workers in working hours, before the queue is full",
        floor="an empty queue that gets its first tasks grows fast, too",
    ),
)
wait_week = Trend(
    id="tasks.wait.week",
    signal=tasks.WAIT_P95,
    shape=WorseThanLastWeek(by="50%", beyond="1s"),
    impact="Tasks wait longer than a week ago at this hour, so there is less room for a busy day.",
    action="Compare the number of tasks and the time that they take with last week.",
    because=Because(
        change=(
            "assumed: ordinary weeks differ by less than half at the same hour; no history of a real service is behind "
            "it"
        ),
        floor="assumed: the user who ordered a background task does not notice a wait of less than a second",
    ),
)

done_week = Trend(
    id="tasks.done.week",
    signal=tasks.DONE,
    shape=FAR_FEWER,
    impact="Far fewer tasks end than a week ago at this hour; while none waits, none are ordered.",
    action="If tasks wait, look at the workers; if none does, at what puts them into the queue and under which name.",
    because=Because(change=FEWER, floor=FEWER_THEN),
)

RULES = (failing, waiting, queue_filling, queue_ahead, wait_week, done_week)
