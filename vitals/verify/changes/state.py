"""One environment at one revision, read leniently, for it may be of another version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from vitals.errors import VitalsError
from vitals.rendered import names
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.panels import ReviewedDashboard, elements, mapping
from vitals.verify.review.reading import read_text
from vitals.verify.review.routes import ReviewedRoutes
from vitals.verify.review.rules import ReviewedRule, rules_of
from vitals.verify.review.scalers import ReviewedScaler
from vitals.verify.routing.destination import destination


@lru_cache(maxsize=2048)
def documents_of(name: str, text: str) -> tuple[Document, ...]:
    """The documents of a file, parsed once for both sides where it did not change: most files of a change did not."""
    return tuple(read_text(name, text, asked=False))


@dataclass(frozen=True)
class EnvironmentState:
    """The rendered files of an environment at a revision.

    Attributes:
        files: Text by path, relative to the environment.
    """

    files: Mapping[str, str]

    @cached_property
    def _documents(self) -> list[Document]:
        return [
            one for name, text in sorted(self.files.items()) if name != names.MODEL for one in documents_of(name, text)
        ]

    def _of(self, kind: DocumentKind) -> list[Document]:
        return [one for one in self._documents if one.kind is kind]

    @cached_property
    def model(self) -> Mapping[str, Any]:
        """``model.json``, whatever its version has; empty where it is not there or broken."""
        try:
            return mapping(json.loads(self.files.get(names.MODEL, "{}")))
        except ValueError:
            return {}

    def listed(self, key: str) -> list[Mapping[str, Any]]:
        """A list of ``model.json``."""
        return [mapping(one) for one in elements(self.model.get(key))]

    @cached_property
    def rules(self) -> list[ReviewedRule]:
        """Every rule."""
        return [rule for one in self._of(DocumentKind.RULES) for rule in rules_of(one)]

    @cached_property
    def dashboards(self) -> dict[str, ReviewedDashboard]:
        """Every dashboard, by its uid."""
        found = [ReviewedDashboard(one) for one in self._of(DocumentKind.DASHBOARD)]
        return {one.uid or one.document.file: one for one in found}

    @cached_property
    def scalers(self) -> dict[str, ReviewedScaler]:
        """Every ScaledObject, by its name."""
        return {one.name: one for one in map(ReviewedScaler, self._of(DocumentKind.SCALED_OBJECT))}

    @cached_property
    def routes(self) -> ReviewedRoutes | None:
        """Alertmanager's configuration."""
        found = self._of(DocumentKind.ROUTES)
        return ReviewedRoutes(found[0]) if found else None

    def notified(self, alert: ReviewedRule) -> str:
        """The channels on which an alert is notified, in words."""
        if self.routes is None:
            return "nothing"
        try:
            reached = self.routes.reached({"alertname": alert.alert, **alert.labels})
        except VitalsError:
            return "routes that cannot be read"
        people = [one.receiver for one in reached if not one.receiver.endswith(names.PICTURES_ENDING)]
        channels = [channel for one in people for channel in self.channels(one)]
        return ", ".join(dict.fromkeys(channels)) or "nothing"

    def channels(self, receiver: str) -> list[str]:
        """The channels of a receiver, in words, such as ``slack #alerts``."""
        found = self.routes.receivers.get(receiver) if self.routes else None
        return sorted(
            f"{key.removesuffix('_configs')} {destination(str(key).removesuffix('_configs'), one)}".strip()
            for key, configs in (found[1].items() if found else ())
            if str(key).endswith("_configs")
            for one in map(mapping, elements(configs))
        )
