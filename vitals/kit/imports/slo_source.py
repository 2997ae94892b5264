"""Objectives as sloth, OpenSLO and pyrra write them, in one form: which events, which are bad, what is promised.

Sources: https://sloth.dev/specs/default/, https://github.com/OpenSLO/OpenSLO (v1), https://github.com/pyrra-dev/pyrra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from vitals.errors import VitalsError
from vitals.kit.alerts.located import Located
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.rule_source import documents, reason_of


@dataclass(frozen=True, slots=True, eq=False)
class SourceObjective:
    """One objective of another tool; a query that it does not have is empty.

    Attributes:
        name: Its name there.
        service: Whose it is; empty where the tool does not say.
        where: File and line.
        percent: The objective as a percentage, such as ``99.9``.
        description: Its description.
        total: The query of all events.
        bad: The query of bad events.
        good: The query of good events.
        ratio: The query of the share of bad events.
        days: The window of its budget in days; 0 where it is not said.
        owner: Who owns it, as far as it says so.
    """

    name: str
    service: str
    where: str
    percent: str
    description: str = ""
    total: str = ""
    bad: str = ""
    good: str = ""
    ratio: str = ""
    days: float = 0.0
    owner: str = ""

    @property
    def what(self) -> str:
        """The objective in words."""
        return f"objective {self.name}"


@dataclass(slots=True)
class SloSource:
    """What a file holds: objectives, and what in it is none that can be read."""

    objectives: list[SourceObjective] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)


def read_objectives(name: str, content: bytes) -> SloSource:
    """Read every objective of a file.

    Raises:
        VitalsError: It is not YAML, or holds no objective of a known form.
    """
    found = SloSource()
    everything = [one for document in documents(name, content) for one in _unlisted(document)]
    indicators = {
        _text(_in(one, "metadata"), "name"): one for one in everything if _text(one.mapping(), "kind") == "SLI"
    }
    for one in everything:
        fields = one.mapping()
        kind, api = _text(fields, "kind"), _text(fields, "apiVersion")
        try:
            if kind == "PrometheusServiceLevel":
                found.objectives += _sloth(_in(one, "spec"), found)
            elif kind == "ServiceLevelObjective" and api.startswith("pyrra"):
                found.objectives.append(_pyrra(one))
            elif kind == "SLO":
                found.objectives += _openslo(one, indicators, found)
            elif "slos" in fields and _text(fields, "version").startswith("prometheus/"):
                found.objectives += _sloth(fields, found)
        except VitalsError as error:
            found.left.append(ImportNote(one.where, kind or "an objective", reason_of(error, one.where)))
    if not found.objectives and not found.left:
        raise VitalsError(
            f"{name} holds no objective: neither a spec of sloth (version: prometheus/v1, or a "
            "PrometheusServiceLevel), nor an SLO of OpenSLO, nor a ServiceLevelObjective of pyrra. Nothing was written."
        )
    return found


def _unlisted(document: Located) -> Iterator[Located]:
    items = document.mapping().get("items")
    yield from items.elements() if items is not None else [document]


def _in(node: Located, *path: str) -> dict[str, Located]:
    """The fields of a map inside others; none where one of them is not there."""
    fields = node.mapping()
    for key in path:
        fields = fields[key].mapping() if key in fields else {}
    return fields


def _text(fields: Mapping[str, Located], *names: str) -> str:
    """The first of some fields that is given."""
    return next((fields[name].text(name, within="an objective").strip() for name in names if name in fields), "")


def _percent(fields: Mapping[str, Located], name: str, *, share: bool = False) -> str:
    try:
        number = Decimal(_text(fields, name)) * (100 if share else 1)
    except InvalidOperation:
        raise VitalsError(f"its {name} {_text(fields, name)!r} is not a number") from None
    return f"{number.normalize():f}"


def _sloth(fields: Mapping[str, Located], found: SloSource) -> Iterator[SourceObjective]:
    service = _text(fields, "service")
    labels = fields["labels"].mapping() if "labels" in fields else {}
    for slo in fields["slos"].elements() if "slos" in fields else ():
        own = slo.mapping()
        name = _text(own, "name")
        events, raw = _in(slo, "sli", "events"), _in(slo, "sli", "raw")
        if not events and not raw:
            why = "its SLI comes from a plugin of sloth, whose queries are not in the file"
            found.left.append(ImportNote(slo.where, f"objective {name}", why))
            continue
        yield SourceObjective(
            name,
            service,
            slo.where,
            _percent(own, "objective"),
            _text(own, "description"),
            _text(events, "total_query", "totalQuery"),
            bad=_text(events, "error_query", "errorQuery"),
            ratio=_text(raw, "error_ratio_query", "errorRatioQuery"),
            owner=_text(labels, "owner", "team"),
        )


def _pyrra(node: Located) -> SourceObjective:
    metadata, spec = _in(node, "metadata"), _in(node, "spec")
    indicator = spec["indicator"].mapping() if "indicator" in spec else {}
    labels = metadata["labels"].mapping() if "labels" in metadata else {}
    for kind in indicator.keys() - {"ratio", "latency"}:
        raise VitalsError(f"its indicator is {kind}, and objectives here count events of a counter or a histogram")
    ratio, latency = _in(node, "spec", "indicator", "ratio"), _in(node, "spec", "indicator", "latency")
    if not ratio and not latency:
        raise VitalsError("it has no indicator")

    def metric(of: Mapping[str, Located], name: str) -> str:
        return _text(of[name].mapping(), "metric") if name in of else ""

    return SourceObjective(
        _text(metadata, "name"),
        "",
        node.where,
        _percent(spec, "target"),
        _text(spec, "description"),
        metric(ratio or latency, "total"),
        bad=metric(ratio, "errors"),
        good=metric(latency, "success"),
        days=_days(_text(spec, "window")),
        owner=_text(labels, "pyrra.dev/team", "pyrra.dev/owner"),
    )


_UNITS = {"m": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "M": 30.0, "Q": 90.0, "Y": 365.0}


def _days(text: str) -> float:
    found = re.fullmatch(r"(\d+)\s*([mhdwMQY])(?:ay|eek|our)?s?", text)
    return int(found[1]) * _UNITS[found[2]] if found else 0.0


def _openslo(node: Located, indicators: Mapping[str, Located], found: SloSource) -> Iterator[SourceObjective]:
    spec = _in(node, "spec")
    name = _text(_in(node, "metadata"), "name")
    if _text(spec, "budgetingMethod") not in ("", "Occurrences"):
        method = _text(spec, "budgetingMethod")
        raise VitalsError(f"its budget counts {method}, and objectives here count events (Occurrences)")
    indicator = _in(node, "spec", "indicator", "spec")
    reference = _text(spec, "indicatorRef")
    if not indicator and reference:
        if reference not in indicators:
            raise VitalsError(f"its indicator {reference!r} is not in this file; put both into one")
        indicator = _in(indicators[reference], "spec")
    windows = [one.mapping() for key in ("timeWindow", "timeWindows") if key in spec for one in spec[key].elements()]
    days = next((_window(one) for one in windows), 0.0)
    for objective in spec["objectives"].elements() if "objectives" in spec else ():
        own = objective.mapping()
        ratio = next(
            (of[key].mapping() for of in (own, indicator) for key in ("ratioMetric", "ratioMetrics") if key in of), {}
        )
        if not ratio:
            why = "its indicator is a threshold over a value, and objectives here count good and bad events"
            found.left.append(ImportNote(objective.where, f"objective {name}", why))
            continue
        yield SourceObjective(
            name,
            _text(spec, "service"),
            objective.where,
            _percent(own, "targetPercent") if "targetPercent" in own else _percent(own, "target", share=True),
            _text(spec, "description"),
            _query(ratio, "total"),
            bad=_query(ratio, "bad"),
            good=_query(ratio, "good"),
            ratio=_query(ratio, "raw") if _text(ratio, "rawType") == "failure" else "",
            days=days,
        )


def _window(fields: Mapping[str, Located]) -> float:
    count, unit = _text(fields, "count"), _text(fields, "unit")
    if count.isdecimal() and unit:
        return _days(f"{count}{unit[0].lower() if unit[0] in 'HDW' else unit[0]}")
    return _days(_text(fields, "duration"))


def _query(ratio: Mapping[str, Located], name: str) -> str:
    """The query of a metric source, wherever its version of the specification keeps it."""
    fields = ratio[name].mapping() if name in ratio else {}
    for key in ("metricSource", "spec"):
        fields = fields[key].mapping() if key in fields else fields
    return _text(fields, "query", "promql")
