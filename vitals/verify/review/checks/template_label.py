"""A text that names a label which the condition has dropped has a gap where the machine's name should stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.promql import result_labels
from vitals.verify.review.scope import Scope

_LABEL = re.compile(r"\$labels\.([A-Za-z_]\w*)|\.Labels\.([A-Za-z_]\w*)|\$labels\s+\"([^\"]+)\"")
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def _find(scope: Scope) -> Iterator[Found]:
    for alert in scope.alerts:
        labels = result_labels(alert.node) if alert.node is not None else None
        for key, text in (*alert.annotations.items(), *alert.labels.items()):
            place = "annotations" if key in alert.annotations else "labels"
            at = alert.at.inside(place, key)
            actions = [found[0] for found in _ACTION.finditer(text)]
            if "{{" in _ACTION.sub("", text):
                yield Found(
                    at,
                    "Its braces are not balanced: Prometheus refuses the text, and on-call reads an error in "
                    "its place.",
                    "Close each {{ with }}.",
                    Gravity.ERROR,
                )
            named = {a or b or c for action in actions for a, b, c in _LABEL.findall(action)}
            if labels is None or re.search(r"\brange\b|\bquery\b|\bwith\b", text):
                continue
            for label in sorted(named - labels - {"alertname"}):
                has = ", ".join(sorted(labels)) or "no label"
                yield Found(
                    at,
                    f"It names the label {label}, which the condition does not return, so the text has a gap there.",
                    f"Keep {label} in the aggregation, or name one that is returned ({has}).",
                )


TEMPLATE_LABEL = ReviewCheck(
    "template-label", "texts that name labels which the condition drops", Gravity.WARNING, _find
)
