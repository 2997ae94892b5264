"""A dashboard as Grafana exports it, as content: JSON in one form, whatever Grafana wrote it.

What depends on the Grafana from which it comes is taken out (ids, inputs, data sources, its library), what Grafana no
longer runs gets its successor, and what cannot be shown here is named. Which queries can be answered is not known
here: ``keep`` is asked for each.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection

from vitals.errors import VitalsError
from vitals.kit.imports.datasources import SourceNames, source_names
from vitals.kit.imports.links import without_dead_links
from vitals.kit.imports.names import plain_name
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.panel_queries import Keep
from vitals.kit.imports.panels import BroughtDashboard, DashboardReader, Where, edited, is_row
from vitals.kit.imports.texts import with_values, without_nulls
from vitals.kit.imports.variables import brought_variables
from vitals.model.dashboards.grid import every_panel, placed_panels, settle
from vitals.model.dashboards.json_values import Json, as_list, objects
from vitals.model.promql.variables import names as variables_in

IMPORTED_TAG = "imported"
"""How dashboards that came from elsewhere are found, and distinguished from those that are built here."""
_LONGEST_UID = 40
_GONE: tuple[str, ...] = (
    "id",
    "version",
    "iteration",
    "gnetId",
    "__inputs",
    "__requires",
    "__elements",
    "rows",
    "revision",
    "snapshot",
)
_GONE += ("hideControls", "style", "sharedCrosshair", "timepicker", "weekStart", "preload", "scopeMeta")
_OF_GRAFANA = re.compile(r"__\w+|timeFilter|interval_ms|timeRange|timeFrom|timeTo")


def brought_dashboard(exported: Json, where: Where, keep: Keep, uids: Collection[str] = ()) -> BroughtDashboard:
    """Bring a dashboard into the form of ours.

    Args:
        exported: The classic form, without what the API puts around it.
        where: Where a path of it stands.
        keep: Judges queries.
        uids: Other dashboards to which it may link.

    Raises:
        VitalsError: It is in a form that cannot be read, or has no panel.
    """
    _require_classic(exported, where)
    whole = copy.deepcopy(exported)
    names = source_names(whole)
    found = BroughtDashboard({}, 0)
    sources = {name: "${datasource}" for name in names.types if _prometheus(names, name)}
    whole = with_values(whole, _constants(whole) | sources)
    reader = DashboardReader(names, keep, where, found, _library(whole))
    panels = reader.panels(placed_panels(whole))
    reader.name_others(as_list(whole.get("panels")))
    content = {key: value for key, value in whole.items() if key not in (*_GONE, "panels", "templating", "annotations")}
    content |= {
        "uid": _uid(whole),
        "title": str(whole.get("title") or "Imported dashboard"),
        "editable": False,
        "panels": settle(panels),
        "tags": sorted({*map(str, whole.get("tags") or ()), IMPORTED_TAG}),
        "schemaVersion": whole.get("schemaVersion") if isinstance(whole.get("schemaVersion"), int) else 16,
    }
    content["description"] = str(whole.get("description") or f"Imported: {content['title']}.")
    _refresh(content, found, where)
    content["annotations"] = {"list": reader.annotations(whole)}
    content["templating"] = {
        "list": brought_variables(whole, content, names=names, keep=keep, changed=found.changed, where=where)
    }
    _without_undeclared(content, found, where)
    without_dead_links(content, found.changed, where, uids)
    found.content = without_nulls(content)
    _numbered(found)
    return found


def _require_classic(exported: Json, where: Where) -> None:
    if isinstance(exported.get("elements"), dict) and "layout" in exported:
        raise VitalsError(
            f"{where(())}: the dashboard is in Grafana's v2 schema, which is not read: its elements and layout are "
            "another language. Nothing was imported. Export it in Grafana as 'Classic' (Export, model: Classic), and "
            "import that."
        )
    if not isinstance(exported.get("panels"), list) and not isinstance(exported.get("rows"), list):
        raise VitalsError(
            f"{where(())} holds no dashboard: it has neither panels nor rows. Nothing was imported. Give what Grafana "
            "writes under 'Export as JSON', or what its API answers for a dashboard."
        )


def _prometheus(names: SourceNames, name: str) -> bool:
    return "prometheus" in names.types[name] or not names.types[name]


def _constants(whole: Json) -> dict[str, str]:
    """Inputs of an export that are texts, by name."""
    inputs = objects(whole.get("__inputs"))
    return {str(one["name"]): str(one.get("value") or "") for one in inputs if one.get("type") == "constant"}


def _library(whole: Json) -> dict[str, Json]:
    """The library panels that an export brings along, by uid."""
    elements = whole.get("__elements")
    listed = elements.values() if isinstance(elements, dict) else as_list(elements)
    return {
        str(one.get("uid")): one["model"]
        for one in listed
        if isinstance(one, dict) and isinstance(one.get("model"), dict)
    }


def _uid(whole: Json) -> str:
    """The uid of an export, as far as it can be one, or one made of the title."""
    given = str(whole.get("uid") or "")
    if re.fullmatch(r"[A-Za-z0-9_-]{1,40}", given):
        return given
    return plain_name(str(whole.get("title") or ""))[:_LONGEST_UID].strip("-")


def _refresh(content: Json, found: BroughtDashboard, where: Where) -> None:
    given = content.get("refresh")
    number = re.fullmatch(r"(\d+)(ms|s)", given) if isinstance(given, str) else None
    least_s = 10  # data come no faster than every few seconds, and each reload asks all queries again
    if number and int(number[1]) / (1000 if number[2] == "ms" else 1) < least_s:
        content["refresh"] = f"{least_s}s"
        found.changed.append(ImportNote(where(("refresh",)), "dashboard", f"it reloads every {least_s} s, not {given}"))
    elif not isinstance(given, str):
        content["refresh"] = ""


def _without_undeclared(content: Json, found: BroughtDashboard, where: Where) -> None:
    """Leave panels whose queries name a variable that the dashboard does not have: nothing would be found."""
    declared = {str(one["name"]) for one in content["templating"]["list"]}

    def asks_more(panel: Json) -> set[str]:
        queries = " ".join(str(target.get("expr") or "") for target in panel.get("targets", ()))
        return {name for name in variables_in(queries) if name not in declared and not _OF_GRAFANA.fullmatch(name)}

    def stays(panel: Json) -> Json | None:
        missing = sorted(asks_more(panel))
        if not missing:
            return panel
        why = f"${', $'.join(missing)} is not a variable here, so its queries would find nothing"
        what = f'panel "{panel.get("title") or ""}"'
        found.left.append(ImportNote(str(panel.get("__where") or where(())), what, why))
        return None

    content["panels"] = settle(edited(content["panels"], stays))
    content["annotations"]["list"] = [
        one for one in content["annotations"]["list"] if not asks_more({"targets": [one]})
    ]


def _numbered(found: BroughtDashboard) -> None:
    """Give each panel an id of its own; a header has one too."""
    everything = every_panel(found.content)
    taken = {panel["id"] for panel in everything if isinstance(panel.get("id"), int)}
    seen: set[int] = set()
    following = max(taken, default=0) + 1
    for panel in everything:
        number = panel.get("id")
        if not isinstance(number, int) or isinstance(number, bool) or number in seen or number <= 0:
            number, following = following, following + 1
        seen.add(number)
        panel["id"] = number
        place = panel.pop("__where", None)
        if not is_row(panel):
            found.places[number] = str(place)
