"""Flame graphs that the user gives as files: where a service spent its time, for the page of a review."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError

_LARGEST = 8 * 2**20
"""Bytes. A profile of ten minutes is below 1 MB: what is narrower than a pixel is not drawn."""
_SVG = "{http://www.w3.org/2000/svg}"
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GivenFlameGraph:
    """A flame graph: what was profiled, in a line, and the picture."""

    title: str
    svg: bytes

    @property
    def address(self) -> str:
        """The picture as an address for an image, in which neither a script nor a link of it works."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg).decode('ascii')}"


def flame_graph_in(file: Path) -> GivenFlameGraph:
    """The flame graph of a file.

    Args:
        file: What ``vitals profile --out`` wrote.

    Raises:
        VitalsError: It cannot be read, is too large, or is not such a picture.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise _refused(file, f"it has more than {_LARGEST >> 20} MiB")
        content = file.read_bytes()
    except OSError as error:
        raise VitalsError(f"{file} cannot be read ({error.strerror}). Nothing was asked.") from error
    if _DECLARED.search(content):  # what an entity comes to is not known before it fills the memory
        raise _refused(file, "it declares entities")
    try:
        root = ET.fromstring(content)  # noqa: S314 - nothing is declared in it
    except (ValueError, ET.ParseError) as error:
        raise _refused(file, str(error)) from error
    if root.tag != f"{_SVG}svg":
        raise _refused(file, "it is not an SVG")
    return GivenFlameGraph(" ".join((root.findtext(f"{_SVG}title") or file.stem).split()), content)


def _refused(file: Path, why: str) -> VitalsError:
    return VitalsError(
        f"{file} is not a flame graph of `vitals profile` ({why}). Nothing was asked. Write one with `vitals profile "
        "SERVICE --out FILE`."
    )
