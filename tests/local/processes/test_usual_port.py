"""The port that a bookmark has: taken if it is free, and left to the program that listens there."""

from __future__ import annotations

from vitals.local.processes.ports import LOOPBACK, free_ports, if_free, listen


def test_a_port_is_used_when_it_is_free_and_another_one_when_it_is_not() -> None:
    """A stack that runs keeps its port, and a second one gets any free one."""
    wanted = free_ports(["portal"])["portal"]
    assert if_free(wanted) == wanted

    with listen(wanted, "--portal-port") as busy:
        assert busy.getsockname() == (LOOPBACK, wanted)
        assert if_free(wanted) == 0

    assert if_free(wanted) == wanted
