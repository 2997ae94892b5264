"""What a running Prometheus has: names, types, labels and the usual pace of its scrapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any

import httpx
import yaml

from vitals.errors import VitalsError
from vitals.http_client import BlockingClient
from vitals.model.conventions import HISTOGRAM_PARTS
from vitals.model.promql import SeriesType
from vitals.verify.review.known import MADE_BY_PROMETHEUS, Known, KnownMetric
from vitals.verify.review.panels import mapping
from vitals.verify.review.promql import name_of, selectors
from vitals.verify.review.rules import seconds
from vitals.verify.review.scope import Scope

_PATIENCE_S = 10.0
"""A server that needs longer for the names of its metrics is overloaded, and a review would only add to that."""
_MOST_ASKED = 500
"""Metrics whose labels are asked for, one request each: all of one environment, in a few seconds."""


class LiveServer:
    """A running Prometheus.

    Args:
        url: Its base URL.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client = BlockingClient(within_s=_PATIENCE_S)
        self._names: frozenset[str] | None = None
        self._labels: dict[str, frozenset[str]] = {}

    def __enter__(self) -> LiveServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _get(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON of many shapes
        try:
            answer = self._client.get(f"{self._url}/api/v1/{path}", params=parameters)
            body = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise self._other(str(error) or type(error).__name__) from error
        if not isinstance(body, dict) or body.get("status") != "success":
            said = body.get("error") if isinstance(body, dict) else answer.status_code
            raise VitalsError(f"Prometheus at {self._url} refused {path} ({said}). Nothing was checked.")
        return body.get("data")

    def _other(self, why: str) -> VitalsError:
        return VitalsError(
            f"Prometheus at {self._url} does not answer as one ({why}), so nothing can be compared with it. Nothing "
            "was checked; correct --prometheus, or leave it out."
        )

    def added(self, scope: Scope) -> Scope:
        """A scope that is compared with this server.

        Raises:
            VitalsError: It does not answer, or not as a Prometheus does.
        """
        try:
            return self._added(scope)
        except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            raise self._other("its answer has another shape") from error

    def _added(self, scope: Scope) -> Scope:
        if self._names is None:
            self._names = frozenset(map(str, self._get("label/__name__/values")))
        types = {name: found[0].get("type") for name, found in mapping(self._get("metadata")).items() if found}
        asked = {name_of(one) for use in scope.uses if use.node is not None for one in selectors(use.node)}
        labels = self._labels_of(sorted(asked & self._names))
        metrics = {
            name: KnownMetric(
                {label: frozenset() for label in sorted(labels[name])} if name in labels else None, _type(name, types)
            )
            for name in self._names | MADE_BY_PROMETHEUS
        }
        config = yaml.load(self._get("status/config")["yaml"], Loader=yaml.CSafeLoader)
        pace = seconds(mapping(mapping(config).get("global")).get("scrape_interval"))
        return replace(scope, live=Known(metrics, f"the Prometheus at {self._url}"), live_scrape_s=pace)

    def _labels_of(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        for name in [one for one in names if one not in self._labels][:_MOST_ASKED]:
            self._labels[name] = frozenset(map(str, self._get("labels", **{"match[]": name})))
        return self._labels


def _type(name: str, types: dict[str, Any]) -> SeriesType | None:
    kind = types.get(name) or types.get(name.removesuffix("_total"))
    if kind in ("counter", "gauge"):
        return SeriesType(kind)
    for suffix in HISTOGRAM_PARTS:
        if name.endswith(suffix) and types.get(name.removesuffix(suffix)) in ("histogram", "summary"):
            return SeriesType.COUNTER
    return None
