"""Apply the changes that a page shows: lines to take out, lines to put in, and lines that show the place.

There are no line numbers to go stale; the place must be found once, or the page is wrong.
"""

from __future__ import annotations


def change(text: str, shown: str) -> str:
    """Apply one block of changes to a text.

    Args:
        text: A file.
        shown: Lines that begin with ``-`` (goes), ``+`` (comes) or a space (stays). An empty line stays.

    Raises:
        AssertionError: The lines that go and stay are not in the text, one after another, exactly once.
    """
    lines = [line or " " for line in shown.splitlines()]
    assert {line[0] for line in lines} <= set("-+ "), "each line begins with '-', '+' or a space"
    before = "\n".join(line[1:] for line in lines if line[0] != "+")
    after = "\n".join(line[1:] for line in lines if line[0] != "-")
    assert before.strip(), "no line shows the place"
    found = text.count(f"\n{before}\n")
    assert found == 1, f"this place is there {found} times:\n{before}"
    return text.replace(f"\n{before}\n", f"\n{after}\n")


def undone(text: str, shown: str) -> str:
    """A text as it was before a block of changes was applied to it; as it is, if that never was."""
    other_way = {"+": "-", "-": "+"}
    back = "".join(other_way.get(line[:1], line[:1]) + line[1:] for line in shown.splitlines(keepends=True))
    try:
        return change(text, back)
    except AssertionError:
        return text
