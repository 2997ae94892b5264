"""Objectives as sloth, OpenSLO and pyrra write them, found in whatever file holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.slo_found import SloSource, inside, text_in
from vitals.kit.imports.slo_openslo import openslo_objectives
from vitals.kit.imports.slo_pyrra import pyrra_objective
from vitals.kit.imports.slo_sloth import VERSION, sloth_objectives
from vitals.kit.imports.source_documents import documents, written

_HINT = (
    "Give a spec of sloth (version: prometheus/v1, or a PrometheusServiceLevel), an SLO of OpenSLO, or a "
    "ServiceLevelObjective of pyrra."
)
_APIS = {"PrometheusServiceLevel": "sloth.", "ServiceLevelObjective": "pyrra.", "SLO": "openslo"}
"""How the ``apiVersion`` of each kind begins."""
_BESIDE = frozenset({"AlertPolicy", "AlertCondition", "AlertNotificationTarget"})
"""Kinds of OpenSLO that say who is notified and when."""


def read_objectives(name: str, content: bytes) -> SloSource:
    """Read every objective of a file.

    Raises:
        VitalsError: It is not YAML, or holds no objective of a known form.
    """
    found = SloSource()
    try:
        everything = [one for document in documents(name, content) for one in _unlisted(document)]
    except VitalsError as error:
        raise written(error) from None
    indicators = _indicators(everything, found)
    for one in everything:
        with found.naming(one):
            _read(one, indicators, found)
    if not found.objectives and not found.left:
        raise VitalsError(f"{name} holds no objective. {_HINT} Nothing was written.")
    return found


def _read(one: Located, indicators: Mapping[str, Located], found: SloSource) -> None:
    """Read what a document says, if it is about objectives."""
    fields = one.mapping()
    kind, api = text_in(fields, "kind"), text_in(fields, "apiVersion")
    if kind in _APIS and not api.startswith(_APIS[kind]):
        raise VitalsError(f"it is a {kind} of {api or 'no apiVersion'}, and one of {_APIS[kind].rstrip('.')} is read")
    if kind == "PrometheusServiceLevel":
        sloth_objectives(inside(fields, "spec"), found)
    elif kind == "ServiceLevelObjective":
        pyrra_objective(one, found)
    elif kind == "SLO":
        openslo_objectives(one, indicators, found)
    elif kind in _BESIDE and api.startswith(_APIS["SLO"]):
        why = "left out: who is notified, and when, follows from the objective and the owner here"
        found.changed.append(ImportNote(one.where, f"{kind} {text_in(inside(fields, 'metadata'), 'name')}", why))
    elif "slos" in fields and not kind:
        version = text_in(fields, "version")
        if version != VERSION:
            raise VitalsError(f"it is a spec of sloth with the version {version!r}, and {VERSION} is read")
        sloth_objectives(fields, found)


def _indicators(everything: list[Located], found: SloSource) -> dict[str, Located]:
    """The SLIs of a file, by name."""
    indicators: dict[str, Located] = {}
    for one in everything:
        with found.naming(one, "an SLI"):
            fields = one.mapping()
            if "kind" in fields and fields["kind"].text("kind", within="an object") == "SLI":
                indicators[text_in(inside(fields, "metadata"), "name")] = one
    return indicators


def _unlisted(document: Located) -> Iterator[Located]:
    items = document.mapping().get("items")
    yield from items.elements() if items is not None else [document]
