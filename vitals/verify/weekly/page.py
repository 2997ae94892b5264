"""A review as one HTML file that needs nothing else: the text, with the pictures where they belong."""

from __future__ import annotations

import html
from collections.abc import Sequence

from markdown_it import MarkdownIt

from vitals.local.draw.theme import FONT, LIGHT
from vitals.verify.weekly.flames import GivenFlameGraph
from vitals.verify.weekly.markdown import as_markdown
from vitals.verify.weekly.pictures import budgets_svg, firings_svg
from vitals.verify.weekly.review import WeeklyReview

_STYLE = f"""
body {{ font: 15px/1.5 {FONT}; color: {LIGHT.text}; max-width: 1080px; margin: 24px auto; padding: 0 16px; }}
h1 {{ font-size: 22px; }} h2 {{ font-size: 17px; margin-top: 28px; }} figure {{ margin: 0; }}
blockquote {{ border-left: 3px solid {LIGHT.color("orange")}; margin: 0; padding-left: 12px; }}
table {{ border-collapse: collapse; margin: 12px 0; font-variant-numeric: tabular-nums; }}
table {{ display: block; overflow-x: auto; }}
th, td {{ padding: 3px 10px; border-bottom: 1px solid {LIGHT.grid}; text-align: left; }}
svg, img {{ max-width: 100%; height: auto; }}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Nothing is loaded and no script runs, whatever a label says."""


def as_html(review: WeeklyReview, flames: Sequence[GivenFlameGraph] = ()) -> str:
    """Write a review down as a page.

    Args:
        review: The review.
        flames: Where services spend their time, shown at its end.
    """
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(as_markdown(review))
    for heading, svg in (
        ("Objectives and error budgets", budgets_svg(review)),
        ("Alerts that fired", firings_svg(review)),
    ):
        body = body.replace(f"<h2>{heading}</h2>", f"<h2>{heading}</h2>\n<figure>{svg}</figure>", 1)
    if flames:
        body += "<h2>Where the time goes</h2>\n" + "\n".join(map(_figure, flames))
    title = html.escape(f"Week of {review.environment}: {review.week.words}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _figure(one: GivenFlameGraph) -> str:
    return f'<figure><img src="{one.address}" alt="Flame graph: {html.escape(one.title)}"></figure>'
