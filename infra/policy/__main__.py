"""The rules as a Pulumi policy pack: ``pulumi preview --policy-pack infra/policy`` refuses what breaks one.

A pack is shown less than the engine knows, so two things stay with the tests, which judge everything that the engine
registered: it is given secrets unsealed and cannot say which value was one, and it is not shown what stays when it
leaves the stack. A rule that needs a value which only the update will know is left for the update, and the engine says
so.
"""

from __future__ import annotations

import inspect

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from infra.policy import EVERYWHERE, WHERE_DATA_ARE_KEPT, Registered, Rule, locked, no_plain_secret

PROJECT = "vitals"


def _keeps_data() -> bool:
    """Whether the stack is protected: so it is unless its settings say otherwise."""
    return pulumi.Config(PROJECT).get_bool("protected") is not False


def _registered(args: ResourceValidationArgs) -> Registered:
    return Registered(args.urn, args.resource_type, args.name, args.props, protect=args.opts.protect, retain=True)


def _policy(rule: Rule) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if rule in WHERE_DATA_ARE_KEPT and not _keeps_data():
            return
        for violation in rule(_registered(args)):
            report(f"{violation.problem}. {violation.fix}.", args.urn)

    return ResourceValidationPolicy(rule.__name__.replace("_", "-"), inspect.getdoc(rule) or "", validate)


def _lock(args: StackValidationArgs, report: ReportViolation) -> None:
    if not _keeps_data():
        return
    resources = [
        Registered(one.urn, one.resource_type, one.name, {}, protect=one.opts.protect) for one in args.resources
    ]
    for violation in locked(resources):
        report(f"{violation.problem}. {violation.fix}.", None)


PolicyPack(
    name=PROJECT,
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        *(_policy(rule) for rule in (*EVERYWHERE, *WHERE_DATA_ARE_KEPT) if rule is not no_plain_secret),
        StackValidationPolicy("locked", inspect.getdoc(locked) or "", _lock),
    ],
)
