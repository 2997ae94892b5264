"""Every test here plans a stack, whose secrets need an event loop."""

from tests.infra.existing.pulumi_loop import event_loop_of_pulumi

__all__ = ["event_loop_of_pulumi"]
