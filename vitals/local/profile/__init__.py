"""Where a running service spends its time: samples of its stacks, and a flame graph of them."""

from vitals.local.profile.flame import flame_graph
from vitals.local.profile.record import record_stacks
from vitals.local.profile.stacks import Stacks, TimedFunction, read_stacks

__all__ = ["Stacks", "TimedFunction", "flame_graph", "read_stacks", "record_stacks"]
