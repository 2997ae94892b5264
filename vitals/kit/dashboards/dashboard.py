"""A dashboard: one question, and everything that every dashboard has in common."""

from __future__ import annotations

from dataclasses import dataclass

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.canonical import canonical
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.layout import Section, place

REFRESH = "10s"
"""How often an open dashboard asks again; new samples arrive no faster than every few seconds."""
_SHARED_CROSSHAIR = 1


@dataclass(frozen=True, slots=True)
class DashboardDefinition:
    """One dashboard.

    Attributes:
        uid: Stable; part of every link to it.
        title: Short.
        question: The one question that it answers.
        sections: What it shows, from top to bottom.
        variables: The choices at its top.
        annotations: The marks on its time series.
        links: Links to other dashboards.
    """

    uid: str
    title: str
    question: str
    sections: tuple[Section, ...]
    variables: tuple[G.Template, ...]
    annotations: tuple[dict[str, object], ...]
    links: tuple[G.DashboardLink, ...]

    def to_json(self, context: DashboardContext) -> dict[str, object]:
        """The dashboard as Grafana reads it."""
        return canonical(
            G.Dashboard(
                title=self.title,
                uid=self.uid,
                description=self.question,
                panels=place(self.uid, self.sections),
                templating=G.Templating(list=list(self.variables)),
                annotations=G.Annotations(list=list(self.annotations)),
                links=list(self.links),
                tags=["vitals", context.environment],
                time=G.Time("now-1h", "now"),
                timezone="utc",
                refresh=REFRESH,
                graphTooltip=_SHARED_CROSSHAIR,
                editable=False,
            )
        )
