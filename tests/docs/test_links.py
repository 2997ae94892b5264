"""No link in our pages is broken.

Files and headings exist, addresses of dashboards and runbooks are of a known form.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from vitals.paths import ROOT, RUNBOOKS

from .pages import read

FILES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def broken(file: Path, root: Path) -> list[str]:
    """What is wrong with the links of a file.

    Args:
        file: A Markdown file.
        root: The repository; a link that leaves it is broken for everybody else.

    Returns:
        One sentence for each broken link. Links to other hosts are not judged: nothing is fetched.
    """
    return [problem for _, link in read(file).links if (problem := _problem(file, root, link))]


def _problem(file: Path, root: Path, link: str) -> str | None:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None if parts.scheme in ("http", "https", "mailto") else f"{link}: unknown kind of address"
    if parts.path.startswith("/"):
        return None if _of_portal(parts.path) else f"{link}: neither a dashboard nor a runbook"
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_relative_to(root.resolve()):
        return f"{link}: leads out of the repository"
    if not target.exists():
        return f"{link}: there is no such file"
    if parts.fragment and (target.suffix != ".md" or parts.fragment not in read(target).anchors):
        return f"{link}: there is no such heading"
    return None


def _of_portal(path: str) -> bool:
    """Dashboards and runbooks are the two kinds of page below the portal's address."""
    if re.fullmatch(r"/d/[a-z0-9-]+/[a-z0-9-]+", path):
        return True
    return path.startswith("/runbooks/") and (RUNBOOKS / f"{path.removeprefix('/runbooks/')}.md").is_file()


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_every_link_leads_somewhere(file: Path) -> None:
    """Each relative link of a page is a file or heading that exists."""
    assert not broken(file, ROOT)


def test_the_pages_link_at_all() -> None:
    """The parser finds links, so that an empty list of problems means something."""
    assert sum(len(read(file).links) for file in FILES) > 30


def test_broken_links_are_found(tmp_path: Path) -> None:
    """Each way to be broken is reported, and what is right is left alone."""
    (tmp_path / "other.md").write_text("# Other page\n\n## A `word`, twice\n\n## A `word`, twice\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n\n[file](other.md) [top](#here) [there](other.md#other-page) [again](other.md#a-word-twice-1) "
        "[web](https://prometheus.io) [dashboard](/d/vitals-api/vitals-api?viewPanel=1)\n\n"
        "[a](missing.md) [b](#nowhere) [c](other.md#nowhere) ![d](missing.png) [e](../../etc) "
        "[f](/runbooks/NoSuchAlert) [g](ftp://host/file)\n",
        encoding="utf-8",
    )
    assert [problem.split(":")[0] for problem in broken(page, tmp_path)] == [
        "missing.md",
        "#nowhere",
        "other.md#nowhere",
        "missing.png",
        "../../etc",
        "/runbooks/NoSuchAlert",
        "ftp",
    ]
