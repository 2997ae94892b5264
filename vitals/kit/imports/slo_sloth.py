"""The objectives of a spec of sloth, as a file (https://sloth.dev/specs/default/) or as an object of Kubernetes."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.slo_found import SloSource, SourceObjective, inside, percent_in, text_in

VERSION = "prometheus/v1"
_SLI = "Write sli.events with a query of the bad and one of all events"
_LEFT_OUT = {
    **dict.fromkeys(("alerting", "labels"), "an objective has burn-rate alerts here, with names and labels of our own"),
    "plugins": "what they change of its rules is not known here",
}


def sloth_objectives(fields: Mapping[str, Located], found: SloSource) -> None:
    """Read the objectives of a service.

    Raises:
        VitalsError: There are none, or what is around them is not as sloth has it.
    """
    service, labels = text_in(fields, "service"), inside(fields, "labels")
    entries = fields["slos"].items("'slos'") if "slos" in fields else []
    if not entries:
        raise VitalsError("it has no slos, and each of them is an objective")
    given = next((fields[name] for name in ("slo_plugins", "sloPlugins") if name in fields), None)
    of_all = {"plugins": given} if given else {}
    if labels.keys() - {"owner", "team"}:
        of_all["labels"] = fields["labels"]
    for entry in entries:
        with found.naming(entry):
            own = entry.fields("an objective")
            objective = _objective(own, entry.where, service, text_in(labels, "owner", "team"))
            found.objectives.append(objective)
            found.leave_out(objective, _LEFT_OUT, {**of_all, **own})


def _objective(own: Mapping[str, Located], where: str, service: str, owner: str) -> SourceObjective:
    sli = inside(own, "sli")
    if not sli:
        raise VitalsError(f"it has no sli, so nothing says which events it counts. {_SLI}")
    if "plugin" in sli:
        raise VitalsError(f"its SLI comes from a plugin of sloth, whose queries are not in the file. {_SLI}")
    events, raw = inside(sli, "events"), inside(sli, "raw")
    if not events and not raw:
        raise VitalsError(f"its sli has {', '.join(sli)}, with nothing in it that is read here. {_SLI}")
    return SourceObjective(
        text_in(own, "name"),
        service,
        where,
        percent_in(own, "objective"),
        text_in(own, "description"),
        text_in(events, "total_query", "totalQuery"),
        bad=text_in(events, "error_query", "errorQuery"),
        ratio=text_in(raw, "error_ratio_query", "errorRatioQuery"),
        owner=owner,
    )
