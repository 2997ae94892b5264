"""The part of ``model.json`` that running and drilling need.

It is read, never written, here. Fields that this room does not use are ignored; a missing one means that the file
is from another version and has to be rendered again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vitals.errors import VitalsError
from vitals.local.portal.feeds import Channel

Worse = Literal["higher is worse", "lower is worse", "neither"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PanelEntry(_Part):
    """One panel of a board; ``empty_reasons`` says of each query why it may be empty under traffic, or None."""

    uid: str
    id: int
    title: str
    empty_reasons: tuple[str | None, ...]


class PanelId(_Part):
    """Where a panel is."""

    uid: str
    id: int


class RecordEntry(_Part):
    """One recorded series of one service.

    Attributes:
        signal: The question that it answers, ``api.latency.p95`` for example.
        name: Its recorded name.
        labels: Its fixed labels, ``service`` among them.
        group: The rule group that records it.
        worse: Which of its values are bad ones.
        panel: Where it is shown; None when it is shown nowhere.
        empty_reason: Why it may have no sample under traffic, or None.
    """

    signal: str
    name: str
    labels: Mapping[str, str]
    group: str
    worse: Worse
    panel: PanelId | None
    empty_reason: str | None

    @property
    def selector(self) -> str:
        """The series as a PromQL selector."""
        return self.name + "{" + ", ".join(f'{name}="{value}"' for name, value in self.labels.items()) + "}"


class GroupEntry(_Part):
    """One rule group and how often it is evaluated, a duration such as ``15s``."""

    name: str
    interval: str


class AlertTiming(_Part):
    """What lies between a fault and the people who hear of it, and between its end and the good news; in seconds.

    Attributes:
        window_s: How far back the condition looks.
        short_s: How far back it still sees a fault that is over.
        least_share: The share of the window that suffices when every event in it is bad.
        settles_s: The window of the rates that are averaged.
        scrape_s: The interval of the scrape.
        takes_s: How long a scrape may take.
        evaluation_s: The interval of the rule group.
        lasting_s: How long the condition must hold.
        group_wait_s: How long the first notification waits for others.
        group_interval_s: How long at most the notification of the end waits.
    """

    window_s: float
    short_s: float
    least_share: float
    settles_s: float
    scrape_s: float
    takes_s: float
    evaluation_s: float
    lasting_s: float
    group_wait_s: float
    group_interval_s: float


class AlertEntry(_Part):
    """One alerting rule, how fast it is, and on which channels people hear of it (none for the Watchdog)."""

    id: str
    name: str
    severity: str
    service: str
    channels: tuple[Channel, ...]
    timing: AlertTiming


class RenderedModel(_Part):
    """``rendered/<env>/model.json``, as far as it is needed here.

    Attributes:
        placeholders: Words in the rendered files that are to be filled in, ``__like_this__``.
        secrets: Names of the files that must be in the secrets folder.
        panels: Every panel of every board, in the order of the boards.
        records: Every recorded series.
        groups: Every rule group.
        alerts: Every alerting rule; several can have the same name.
    """

    placeholders: tuple[str, ...]
    secrets: tuple[str, ...]
    panels: tuple[PanelEntry, ...]
    records: tuple[RecordEntry, ...]
    groups: tuple[GroupEntry, ...]
    alerts: tuple[AlertEntry, ...]

    def excuses(self, uid: str, panel: int) -> tuple[str | None, ...]:
        """Return for each query of a panel why it may be empty, or None; nothing for an unknown panel."""
        return next((entry.empty_reasons for entry in self.panels if (entry.uid, entry.id) == (uid, panel)), ())

    def channels_of(self, alert: str, severity: str) -> tuple[Channel, ...]:
        """Return the channels on which people hear of an alert.

        Raises:
            VitalsError: There is no alert of that name and severity.
        """
        for entry in self.alerts:
            if (entry.name, entry.severity) == (alert, severity):
                return entry.channels
        raise VitalsError(
            f"The rendered rules have no alert {alert} of severity {severity}, so nothing can be drilled."
        )

    def timing_of(self, alert: str, *, service: str, rule: str = "") -> AlertTiming:
        """Return the times of an alert of a service.

        Args:
            alert: Its name.
            service: The service.
            rule: Id of the rule, where several have the name; the first one if it is empty.

        Raises:
            VitalsError: There is no such rule.
        """
        for entry in self.alerts:
            if (entry.name, entry.service) == (alert, service) and rule in {"", entry.id}:
                return entry.timing
        raise VitalsError(
            f"The rendered rules have no alert {alert} of {service} {f'with the id {rule} ' if rule else ''}so nothing "
            "can be drilled."
        )


def load_model(rendered: Path) -> RenderedModel:
    """Read ``model.json`` of a rendered environment.

    Args:
        rendered: The environment's folder, ``rendered/local`` for example.

    Raises:
        VitalsError: The folder or the file is missing, or it is from another version.
    """
    path = rendered / "model.json"
    render = f"Run `vitals render --env {rendered.name}` and start again."
    try:
        return RenderedModel.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise VitalsError(
            f"{path} is not there, so there is no configuration to run. Nothing was started. {render}"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise VitalsError(
            f"{path} does not have what this version reads ({field}: {first['msg']}), so it was rendered by another "
            f"one. Nothing was started. {render}"
        ) from error
