"""Script in a panel runs in the browser of the person who looks, where Grafana is set to leave it in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope

_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed)\b|\bon(?:error|load|click|mouseover)\s*=|javascript:", re.IGNORECASE
)


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        texts = [(dashboard.at.inside("title"), dashboard.title)]
        for panel in dashboard.panels:
            options = panel.content.get("options")
            content = options.get("content") if isinstance(options, dict) else ""
            texts += [
                (panel.at.inside("title"), panel.title),
                (panel.at.inside("description"), str(panel.content.get("description") or "")),
                (panel.at.inside("options", "content"), str(content or panel.content.get("content") or "")),
            ]
        for at, text in texts:
            if found := _ACTIVE.search(text):
                yield Found(
                    at,
                    f"It holds {found[0]!r}: Grafana strips it, so what was meant is not shown, and where "
                    "sanitizing is "
                    "switched off it runs in the browser of everyone who looks.",
                    "Write Markdown, or plain HTML without script.",
                )


ACTIVE_CONTENT = ReviewCheck("active-content", "script in titles, descriptions and text panels", Gravity.WARNING, _find)
