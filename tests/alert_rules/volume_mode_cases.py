"""Volumes that only many may read are full on purpose: of all that are full, these alone notify no owner.

They are known by what kube-state-metrics said of their claim within the hour, in the namespace of the claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tests.alert_rules.promtool_cases import PromtoolCase
from vitals.model.catalog.fields import seconds
from vitals.render import Plan
from vitals.verify.project.promtool_test import one_test

STEP = 60
SAID_UNTIL = 9
"""The minute after which kube-state-metrics cannot be asked any more."""
WITHIN_THE_HOUR = 65
"""A minute at which every alert has waited, and what was said counts."""
_FORGOTTEN = 80
"""A minute at which it has not counted for ten minutes; an alert fires when it has waited from there."""
MODES = {
    ("lab", "images"): "ReadOnlyMany",
    ("shop", "images"): "ReadWriteOnce",
    ("lab", "data"): "ReadWriteOnce",
}
READ_ONLY = ("lab", "images")
USED: Mapping[str, Mapping[str, str]] = {
    "VolumeSpaceLow": {"available_bytes": "1", "used_bytes": "99", "capacity_bytes": "100"},
    "VolumeNearlyFull": {"available_bytes": "1", "used_bytes": "99", "capacity_bytes": "100"},
    "VolumeInodesLow": {"inodes_free": "1", "inodes_used": "99", "inodes": "100"},
}
"""How a full volume is scraped, by the alert on it."""
SOON_FULL: Mapping[str, Mapping[str, str]] = {
    "VolumeFullInDays": {"time_left_seconds:deriv6h": "86400", "used:ratio": "0.8"},
}
"""What is recorded of a volume that will be full tomorrow; to know it takes six hours, so it is given."""


_RECORDED = "persistentvolumeclaim:kubelet_volume_"


def volume_mode_cases(plan: Plan) -> list[PromtoolCase]:
    """A case of each alert; none where volumes or claims are not watched."""
    found = []
    for alert in plan.alerts:
        if alert.service == "kubelet-volumes" and "access_mode" in alert.expr.text:
            groups = frozenset(group.name for group in plan.groups if group.name.startswith("kubelet-volumes."))
            name = f"{alert.name} of volumes of every mode"
            test = partial(_test, alert.name, int(seconds(alert.for_)) // STEP)
            preset = frozenset(f"{_RECORDED}{what}" for what in SOON_FULL.get(alert.name, {}))
            found.append(PromtoolCase(name, frozenset({alert.id}), groups, STEP, test, preset))
    return found


def _test(alert: str, waits: int) -> dict[str, object]:
    beyond_it = _FORGOTTEN + waits
    series: dict[str, list[str]] = {}
    for (namespace, claim), mode in MODES.items():
        of = f'namespace="{namespace}", persistentvolumeclaim="{claim}"'
        said = f'kube_persistentvolumeclaim_access_mode{{service="kube-state-metrics", {of}, access_mode="{mode}"}}'
        series[said] = ["1"] * SAID_UNTIL + ["stale"]
        for what, value in USED.get(alert, {}).items():
            labels = f'service="kubelet-volumes", job="kubelet-volumes", instance="n1:10250", {of}'
            series[f"kubelet_volume_stats_{what}{{{labels}}}"] = [value] * (beyond_it + 1)
        for what, value in SOON_FULL.get(alert, {}).items():
            series[f'{_RECORDED}{what}{{service="kubelet-volumes", {of}}}'] = [value] * (beyond_it + 1)
    expr = f'count by (namespace, persistentvolumeclaim) (ALERTS{{alertname="{alert}", alertstate="firing"}})'
    checks = [
        {
            "expr": expr,
            "eval_time": f"{minute}m",
            "exp_samples": [
                {"labels": f'{{namespace="{namespace}", persistentvolumeclaim="{claim}"}}', "value": 1}
                for namespace, claim in MODES
                if (namespace, claim) != READ_ONLY or minute == beyond_it
            ],
        }
        for minute in (WITHIN_THE_HOUR, beyond_it)
    ]
    return one_test(f"{alert} of volumes of every mode", series, step=STEP, checks=checks)
