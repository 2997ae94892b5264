"""The comment of a pull request: short enough by construction, and nothing in it works that a branch wrote.

Sections are made of items, and only whole items are left out, so no fence and no collapsed part is ever cut open. What
is left out is counted, and stands in the page beside the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vitals.verify.backtest.report import bars, headed, notes, sentence
from vitals.verify.changes import Area, Ranked, escaped, together
from vitals.verify.changes.change import Change
from vitals.verify.report.bad_day import FINISH, START
from vitals.verify.report.content import DayOutcome, PullRequestReport
from vitals.verify.report.incidents import described
from vitals.verify.report.pictures import DashboardPictures
from vitals.verify.report.problems import NewProblem
from vitals.verify.review.panels import shown

LONGEST = 60_000
"""Characters of a comment; GitHub refuses more than 65,536, and counts some of them twice."""
MARK = "<!-- vitals report -->"
"""By which a workflow finds its own comment again."""
_LONGEST_TEXT = 400
"""Characters of one text of a branch: an expression fits, a page of prose does not. Escaped it is at most twice as
long, so the longest item, a dashboard with all its lines, is a quarter of a comment."""
_MOST_LINES = 6
"""Lines of one dashboard; the picture beside them shows the rest."""
_MOST_WHERE = 12


@dataclass(frozen=True)
class _Section:
    """A part of the comment: a heading, and items of which as many as fit are shown."""

    heading: str
    items: Sequence[str]
    introduction: str = ""
    collapsed: bool = False

    @property
    def opening(self) -> str:
        head = f"<details><summary>{self.heading}</summary>\n" if self.collapsed else f"### {self.heading}\n"
        return f"\n{head}\n" + (f"{self.introduction}\n\n" if self.introduction else "")

    @property
    def closing(self) -> str:
        return "\n</details>\n" if self.collapsed else ""


def comment(report: PullRequestReport, *, pictures_url: str = "", page: str = "report.html") -> str:
    """The comment, in GitHub's Markdown.

    Args:
        report: What it says.
        pictures_url: Where the pictures are found by their names; empty where a comment cannot show them.
        page: Where the whole report is, for what does not fit.
    """
    sections = [one for one in _sections(report, pictures_url, page) if one.items]
    head = f"{MARK}\n## What this changes\n\n**{_cut(report.verdict)}**\n"
    foot = f"\n<sub>{report.base[:12]}…{report.head[:12]}, from rendered files; nothing of the branch was run.</sub>\n"
    left_out = "\n… and {count} more in " + page + ".\n"
    frames = [len(one.opening) + len(one.closing) + len(left_out) + 8 for one in sections]
    free = LONGEST - len(head) - len(foot) - sum(frames)
    parts = [head]
    for section in sections:
        taken: list[str] = []
        for item in section.items:
            if len(item) + 1 > free:
                break
            free -= len(item) + 1
            taken.append(f"{item}\n")
        more = len(section.items) - len(taken)
        parts += [section.opening, *taken, left_out.format(count=more) if more else "", section.closing]
    return "".join([*parts, foot])


def _sections(report: PullRequestReport, pictures_url: str, page: str) -> Iterator[_Section]:
    yield _Section("What changes for whom", [_line(one, where) for one, where in together(report.of_people)])
    intro = "" if pictures_url else f"The pictures are in {page}: this repository has no place that a comment can show."
    yield _Section("Dashboards", [_dashboard(one, report.changes, pictures_url) for one in report.pictures], intro)
    unjudged = f" Not asked, being too many: {_cut(', '.join(report.unjudged))}." if report.unjudged else ""
    yield _Section(
        "Changed alerts on a synthetic bad day",
        [_outcome(one) for one in report.outcomes],
        f"{described()}.{unjudged}",
    )
    accepted = f"{report.accepted} more are accepted, with a reason and a day." if report.accepted else ""
    yield _Section("New problems", _problems(report.problems), accepted)
    yield _Section("Cost", [_line(one, where) for one, where in report.of_cost])
    yield _Section("Details", [_line(one, where) for one, where in together(report.details)], collapsed=True)


def _line(change: Change, where: Sequence[str]) -> str:
    return f"- **{_cut(change.subject)}**: {_cut(change.text)} {_where(where)}"


def _where(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_WHERE} more" if len(names) > _MOST_WHERE else ""
    return f"<sub>{_cut(', '.join(names[:_MOST_WHERE]))}{more}</sub>"


def _cut(text: str) -> str:
    """A text in which nothing works, of a bounded length; it is cut before it is escaped, so no escape is cut."""
    line = " ".join(text.split())
    if len(line) > _LONGEST_TEXT:
        line = f"{line[: _LONGEST_TEXT - 1]}…"
    return escaped(line)


def _dashboard(one: DashboardPictures, changes: Ranked, url: str) -> str:
    places = (one.of.environment.name, *one.of.also)
    lines = [f"#### {_cut(one.of.title)} {_where(places)}", ""]
    own = [change for change, _ in changes if change.area is Area.DASHBOARDS and change.subject == shown(one.of.title)]
    lines += [f"- {_cut(change.text)}" for change in own[:_MOST_LINES]]
    if len(own) > _MOST_LINES:
        lines.append(f"- {len(own) - _MOST_LINES} more changes")
    lines += [f"- {_cut(note)}" for note in one.notes[:_MOST_LINES]]
    pictures = one.shown
    if url and pictures:
        cells = " | ".join(f"[![{word}]({url}/{each.name})]({url}/{each.name})" for word, each in pictures)
        heads = " | ".join(word for word, _ in pictures)
        lines += ["", f"| {heads} |", f"|{' --- |' * len(pictures)}", f"| {cells} |"]
    return "\n".join([*lines, ""])


def _outcome(one: DayOutcome) -> str:
    lines = [f"- **{_cut(headed(one.outcome))}**: {_cut(sentence(one.outcome, 'the base'))} "]
    lines[0] += _where((one.environment, *one.also))
    drawn = bars(one.outcome, START, FINISH)
    if drawn:  # blocks, dots and times only: nothing of a branch stands in a fence
        lines += ["  ```text", *(f"  {bar}" for bar in drawn), "  ```"]
    lines += [f"  - {_cut(note)}" for note in notes(one.outcome, START, FINISH)[:_MOST_LINES]]
    return "\n".join(lines)


def _problems(problems: Sequence[NewProblem]) -> list[str]:
    """An item for each cause: a variable that is gone is one to a reader, in however many queries it stands."""
    of_cause: dict[tuple[object, ...], list[NewProblem]] = {}
    for one in problems:
        defect = one.defect
        cause = (defect.gravity, defect.check, defect.why, defect.fix, one.environments)
        of_cause.setdefault(cause, []).append(one)
    return [_problem(first, rest) for first, *rest in of_cause.values()]


def _problem(one: NewProblem, others: Sequence[NewProblem]) -> str:
    defect = one.defect
    place = f"{defect.file}:{defect.line}"
    what = ", ".join(dict.fromkeys(each.defect.what for each in others))
    more = f"The same in {len(others)} more: {_cut(what)}. " if others else ""
    return (
        f"- **{defect.gravity.word}** \\[{_cut(defect.check)}\\] {_cut(defect.what)}, {_cut(place)}: "
        f"{_cut(defect.why)} {_cut(defect.fix)} {more}{_where(one.environments)}"
    )
