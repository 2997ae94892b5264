"""The report of a run: ``report.html`` with pictures, which needs nothing else, and ``summary.md``."""

from __future__ import annotations

import html
from pathlib import Path

from markdown_it import MarkdownIt

from vitals.atomic import write_atomic
from vitals.local.draw.theme import FONT, LIGHT
from vitals.rendered import ServiceLoad
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.report.figures import figures

_STYLE = f"""
body {{ font: 15px/1.5 {FONT}; color: {LIGHT.text}; max-width: 1360px; margin: 24px auto; padding: 0 16px; }}
h1 {{ font-size: 22px; }} h2 {{ font-size: 16px; margin: 0; }} p.caption {{ color: {LIGHT.muted}; margin: 0 0 4px; }}
table {{ border-collapse: collapse; margin: 12px 0; font-variant-numeric: tabular-nums; }}
th, td {{ padding: 3px 10px; border-bottom: 1px solid {LIGHT.grid}; text-align: left; }}
.figures {{ display: flex; flex-wrap: wrap; gap: 24px; margin-top: 20px; }} figure {{ margin: 0; max-width: 640px; }}
svg {{ max-width: 100%; height: auto; }}
"""


def write_report(folder: Path, text: str, run: LoadRun, load: ServiceLoad) -> None:
    """Write a report.

    Args:
        folder: Where to; it is made if its parent exists.
        text: The summary in Markdown.
        run: The run.
        load: The marks.

    Raises:
        OSError: It cannot be written.
    """
    folder.mkdir(exist_ok=True)
    write_atomic(folder / "summary.md", text)
    write_atomic(folder / "report.html", page(text, run, load))


def page(text: str, run: LoadRun, load: ServiceLoad) -> str:
    """The page: the summary, then the pictures.

    Args:
        text: The summary in Markdown.
        run: The run.
        load: The marks.
    """
    title = html.escape(f"Load test {run.provenance.profile} of {run.provenance.service}")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    drawn = "".join(
        f"<figure><h2>{html.escape(one.title)}</h2><p class=caption>{html.escape(one.caption)}</p>"
        f"{one.svg or '<p>Nothing was measured.</p>'}</figure>"
        for one in figures(run, load)
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'</head><body>{body}<div class="figures">{drawn}</div></body></html>\n'
    )
