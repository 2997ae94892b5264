"""Volumes that only many may read are full on purpose: of all that are full, these alone notify no owner.

They are known by what kube-state-metrics said of their claim within the hour, in the namespace of the claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tests.alert_rules.promtool_cases import PromtoolCase
from vitals.render import Plan
from vitals.verify.project.promtool_test import one_test

STEP, MINUTES = 60, 100
SAID_UNTIL = 9
"""The minute after which kube-state-metrics cannot be asked any more."""
WITHIN_THE_HOUR, BEYOND_IT = 65, 95
"""Minutes: half an hour and a wait of 15 minutes after it was last said are over, then an hour and as much."""
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


def volume_mode_cases(plan: Plan) -> list[PromtoolCase]:
    """A case of each alert; none where volumes or claims are not watched."""
    found = []
    for alert in plan.alerts:
        if alert.service == "kubelet-volumes" and alert.name in USED and "access_mode" in alert.expr.text:
            groups = frozenset(group.name for group in plan.groups if group.name.startswith("kubelet-volumes."))
            name = f"{alert.name} of volumes of every mode"
            found.append(PromtoolCase(name, frozenset({alert.id}), groups, STEP, partial(_test, alert.name)))
    return found


def _test(alert: str) -> dict[str, object]:
    series: dict[str, list[str]] = {}
    for (namespace, claim), mode in MODES.items():
        of = f'namespace="{namespace}", persistentvolumeclaim="{claim}"'
        said = f'kube_persistentvolumeclaim_access_mode{{service="kube-state-metrics", {of}, access_mode="{mode}"}}'
        series[said] = ["1"] * SAID_UNTIL + ["stale"]
        for what, value in USED[alert].items():
            labels = f'service="kubelet-volumes", job="kubelet-volumes", instance="n1:10250", {of}'
            series[f"kubelet_volume_stats_{what}{{{labels}}}"] = [value] * MINUTES
    expr = f'count by (namespace, persistentvolumeclaim) (ALERTS{{alertname="{alert}", alertstate="firing"}})'
    checks = [
        {
            "expr": expr,
            "eval_time": f"{minute}m",
            "exp_samples": [
                {"labels": f'{{namespace="{namespace}", persistentvolumeclaim="{claim}"}}', "value": 1}
                for namespace, claim in MODES
                if (namespace, claim) != READ_ONLY or minute == BEYOND_IT
            ],
        }
        for minute in (WITHIN_THE_HOUR, BEYOND_IT)
    ]
    return one_test(f"{alert} of volumes of every mode", series, step=STEP, checks=checks)
