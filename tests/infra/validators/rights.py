"""Judges RBAC as the API server does: what may a service account ask, and where?

Reference: https://kubernetes.io/docs/reference/access-authn-authz/rbac/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A service account."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that a program makes by its configuration.

    Attributes:
        verb: As RBAC names it.
        group: Of the API; the core group is the empty text.
        resource: In the plural, with its subresource.
        namespace: In which; empty for all of them, and for what has none.
    """

    verb: str
    group: str
    resource: str
    namespace: str = ""

    def __str__(self) -> str:
        """As a message says it."""
        what = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {what} in {self.namespace or 'all namespaces'}"


def may(objects: Iterable[Manifest], account: Account, ask: Ask) -> bool:
    """Whether a service account is granted a request."""
    return any(_grants(rule, ask) for rule, place in _rules(list(objects), account) if place in ("", ask.namespace))


def granted(objects: Iterable[Manifest], account: Account) -> list[Mapping[str, Any]]:
    """Every rule that an account has, wherever."""
    return [rule for rule, _ in _rules(list(objects), account)]


def _rules(objects: list[Manifest], account: Account) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each rule with the namespace where it holds; empty for everywhere."""
    for binding in objects:
        if binding["kind"] not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        place = binding["metadata"].get("namespace", "") if binding["kind"] == "RoleBinding" else ""
        if not any(_is(subject, account, place) for subject in binding.get("subjects") or ()):
            continue
        role = binding["roleRef"]
        home = place if role["kind"] == "Role" else ""
        for one in objects:
            if (
                one["kind"] == role["kind"]
                and one["metadata"]["name"] == role["name"]
                and one["metadata"].get("namespace", "") == home
            ):
                yield from ((rule, place) for rule in one.get("rules") or ())


def _is(subject: Mapping[str, Any], account: Account, place: str) -> bool:
    named = (subject["kind"], subject["name"], subject.get("namespace", place))
    return named == ("ServiceAccount", account.name, account.namespace)


def _grants(rule: Mapping[str, Any], ask: Ask) -> bool:
    return (
        not rule.get("resourceNames")
        and _has(rule.get("verbs"), ask.verb)
        and _has(rule.get("apiGroups"), ask.group)
        and _has(rule.get("resources"), ask.resource)
    )


def _has(listed: Iterable[str] | None, wanted: str) -> bool:
    return not {wanted, "*"}.isdisjoint(listed or ())
