"""What every drawing starts from: the data of a panel, its size, and the outermost keys of a Vega-Lite spec."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vitals.local.draw.events import Event
from vitals.local.draw.series import DrawnSeries, Exemplar
from vitals.local.draw.theme import Theme

Spec = dict[str, Any]
Row = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
PADDING_PX = 4
"""Room on each side of a drawing."""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of the drawing in pixels, padding included."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PanelData:
    """What the queries of one panel returned."""

    series: Sequence[DrawnSeries] = ()
    exemplars: Sequence[Exemplar] = ()
    events: Sequence[Event] = ()


def frame(
    *,
    theme: Theme,
    size: Size,
    description: str,
    layers: Sequence[Spec],
    datasets: Mapping[str, Sequence[Row]],
    params: Mapping[str, Any] | None = None,
    resolve: Mapping[str, Any] | None = None,
) -> Spec:
    """Put layers, data and theme together.

    Only ``datasets`` and the values of ``params`` change from one refresh to the next as long as the same series
    come back, so a page can keep a drawing and push new rows into it.

    Args:
        theme: Colours and type.
        size: Outer size in pixels.
        description: For people who do not see the picture.
        layers: Vega-Lite layers that name their data.
        datasets: Rows by dataset name.
        params: Values by parameter name.
        resolve: Vega-Lite's ``resolve``.

    Returns:
        A complete Vega-Lite spec.
    """
    spec: Spec = {
        "$schema": SCHEMA,
        "description": description,
        "width": size.width,
        "height": size.height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": PADDING_PX,
        "background": theme.surface,
        "params": [{"name": name, "value": value} for name, value in (params or {}).items()],
        "datasets": {name: list(rows) for name, rows in datasets.items()},
        "layer": list(layers),
        "config": theme.config(),
    }
    if resolve:
        spec["resolve"] = dict(resolve)
    return spec
