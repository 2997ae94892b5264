"""The whole report as one HTML file that needs nothing else: for what does not fit into a comment, and for pictures.

Pictures are data of the page, text of a branch is escaped, and the page allows no script at all.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from vitals.verify.backtest.report import bars, headed, notes, sentence
from vitals.verify.changes import Ranked
from vitals.verify.report.bad_day import FINISH, START
from vitals.verify.report.content import PullRequestReport
from vitals.verify.report.incidents import described
from vitals.verify.report.pictures import DashboardPictures

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1rem; color: #1b1f24 }
h2 { border-bottom: 1px solid #d5d9de } small { color: #57606a } pre { background: #f4f5f7; padding: .5rem }
figure { display: inline-block; width: 32%; margin: 0 .5% 0 0; vertical-align: top } img { width: 100% }
figure:target { width: 100% } figure:target img { width: auto; max-width: none }
"""


def page(report: PullRequestReport) -> str:
    """The page."""
    body = "\n".join(_body(report))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>What this changes</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<style>{_STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )


def _body(report: PullRequestReport) -> Iterator[str]:
    yield f"<h1>What this changes</h1>\n<p><strong>{escape(report.verdict)}</strong></p>"
    yield from _section("What changes for whom", _lines(report.of_people))
    yield from _section("Dashboards", (_dashboard(one) for one in report.pictures), tag="div")
    days = (
        f"<strong>{escape(headed(one.outcome))}</strong>: {escape(sentence(one.outcome, 'the base'))} "
        f"{_where((one.environment, *one.also))}<pre>{escape(chr(10).join(bars(one.outcome, START, FINISH)))}</pre>"
        + "".join(f"<br>{escape(note)}" for note in notes(one.outcome, START, FINISH))
        for one in report.outcomes
    )
    yield from _section("Changed alerts on a synthetic bad day", days, introduction=described())
    problems = (
        f"<strong>{escape(one.defect.gravity.word)}</strong> [{escape(one.defect.check)}] {escape(one.defect.what)}, "
        f"{escape(one.defect.file)}:{one.defect.line}<br>{escape(one.defect.why)}<br>{escape(one.defect.fix)} "
        f"{_where(one.environments)}"
        for one in report.problems
    )
    yield from _section("New problems", problems)
    yield from _section("Cost", _lines(report.of_cost))
    yield from _section("Details", _lines(report.details))
    yield f"<p><small>{escape(report.base)} to {escape(report.head)}</small></p>"


def _section(heading: str, items: Iterable[str], *, tag: str = "li", introduction: str = "") -> Iterator[str]:
    listed = [f"<{tag}>{one}</{tag}>" for one in items]
    if not listed:
        return
    yield f"<h2>{heading}</h2>" + (f"<p>{escape(introduction)}</p>" if introduction else "")
    yield "\n".join(["<ul>", *listed, "</ul>"] if tag == "li" else listed)


def _lines(changes: Ranked) -> list[str]:
    return [f"<strong>{escape(one.subject)}</strong>: {escape(one.text)} {_where(where)}" for one, where in changes]


def _where(names: Sequence[str]) -> str:
    return f"<small>{escape(', '.join(names))}</small>"


def _dashboard(one: DashboardPictures) -> str:
    figures = "".join(
        f'<figure id="{escape(one.of.uid, quote=True)}-{word}"><figcaption>'
        f'<a href="#{escape(one.of.uid, quote=True)}-{word}">{word}</a></figcaption>'
        f'<img alt="{word}" src="data:image/png;base64,{base64.b64encode(each.content).decode()}"></figure>'
        for word, each in one.shown
    )
    said = "".join(f"<li>{escape(note)}</li>" for note in one.notes)
    return (
        f"<h3>{escape(one.of.title)} {_where((one.of.environment.name, *one.of.also))}</h3>"
        + (f"<ul>{said}</ul>" if said else "")
        + figures
    )
