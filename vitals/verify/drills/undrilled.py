"""The kinds of alert that no drill makes fire, each with the reason; promtool alone proves them.

Whatever is not here has a drill. A test holds the list to the rules: a kind that is missing, that is drilled after all,
or whose reason does not hold any more, fails it.
"""

from collections.abc import Mapping

TOO_SLOW = "its windows and its duration are longer than a drill may take"
ELSEWHERE = "it watches what does not run on one machine"

UNDRILLED: Mapping[str, str] = {
    "AlertsDropped": "it follows alertmanager-down, and can only be told when that is over",
    "CacheSlow": "the demo keeps its cache in its own memory, and has no fault that makes that slow",
    "CohortSlow": "it follows users-unsatisfied, which does not wait for it",
    "ComponentSlow": "it follows database-slow, which does not wait for it",
    "ConfigReloadFailing": "a broken configuration would take the alerts of every other drill with it",
    "ContainerMemoryHigh": ELSEWHERE,
    "DatabaseConnectionsHigh": "the demo has no fault that keeps connections open",
    "DatabaseFailing": "the demo has no fault that makes its database refuse",
    "DiskFullInDays": TOO_SLOW,
    "DiskFullInHours": TOO_SLOW,
    "DiskSaturated": TOO_SLOW,
    "DiskSpaceLow": "it is a lower bound on the signal that system-disk-full fills",
    "ErrorBudgetBurnSlow": TOO_SLOW,
    "FilesystemReadOnly": "only a disk that fails makes a filesystem read-only",
    "FirestoreFailing": ELSEWHERE,
    "LatencyBudgetBurnFast": TOO_SLOW,
    "LatencyBudgetBurnSlow": TOO_SLOW,
    "LimitAhead": TOO_SLOW,
    "MachineClockSkewed": TOO_SLOW,
    "MachineMemoryHigh": "memory that a drill takes is missing to whatever else runs on the machine",
    "MachineOutOfMemory": "memory that a drill takes is missing to whatever else runs on the machine",
    "NotificationsFailing": TOO_SLOW,
    "OpenFilesNearLimit": TOO_SLOW,
    "PodRestartsOften": ELSEWHERE,
    "QueueFilling": "it follows tasks-piling-up, which does not wait for it",
    "RedisMemoryHigh": ELSEWHERE,
    "ReplicasMissing": ELSEWHERE,
    "RulesFailing": TOO_SLOW,
    "ScalerBlind": ELSEWHERE,
    "ScrapeSlow": TOO_SLOW,
    "ScrapesMissed": TOO_SLOW,
    "TooManySeries": TOO_SLOW,
    "TracesLost": ELSEWHERE,
    "WorseEveryDay": TOO_SLOW,
    "WorseThanLastWeek": TOO_SLOW,
}
