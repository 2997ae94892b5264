"""The objectives of an ``SLO`` of OpenSLO, v1alpha to v2alpha (https://github.com/OpenSLO/OpenSLO)."""

from __future__ import annotations

from collections.abc import Mapping

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.slo_found import SloSource, SourceObjective, days_of, inside, percent_in, text_in

_LEFT_OUT = {
    "alertPolicies": "an objective has burn-rate alerts here, with names and labels of our own",
    "compositeWeight": "objectives stand for themselves here and make no composite",
}


def openslo_objectives(node: Located, indicators: Mapping[str, Located], found: SloSource) -> None:
    """Read the objectives of an SLO.

    Args:
        node: The SLO.
        indicators: Every SLI of the file, by its name.
        found: Gets the objectives.

    Raises:
        VitalsError: Its budget does not count events, or it is not as OpenSLO has it.
    """
    fields = node.mapping()
    spec, name = inside(fields, "spec"), text_in(inside(fields, "metadata"), "name")
    method = text_in(spec, "budgetingMethod")
    if method not in ("", "Occurrences"):
        raise VitalsError(f"its budget counts {method}, and objectives here count events (Occurrences)")
    entries = spec["objectives"].items("'objectives'") if "objectives" in spec else []
    if not entries:
        raise VitalsError("it has no objectives, so it promises nothing")
    window = _window(spec)
    of_all = {"alertPolicies": spec["alertPolicies"]} if "alertPolicies" in spec else {}
    for entry in entries:
        with found.naming(entry, f"objective {name}"):
            own = entry.fields("an objective")
            ratio = _ratio(own, spec, indicators)
            objective = SourceObjective(
                name,
                text_in(spec, "service"),
                entry.where,
                percent_in(own, "targetPercent") if "targetPercent" in own else percent_in(own, "target", share=True),
                text_in(spec, "description"),
                _query(ratio, "total"),
                bad=_query(ratio, "bad"),
                good=_query(ratio, "good"),
                ratio=_query(ratio, "raw") if text_in(ratio, "rawType") == "failure" else "",
                good_ratio=_query(ratio, "raw") if text_in(ratio, "rawType") == "success" else "",
                days=_days(window),
            )
            found.objectives.append(objective)
            found.leave_out(objective, _LEFT_OUT, {**of_all, **own})
            if "calendar" in window or text_in(window, "isRolling").lower() == "false":
                why = "its budget is full again with each new calendar window there; here it rolls on"
                found.changed.append(ImportNote(objective.where, objective.what, why))


def _ratio(
    own: Mapping[str, Located], spec: Mapping[str, Located], indicators: Mapping[str, Located]
) -> dict[str, Located]:
    """The ratio that an objective is about: its own, that of its SLO, or that of an SLI which one of them names."""
    indicator = _indicator(own, indicators) or _indicator(spec, indicators)
    for of in (own, indicator):
        for key in ("ratioMetric", "ratioMetrics"):  # the second is v1alpha's, which has it in the objective
            if key in of:
                return inside(of, key)
    if indicator or "value" in own:
        raise VitalsError("its indicator is a threshold over a value, and objectives here count good and bad events")
    raise VitalsError("it has no indicator, so nothing says which events it counts. Write a ratioMetric")


def _indicator(of: Mapping[str, Located], indicators: Mapping[str, Located]) -> dict[str, Located]:
    """The content of an SLI that is written there or named there; none where neither is."""
    for key in ("indicator", "sli"):  # the second is v2alpha's
        if key in of:
            return inside(of, key, "spec")
    reference = text_in(of, "indicatorRef", "sliRef")
    if reference and reference not in indicators:
        raise VitalsError(f"its indicator {reference!r} is not in this file; put both into one")
    return inside(indicators[reference].mapping(), "spec") if reference else {}


def _window(spec: Mapping[str, Located]) -> dict[str, Located]:
    """The window of the budget; the list of them has one."""
    entries = [one for key in ("timeWindow", "timeWindows") if key in spec for one in spec[key].items(repr(key))]
    return entries[0].fields("a window") if entries else {}


def _days(window: Mapping[str, Located]) -> float:
    count, unit = text_in(window, "count"), text_in(window, "unit")
    if count.isdecimal() and unit:
        return days_of(f"{count}{unit[0].lower() if unit[0] in 'HDW' else unit[0]}")
    return days_of(text_in(window, "duration"))


def _query(ratio: Mapping[str, Located], name: str) -> str:
    """The query of a metric source, wherever its version of the specification keeps it."""
    fields = inside(ratio, name)
    for key in ("metricSource", "spec"):
        fields = inside(fields, key) if key in fields else fields
    return text_in(fields, "query", "promql")
