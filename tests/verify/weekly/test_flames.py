"""Flame graphs come onto the page as pictures in which nothing works, and what is none is refused."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.profile import Stacks, flame_graph
from vitals.verify.weekly import flame_graph_in

STACKS = Stacks(Counter({("serve (wellness/api.py)", "query (sqlite3.py)"): 3, ("serve (wellness/api.py)",): 1}))


def test_what_the_profile_wrote_is_taken(tmp_path: Path) -> None:
    """With its title, byte for byte, as an address that an image can show."""
    file = tmp_path / "flame.svg"
    file.write_text(flame_graph(STACKS, title="wellness-api, 30 s", own="wellness"), encoding="utf-8")
    found = flame_graph_in(file)

    assert found.title == "wellness-api, 30 s"
    assert base64.b64decode(found.address.removeprefix("data:image/svg+xml;base64,")) == file.read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"<svg>",
        b"\x89PNG\r\n",
        b'<!DOCTYPE s [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    ],
)
def test_what_is_no_flame_graph_is_refused(content: bytes, tmp_path: Path) -> None:
    """Empty, of another kind, cut off, or one that would grow while it is read."""
    file = tmp_path / "other.svg"
    file.write_bytes(content)

    with pytest.raises(VitalsError, match="is not a flame graph of"):
        flame_graph_in(file)
