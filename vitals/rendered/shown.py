"""Rule groups, recorded series, dashboards and panels as ``model.json`` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vitals.rendered.entry import Entry

WorseDirection = Literal["higher is worse", "lower is worse", "neither"]


class GroupEntry(Entry):
    """One rule group and how often it is evaluated, a duration such as ``15s``."""

    name: str
    interval: str


class PanelId(Entry):
    """Where a panel is: the uid of its dashboard, and its number there."""

    uid: str
    id: int


class PanelEntry(Entry):
    """One panel of a dashboard; ``empty_reasons`` says of each query why it may be empty under traffic, or None."""

    uid: str
    id: int
    title: str
    empty_reasons: tuple[str | None, ...]


class DashboardEntry(Entry):
    """One dashboard."""

    uid: str
    title: str


class RecordEntry(Entry):
    """One recorded series of one service.

    Attributes:
        signal: The question that it answers, ``api.latency.p95`` for example.
        name: Its recorded name.
        labels: Its fixed labels, ``service`` among them.
        unit: What it is measured in.
        direction: Which of its values are bad ones.
        group: The rule group that records it.
        panel: Where it is shown; None when it is shown nowhere.
        empty_reason: Why it may have no sample under traffic, or None.
    """

    signal: str
    name: str
    labels: Mapping[str, str]
    unit: str
    direction: WorseDirection
    group: str
    panel: PanelId | None
    empty_reason: str | None

    @property
    def selector(self) -> str:
        """The series as a PromQL selector."""
        return self.name + "{" + ", ".join(f'{name}="{value}"' for name, value in self.labels.items()) + "}"
