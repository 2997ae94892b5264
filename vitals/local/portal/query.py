"""A query that is typed in: drawn over a range, and its values at the end of it.

Prometheus' own page of this kind is not in the program that is built here, and runbooks are full of queries, so the
portal has one; the links that Prometheus puts into its alerts lead to it.
"""

import asyncio
import math
import re
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import Panel, Target
from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries, read_result
from vitals.local.draw.template import Choice, built_in, substitute
from vitals.local.draw.theme import Theme
from vitals.local.draw.window import Window
from vitals.local.portal.prometheus import Prometheus
from vitals.local.portal.query_parameters import (
    requested_size,
    requested_theme,
    requested_variables,
    requested_window,
)
from vitals.local.portal.sources import Sources
from vitals.local.portal.variables import SCRAPE_INTERVAL_S

MOST_DRAWN = 24
"""Series of one drawing: as many as there are colours that can be distinguished (:mod:`vitals.local.draw.theme`)."""
_MOST_ROWS = 500
_LONGEST = 20_000
"""Characters of a query: ten times the longest rule here, and less than Prometheus takes in an address."""
_DEFAULT_FROM = "now-1h"
_UNITS = (("_seconds", "s"), ("_bytes", "bytes"), ("_ratio", "percentunit"))
_LABEL_NAME = re.compile(r"[a-zA-Z_]\w*")


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What a query returned.

    Attributes:
        expr: The query as it was sent.
        spec: The drawing, as Vega-Lite.
        series: How many series it has.
        drawn: How many of them are drawn: the largest, at most ``MOST_DRAWN``.
        rows: Name and value of each series at the end of the range, as Prometheus writes it.
    """

    expr: str
    spec: Spec
    series: int
    drawn: int
    rows: list[tuple[str, str]]


def query_routes(sources: Sources) -> list[Route]:
    """Return the routes that answer a query and list the values of a label."""

    async def query(request: Request) -> JSONResponse:
        asked = request.query_params
        expr = asked.get("expr", "").strip()
        if not expr:
            raise VitalsError("There is no query, so there is nothing to ask. Write one, such as up.")
        if len(expr) > _LONGEST:
            raise VitalsError(f"The query has more than {_LONGEST} characters, so it was not asked. Shorten it.")
        size = requested_size(asked)
        window = requested_window(asked, default_from=_DEFAULT_FROM, width=size.width)
        variables = {name: Choice(tuple(values)) for name, values in requested_variables(asked).items()}
        sent = substitute(expr, built_in(window, SCRAPE_INTERVAL_S) | variables)
        found = await answer(sent, window, size, requested_theme(asked), sources.prometheus)
        return JSONResponse(asdict(found))

    async def values(request: Request) -> JSONResponse:
        label = request.path_params["label"]
        if not _LABEL_NAME.fullmatch(label):
            raise VitalsError(f"{label!r} cannot be the name of a label, so it has no values.")
        window = requested_window(request.query_params, default_from=_DEFAULT_FROM)
        return JSONResponse({"values": await sources.prometheus.label_values(label, "", window)})

    return [
        Route("/api/query", query, methods=["GET"]),
        Route("/api/labels/{label}", values, methods=["GET"]),
    ]


async def answer(expr: str, window: Window, size: Size, theme: Theme, prometheus: Prometheus) -> QueryAnswer:
    """Ask a query over a range and at its end, and draw it.

    Raises:
        QueryError: Prometheus does not answer, or refuses the query in its own words.
    """
    over_time, at_end = await asyncio.gather(prometheus.range(expr, window), prometheus.instant(expr, window))
    found = read_result(Target("A", expr), over_time)
    largest = sorted(found, key=_height, reverse=True)[:MOST_DRAWN]
    kept = {id(one) for one in largest}
    panel = Panel(id=0, kind="timeseries", title=expr, targets=(Target("A", expr),), defaults=_defaults(expr))
    drawn = PanelData([one for one in found if id(one) in kept])
    return QueryAnswer(
        expr=expr,
        spec=draw_panel(panel, drawn, window=window, size=size, theme=theme),
        series=len(found),
        drawn=len(largest),
        rows=_rows(expr, at_end)[:_MOST_ROWS],
    )


def _height(series: DrawnSeries) -> float:
    return max((value for value in series.values if not math.isnan(value)), default=-math.inf)


def _defaults(expr: str) -> dict[str, Any]:
    """The unit that the name of a plain series gives away; of a computed one nothing is known."""
    name = re.split(r"[{\[(\s]", expr, maxsplit=1)[0]
    unit = next((unit for ending, unit in _UNITS if name.endswith(ending)), "short")
    return {"unit": unit, "custom": {"lineWidth": 2}}


def _rows(expr: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    if data["resultType"] in {"scalar", "string"}:
        return [(expr, str(data["result"][1]))]
    named = read_result(Target("A", expr), data)
    return [(one.name, _last(element)) for one, element in zip(named, data["result"], strict=True)]


def _last(element: dict[str, Any]) -> str:
    if "histogram" in element:
        return f"histogram of {element['histogram'][1]['count']} observations"
    return str(element["value"][1] if "value" in element else element["values"][-1][1])
