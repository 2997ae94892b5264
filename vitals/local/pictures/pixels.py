"""From a drawing to pixels, by a browser's engine in a library.

It draws one after the other and holds Python's lock meanwhile. Who has many drawings gives them to
:mod:`vitals.local.pictures.renderers`, whose processes run this module and load nothing else: each pickle on standard
input is a drawing, and its answer a length of eight bytes and a PNG.
"""

import os
import pickle
import sys
from functools import lru_cache
from typing import BinaryIO

import vl_convert

PNG_SCALE = 1.5
"""Pixels of the PNG for one of the grid: letters of 11 pixels stay legible where a page shows it smaller."""
LENGTH = 8
"""Bytes of a length."""
_NICE = 5
_FIRST = '{"mark": "text", "data": {"values": [{}]}, "encoding": {"text": {"value": "0"}}}'
"""Drawn before anything is asked, so that the engine and the fonts are loaded by then."""


@lru_cache(maxsize=512)
def svg_of(spec: str) -> str:
    """The SVG of a Vega-Lite spec; the same spec is drawn once."""
    return str(vl_convert.vegalite_to_svg(spec))


def png(svg: str, *, scale: float = PNG_SCALE) -> bytes:
    """Return a picture as pixels, ``scale`` of them for one of the grid."""
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def request(text: str, *, is_spec: bool, scale: float) -> bytes:
    """What a process is asked with.

    Args:
        text: A Vega-Lite spec or an SVG.
        is_spec: Which of both it is.
        scale: Pixels for one of the grid.
    """
    return pickle.dumps((text, is_spec, scale))


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Draw until nothing more can come: when the process that asks has ended, however it did.

    It gives way to the programs whose answers are drawn.
    """
    os.nice(_NICE)
    png(svg_of(_FIRST), scale=1.0)
    while True:
        try:
            text, is_spec, scale = pickle.load(asked)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        found = png(svg_of(text) if is_spec else text, scale=scale)
        answers.write(len(found).to_bytes(LENGTH, "big") + found)
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
