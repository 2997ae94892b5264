"""Table panels: the rows that instant queries return, joined on their labels, as data and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitals.local.draw.canvas import Align, Canvas
from vitals.local.draw.dashboard import Panel
from vitals.local.draw.fields import column_links, column_of, show_value
from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.reducers import reduce
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import Theme

_ROW_PX = 24
_HEAD_PX = 28
_HIDDEN = {"__name__", "Time"}


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles, which of them hold numbers, their links (Grafana's templates), and the cells as text."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    links: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_table(panel: Panel, series: Sequence[DrawnSeries], theme: Theme) -> Table:
    """Join the series of all queries on equal labels; one column for each label and for each query.

    The panel's ``organize`` transformation hides, renames and orders columns, and so do overrides of columns; other
    transformations are ignored.
    Rows are in the order of the first query's answer.
    """
    refs = list(dict.fromkeys(one.ref for one in series))
    values = {ref: "Value" if len(refs) == 1 else f"Value #{ref}" for ref in refs}
    labels = list(dict.fromkeys(name for one in series for name in one.labels if name not in _HIDDEN))
    organize = next((t.get("options") or {} for t in panel.transformations if t.get("id") == "organize"), {})
    excluded, renamed = organize.get("excludeByName") or {}, organize.get("renameByName") or {}
    order = organize.get("indexByName") or {}
    column = {ref: column_of(panel, str(renamed.get(name) or name)).panel for ref, name in values.items()}
    rows: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for one in series:
        key = tuple(sorted((name, value) for name, value in one.labels.items() if name not in _HIDDEN))
        row = rows.setdefault(key, dict(key))
        row[values[one.ref]] = show_value(column[one.ref], reduce(one.values, "lastNotNull"), theme).text
    shown = {name: column_of(panel, str(renamed.get(name) or name)) for name in (*labels, *values.values())}
    names = [name for name, one in shown.items() if one.shown and not excluded.get(name)]
    names.sort(key=lambda name: order.get(name, len(order)))
    columns = tuple(shown[name].title for name in names)
    return Table(
        columns=columns,
        links=column_links(panel, columns),
        numeric=tuple(name in values.values() for name in names),
        rows=tuple(tuple(row.get(name, "") for name in names) for row in rows.values()),
    )


def draw_table(panel: Panel, table: Table, *, size: Size, theme: Theme) -> Spec:
    """Draw as many rows as fit; a last line says how many did not."""
    canvas = Canvas(size, theme)
    widths = _widths(table, size)
    room = max(1, int((size.height - _HEAD_PX) // _ROW_PX))
    shown = table.rows if len(table.rows) <= room else table.rows[: room - 1]
    lines = [(table.columns, _HEAD_PX / 2, theme.muted)]
    lines += [(row, _HEAD_PX + (i + 0.5) * _ROW_PX, theme.text) for i, row in enumerate(shown)]
    for index, (cells, middle, color) in enumerate(lines):
        left = 0.0
        if index:
            canvas.rect(0, middle - _ROW_PX / 2, size.width - 8, 1, theme.grid)
        for cell, width, numeric in zip(cells, widths, table.numeric, strict=True):
            x = left + width - 14 if numeric else left + 6
            align: Align = "right" if numeric else "left"
            canvas.text(x, middle, cell, size=12, color=color, align=align, limit=width - 14)
            left += width
    if len(shown) < len(table.rows):
        rest = f"and {len(table.rows) - len(shown)} more rows"
        canvas.text(6, _HEAD_PX + (len(shown) + 0.5) * _ROW_PX, rest, size=12, color=theme.muted)
    return canvas.spec(panel.description or panel.title)


def _widths(table: Table, size: Size) -> list[float]:
    longest = [
        max(len(cell) for cell in (title, *(row[i] for row in table.rows))) + 3 for i, title in enumerate(table.columns)
    ]
    return [(size.width - 8) * length / sum(longest) for length in longest]
