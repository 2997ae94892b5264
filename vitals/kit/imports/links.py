"""Links of an imported dashboard: those to dashboards that are not here lead nowhere and are taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from vitals.kit.imports.note import ImportNote
from vitals.model.conventions import DashboardUid
from vitals.model.dashboards.grid import Place, every_panel
from vitals.model.dashboards.json_values import Json, as_list

_OF_UID = re.compile(r"(?:^|/)d(?:-solo)?/(?P<uid>[^/?\s]+)")
_OF_SLUG = re.compile(r"(?:^|/)dashboard/(?:db|script|file)/")


def without_dead_links(
    content: Json, changed: list[ImportNote], where: Callable[[Place], str], known: Collection[str] = ()
) -> None:
    """Take out what leads to a dashboard that does not exist here; time and variables go along with the others.

    Args:
        content: The dashboard; it is changed.
        changed: Gets a note for each link.
        where: Where a path of the export stands.
        known: Uids of other dashboards that are here.
    """
    here = {*known, *(uid.value for uid in DashboardUid), str(content.get("uid"))}
    kept = _alive(content.get("links"), here, changed, where(("links",)), "dashboard")
    content["links"] = [{**one, "keepTime": True, "includeVars": True} for one in kept]
    for panel in every_panel(content):
        at, what = str(panel.get("__where") or where(())), f'panel "{panel.get("title", "")}"'
        if "links" in panel:
            panel["links"] = _alive(panel["links"], here, changed, at, what)
        config = panel.get("fieldConfig") or {}
        if "links" in config.get("defaults", {}):
            config["defaults"]["links"] = _alive(config["defaults"]["links"], here, changed, at, what)
        for override in config.get("overrides", ()):
            for one in override.get("properties", ()) if isinstance(override, dict) else ():
                if one.get("id") in ("links", "custom.links"):
                    one["value"] = _alive(one.get("value"), here, changed, at, what)


def _alive(links: Any, here: Collection[str], changed: list[ImportNote], at: str, what: str) -> list[Json]:  # noqa: ANN401
    kept: list[Json] = []
    for link in as_list(links):
        if not isinstance(link, dict):
            continue
        url = str(link.get("url") or link.get("dashUri") or "")
        uid = _OF_UID.search(url)
        slug = bool(_OF_SLUG.search(url)) or (link.get("type") == "dashboard" and not uid)
        if slug or (uid and uid["uid"] not in here):
            changed.append(
                ImportNote(at, what, f"its link {link.get('title') or url!r} leads to no dashboard here; taken out")
            )
            continue
        kept.append(link)
    return kept
