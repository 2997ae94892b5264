"""Everything that stands in ``rendered/<env>/``, typed: what `vitals render` fills and everything else reads.

Whatever runs, installs, prices or reports an environment reads it through this room and no other way, so a file has one
spelling of its name, one model of its content and one error when it is broken. Reading costs no import of
what writes: a program that installs a stack loads no catalogue, and looking at a branch never runs its code.
"""

from vitals.rendered.alerts import AlertEntry, AlertTiming, Channel, MaintenanceEntry, RouteEntry
from vitals.rendered.cost import (
    BudgetEntry,
    ClusterPrice,
    CostEntry,
    CostLine,
    CostPart,
    MachinePrice,
    ManagedPrice,
    PriceEntry,
    SelfHostedPrice,
)
from vitals.rendered.environment import Rendered, environments, read, read_several
from vitals.rendered.foresight import WatchedEntry
from vitals.rendered.load import LoadMark, LoadMarks, ServiceLoad
from vitals.rendered.model import EnvironmentEntry, RenderedModel
from vitals.rendered.operator import HeadroomEntry, OperatorEntry, ServerEntry
from vitals.rendered.pictures import MailServer, MailThreads, PicturesEntry, SlackThreads
from vitals.rendered.placeholders import PLACEHOLDER, PLACEHOLDERS
from vitals.rendered.rules import (
    RuleEntry,
    RuleGroupEntry,
    groups_in,
    groups_of,
    groups_of_file,
    plain_rule_file,
    write_plain_rule_files,
)
from vitals.rendered.services import (
    AvailabilityEntry,
    CacheEntry,
    DeclaredSeries,
    JobEntry,
    LatencyEntry,
    PodEntry,
    QueueEntry,
    ScalerEntry,
    ServiceEntry,
    StoreEntry,
    TriggerEntry,
)
from vitals.rendered.shown import DashboardEntry, GroupEntry, PanelEntry, PanelId, RecordEntry, WorseDirection

__all__ = [
    "PLACEHOLDER",
    "PLACEHOLDERS",
    "AlertEntry",
    "AlertTiming",
    "AvailabilityEntry",
    "BudgetEntry",
    "CacheEntry",
    "Channel",
    "ClusterPrice",
    "CostEntry",
    "CostLine",
    "CostPart",
    "DashboardEntry",
    "DeclaredSeries",
    "EnvironmentEntry",
    "GroupEntry",
    "HeadroomEntry",
    "JobEntry",
    "LatencyEntry",
    "LoadMark",
    "LoadMarks",
    "MachinePrice",
    "MailServer",
    "MailThreads",
    "MaintenanceEntry",
    "ManagedPrice",
    "OperatorEntry",
    "PanelEntry",
    "PanelId",
    "PicturesEntry",
    "PodEntry",
    "PriceEntry",
    "QueueEntry",
    "RecordEntry",
    "Rendered",
    "RenderedModel",
    "RouteEntry",
    "RuleEntry",
    "RuleGroupEntry",
    "ScalerEntry",
    "SelfHostedPrice",
    "ServerEntry",
    "ServiceEntry",
    "ServiceLoad",
    "SlackThreads",
    "StoreEntry",
    "TriggerEntry",
    "WatchedEntry",
    "WorseDirection",
    "environments",
    "groups_in",
    "groups_of",
    "groups_of_file",
    "plain_rule_file",
    "read",
    "read_several",
    "write_plain_rule_files",
]
