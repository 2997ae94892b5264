"""A comment is short enough whatever a branch holds, cut between items only, and nothing of the branch works in it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from vitals.verify.changes import Area, Change
from vitals.verify.changes.change import Consequence
from vitals.verify.changes.report import NOTHING
from vitals.verify.report.comment import LONGEST, MARK, comment
from vitals.verify.report.content import PullRequestReport
from vitals.verify.report.page import page
from vitals.verify.report.pictures import DashboardPictures, KeptPicture
from vitals.verify.report.problems import NewProblem
from vitals.verify.report.sides import ChangedDashboard, ReportedEnvironment
from vitals.verify.review import Defect, Gravity

HOSTILE = (
    "@everyone <script>alert(1)</script> | x | [click](https://evil.example) ![p](https://evil.example/p.png) `` ``` "
    "</details> #12 https://evil.example www.evil.example \u202eright to left \u0000 <!-- vitals report --> \n\n# big"
)
URL = "https://pictures.example/kept"


def _changes(count: int, text: str = "bound > 0.5 → > 0.75") -> list[tuple[Change, tuple[str, ...]]]:
    return [
        (Change(area, Consequence.WEAKER, f"{area.name} {number} {text}", text), ("dev", "prod"))
        for area in Area
        for number in range(count)
    ]


def _pictures(count: int, title: str = "Title") -> list[DashboardPictures]:
    text = json.dumps({"title": title})
    return [
        DashboardPictures(
            ChangedDashboard(f"uid-{number}", ReportedEnvironment("prod", None, None), text, text, ("dev",)),
            before=KeptPicture(f"before {number}".encode()),
            after=KeptPicture(f"after {number}".encode()),
            difference=KeptPicture(f"difference {number}".encode()),
            notes=(title,),
        )
        for number in range(count)
    ]


def _problems(count: int, text: str = "A text.") -> list[NewProblem]:
    return [
        NewProblem(
            Defect("dead-metric", f"rules/{text}", number, Gravity.ERROR, text, f"{number} {text}", text), ("prod",)
        )
        for number in range(count)
    ]


def _rendered(text: str) -> str:
    """As a reader of Markdown sees it that lets HTML through."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def _report(count: int, text: str = "A text.") -> PullRequestReport:
    return PullRequestReport("a" * 40, "b" * 40, _changes(count, text), _pictures(count, text), _problems(count, text))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "plain"), (1, HOSTILE), (3, HOSTILE * 20), (3, "`" * 900), (3, "<" * 900), (3, "@a" * 900), (200, HOSTILE)],
)
def test_it_is_short_enough_and_every_part_is_closed(count: int, text: str) -> None:
    """However much there is: collapsed parts and fences are balanced, and what is left out is counted."""
    made = comment(_report(count, text), pictures_url=URL)

    assert len(made) <= LONGEST
    assert made.startswith(MARK)
    html = _rendered(made)
    assert html.count("<details>") == html.count("</details>") == (count > 0)
    assert len(re.findall(r"^\s*```", made, re.MULTILINE)) % 2 == 0
    shown = len(re.findall(r"^- \*\*error\*\*", made, re.MULTILINE))
    left = made.partition("### New problems")[2].partition("### ")[0]
    more = re.search(r"… and (\d+) more in report\.html", left)
    assert shown + (int(more[1]) if more else 0) == count


def test_problems_of_one_cause_are_one_item() -> None:
    """A variable that is gone stands in every query of a dashboard."""
    found = [
        NewProblem(
            Defect("undeclared-variable", "a.json", number, Gravity.ERROR, f"panel {number}", "Why.", "Fix."), where
        )
        for number, where in ((1, ("prod",)), (2, ("prod",)), (3, ("prod",)), (4, ("dev",)))
    ]
    made = comment(replace(_report(0), problems=found))

    assert made.count("**error**") == 2
    assert "panel 1, a.json:1: Why. Fix. The same in 2 more: panel 2, panel 3. <sub>prod</sub>" in made


def test_nothing_of_a_branch_works() -> None:
    """No mention, link, picture, HTML, heading or table of it; the only pictures and tables are ours."""
    made = comment(_report(1, HOSTILE), pictures_url=URL)
    html = _rendered(made)
    hidden = re.sub(r"<!--.*?-->", "", made, count=1)

    assert re.findall(r'(?:href|src)="(?!https://pictures\.example/kept/[0-9a-f]{32}\.png")([^"]*)"', html) == []
    assert html.count("<img ") == 3
    assert html.count("<table>") == 1
    assert "<script" not in html
    assert set(re.findall(r"<(h\d)>", html)) == {"h2", "h3", "h4"}
    assert re.search(r"@\w", hidden) is None
    assert "https://evil" not in hidden
    assert "www.evil" not in hidden
    assert "\u202e" not in made
    assert made.count(MARK) == 1


def test_the_page_holds_everything_and_runs_nothing() -> None:
    """What a comment leaves out is in the page: every change, problem and picture, and its policy allows no script."""
    report = _report(40, HOSTILE)
    made = page(report)

    assert "<script" not in made
    assert "default-src 'none'; img-src data:" in made
    assert made.count("<img ") == 3 * 40
    assert all(f"{area.name} 39 " in made for area in Area)
    assert re.findall(r'src="(?!data:image/png;base64,)', made) == []


def test_without_a_place_for_pictures_the_page_is_named() -> None:
    """A private repository has no address that a comment can show, so the comment says where they are."""
    made = comment(_report(1), page="[the whole report](https://runs.example/1)")

    assert "![" not in made
    assert "The pictures are in [the whole report](https://runs.example/1)" in made


def test_a_change_of_nothing_is_one_sentence() -> None:
    """No section is there for what did not change."""
    made = comment(PullRequestReport("a" * 40, "b" * 40, []))

    assert NOTHING.rstrip(".") in made
    assert "###" not in made


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            PullRequestReport("a", "b", _changes(1), problems=_problems(2)),
            ["10 changes", "1 alert changes", "2 new problems (2 of"],
        ),
        (
            PullRequestReport("a", "b", [], _pictures(1), dollars={"prod": 12.4}),
            ["1 dashboard looks", "no new problem", "+12.40 USD"],
        ),
    ],
)
def test_the_verdict_counts(report: PullRequestReport, words: Sequence[str]) -> None:
    """What is lost, alerts, problems, dashboards and money, in one sentence."""
    assert [word for word in words if word not in report.verdict] == []
