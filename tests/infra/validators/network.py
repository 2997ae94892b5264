"""Judges network policies as a data plane does: may this one talk to that one on this port?

Two data planes understand the same policies differently. Plain Kubernetes compares the addresses of an ``ipBlock`` with
whatever has one. Cilium, which is GKE's Dataplane V2, gives pods and nodes an identity of their own, and an ``ipBlock``
matches neither. On both, selectors match pods that have a network of their own, and never a node or a pod in its
network.
References: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Policy = Mapping[str, Any]


class DataPlane(StrEnum):
    """Whose understanding of a policy counts."""

    PLAIN = "plain"
    CILIUM = "cilium"


@dataclass(frozen=True, slots=True)
class Actor:
    """One end of a connection as it really is.

    Attributes:
        name: For messages.
        address: Its IP address.
        namespace: Of a pod that has a network of its own; empty for a node and for what lies outside.
        labels: Of such a pod.
        node: Whether it is a node, or a pod in the network of one.
    """

    name: str
    address: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    node: bool = False

    def __str__(self) -> str:
        """As a message names it."""
        return self.name


@dataclass(frozen=True, slots=True)
class Attempt:
    """One connection that is tried.

    Attributes:
        source: Who begins it.
        target: Who answers.
        port: On which.
        protocol: ``TCP`` or ``UDP``.
    """

    source: Actor
    target: Actor
    port: int
    protocol: str = "TCP"

    def __str__(self) -> str:
        """As a message names it."""
        return f"{self.source} -> {self.target}:{self.port}/{self.protocol}"


def allowed(policies: Iterable[Policy], tried: Attempt, plane: DataPlane) -> bool:
    """Whether a connection passes: the source may send it and the target may get it."""
    known = [*policies]
    sent = _rules(known, tried.source, "egress")
    got = _rules(known, tried.target, "ingress")
    return (sent is None or any(_fits(rule, "to", tried, plane) for rule in sent)) and (
        got is None or any(_fits(rule, "from", tried, plane) for rule in got)
    )


def _rules(policies: Sequence[Policy], whose: Actor, direction: str) -> list[Mapping[str, Any]] | None:
    """The rules of one direction that hold for an actor; none at all where no policy selects it: all passes."""
    if not whose.namespace:
        return None
    mine = [
        one["spec"]
        for one in policies
        if one["metadata"]["namespace"] == whose.namespace
        and direction.capitalize() in one["spec"]["policyTypes"]
        and _selects(one["spec"]["podSelector"], whose.labels)
    ]
    return [rule for spec in mine for rule in spec.get(direction) or ()] if mine else None


def _fits(rule: Mapping[str, Any], side: str, tried: Attempt, plane: DataPlane) -> bool:
    """Whether a rule lets the other end pass; without ports or peers it is any."""
    whose, other = (tried.source, tried.target) if side == "to" else (tried.target, tried.source)
    ports, peers = rule.get("ports") or (), rule.get(side) or ()
    fits = not ports or any(
        int(one["port"]) == tried.port and one.get("protocol", "TCP") == tried.protocol for one in ports
    )
    return fits and (not peers or any(_is(peer, other, plane, whose.namespace) for peer in peers))


def _is(peer: Mapping[str, Any], actor: Actor, plane: DataPlane, namespace: str) -> bool:
    """Whether a peer of a policy in a namespace is an actor."""
    if "ipBlock" in peer:
        block, address = peer["ipBlock"], ipaddress.ip_address(actor.address)
        inside = address in ipaddress.ip_network(block["cidr"])
        excepted = any(address in ipaddress.ip_network(one) for one in block.get("except") or ())
        outside = not actor.node and not actor.namespace
        return inside and not excepted and (plane is DataPlane.PLAIN or outside)
    if not actor.namespace:
        return False
    places = peer.get("namespaceSelector")
    here = (
        actor.namespace == namespace
        if places is None
        else _selects(places, {"kubernetes.io/metadata.name": actor.namespace})
    )
    return here and _selects(peer.get("podSelector") or {}, actor.labels)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a selector takes labels.

    Raises:
        ValueError: It is written with expressions, which nothing here is.
    """
    if selector.get("matchExpressions"):
        raise ValueError(f"the judge reads matchLabels only, and this is {selector}")
    wanted: Mapping[str, str] = selector.get("matchLabels") or {}
    return wanted.items() <= labels.items()
