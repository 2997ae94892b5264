"""Look at each program that was named; one that cannot be looked at does not keep the others from it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import yaml

from vitals.errors import VitalsError
from vitals.http_address import is_http_address, without_password
from vitals.http_client import BlockingClient
from vitals.rendered import Rendered, names
from vitals.verify.cluster.kube_context import connect
from vitals.verify.drift.dashboards import drift_of_dashboard
from vitals.verify.drift.routes import drift_of_routes
from vitals.verify.drift.rules import drift_of_rules
from vitals.verify.drift.same import RunningDifference
from vitals.verify.drift.scalers import drift_of_scaler

_ANSWER_WITHIN_S = 30.0
"""All rules of a server with a thousand groups are some megabytes; a server that needs longer is overloaded."""
GRAFANA_TOKEN = "GRAFANA_TOKEN"  # noqa: S105 - the name of a variable
"""The environment variable with a token of Grafana, so that none stands in a command line that others can list."""


@dataclass(frozen=True, slots=True)
class RunningPrograms:
    """Where to look; empty for what is not looked at.

    Attributes:
        prometheus: Base URL.
        alertmanager: Base URL.
        grafana: Base URL.
        context: Context of the kubeconfig.
    """

    prometheus: str = ""
    alertmanager: str = ""
    grafana: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class DriftFound:
    """What came of it.

    Attributes:
        looked: The areas that were compared, with how many things each.
        drift: What differs.
        failed: Why an area could not be compared, by area.
    """

    looked: dict[str, int]
    drift: tuple[RunningDifference, ...]
    failed: dict[str, str]


def require_places(at: RunningPrograms) -> None:
    """Refuse what cannot be looked at.

    Raises:
        VitalsError: No place is named, or one is not an address.
    """
    urls = {"prometheus": at.prometheus, "alertmanager": at.alertmanager, "grafana": at.grafana}
    if not any((*urls.values(), at.context)):
        raise VitalsError(
            "Nothing to compare with was named. Give one or more of --prometheus, --alertmanager, --grafana and "
            "--context."
        )
    for option, url in urls.items():
        if url and not is_http_address(url):
            raise VitalsError(f"--{option} {without_password(url)} is not an http address. Nothing was asked.")


def look(rendered: Rendered, at: RunningPrograms, *, extra: bool) -> DriftFound:
    """Compare an environment with what runs.

    Args:
        rendered: The environment.
        at: Where to look.
        extra: Whether rule groups that are not rendered are reported.
    """
    with BlockingClient(within_s=_ANSWER_WITHIN_S, follow_redirects=True) as client:
        areas: dict[str, tuple[str, Callable[[], tuple[int, list[RunningDifference]]]]] = {
            "rules": (at.prometheus, lambda: _rules(client, rendered, at.prometheus, extra=extra)),
            "routes": (at.alertmanager, lambda: _routes(client, rendered, at.alertmanager)),
            "dashboards": (at.grafana, lambda: _dashboards(client, rendered, at.grafana)),
            "scalers": (at.context, lambda: _scalers(rendered, at.context)),
        }
        return _compared({area: one for area, one in areas.items() if one[0]})


def _compared(areas: Mapping[str, tuple[str, Callable[[], tuple[int, list[RunningDifference]]]]]) -> DriftFound:
    """What comes of each area, by its place and how it is compared; one that cannot be costs no other."""
    looked: dict[str, int] = {}
    drift: list[RunningDifference] = []
    failed: dict[str, str] = {}
    for area, (place, compare) in areas.items():
        try:
            looked[area], found = compare()
            drift += found
        except httpx.HTTPError as error:
            failed[area] = f"{without_password(place)} does not answer ({error or type(error).__name__})"
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, yaml.YAMLError) as error:
            why = f"{type(error).__name__}: {error}"
            failed[area] = f"{without_password(place)} does not answer as its API does ({why})"
        except VitalsError as error:
            failed[area] = str(error)
    return DriftFound(looked, tuple(drift), failed)


def _rules(client: BlockingClient, rendered: Rendered, url: str, *, extra: bool) -> tuple[int, list[RunningDifference]]:
    groups = rendered.groups()
    data = _get(client, url, "/api/v1/rules")["data"]
    return sum(len(group.rules) for group in groups), list(drift_of_rules(groups, data, extra=extra))


def _routes(client: BlockingClient, rendered: Rendered, url: str) -> tuple[int, list[RunningDifference]]:
    own = rendered.parsed(names.ALERTMANAGER)
    running = yaml.load(_get(client, url, "/api/v2/status")["config"]["original"], Loader=yaml.CSafeLoader)
    if not isinstance(running, dict):
        raise TypeError("its configuration is not one")
    return len(own.get("receivers") or ()), list(drift_of_routes(own, running))


def _dashboards(client: BlockingClient, rendered: Rendered, url: str) -> tuple[int, list[RunningDifference]]:
    token = os.environ.get(GRAFANA_TOKEN, "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    drift: list[RunningDifference] = []
    files = rendered.files(names.DASHBOARDS)
    for file in files:
        own = json.loads(file.read_text(encoding="utf-8"))
        answer = _get(client, url, f"/api/dashboards/uid/{own['uid']}", headers=headers, missing=True)
        drift += drift_of_dashboard(own, None if answer is None else answer["dashboard"])
    return len(files), drift


def _scalers(rendered: Rendered, context: str) -> tuple[int, list[RunningDifference]]:
    manifests = list(rendered.objects(names.SCALERS))
    with connect(context) as api:
        return len(manifests), [one for manifest in manifests for one in drift_of_scaler(manifest, api)]


def _get(
    client: BlockingClient, url: str, path: str, *, headers: dict[str, str] | None = None, missing: bool = False
) -> Any:  # noqa: ANN401 - JSON of many shapes
    """The JSON of an answer; None for 404 where that is one."""
    answer = client.get(f"{url.rstrip('/')}{path}", headers=headers)
    if missing and answer.status_code == httpx.codes.NOT_FOUND and "json" in answer.headers.get("content-type", ""):
        return None
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise VitalsError(f"{without_password(url)} does not let this user read {path} ({answer.status_code})")
    body = answer.raise_for_status().json()
    if not isinstance(body, dict):
        raise TypeError("not an object")
    return body


def lines(found: DriftFound) -> Iterator[str]:
    """What was found, for a terminal."""
    yield from (f"{one.area}: {one.subject}: {one.text}" for one in found.drift)
    yield from (f"{area}: could not be compared: {why}" for area, why in found.failed.items())
    said = ", ".join(f"{count} of {area}" for area, count in found.looked.items())
    yield f"compared {said or 'nothing'}: {len(found.drift) or 'no'} difference{'s' * (len(found.drift) != 1)}"
