"""A source is read as it was saved or sent; what is not read is named by what it is."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.source_bytes import as_text, unpacked

TEXT = b"hits_total 1\n" * 100
MOST = len(TEXT)


def test_gzip_is_unpacked_and_anything_else_stays() -> None:
    """Two packed files after each other are one, as gunzip reads them; zeros behind them are padding."""
    assert unpacked("one", TEXT, MOST) == TEXT
    assert unpacked("one", gzip.compress(TEXT), MOST) == TEXT
    assert unpacked("one", gzip.compress(TEXT[:130]) + gzip.compress(TEXT[130:]) + b"\0\0", MOST) == TEXT
    assert unpacked("one", b"", MOST) == b""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip.compress(TEXT)[:-9], "packed with gzip and cut off"),
        (gzip.compress(TEXT)[:-8] + b"\xff" * 8, "packed with gzip and damaged"),
        (gzip.compress(TEXT + b"#"), "holds more than"),
        (gzip.compress(TEXT) + gzip.compress(b"#"), "holds more than"),
        (TEXT + b"#", "holds more than"),
        (bz2.compress(TEXT), "packed with bzip2.*bunzip2"),
        (lzma.compress(TEXT), "packed with xz.*unxz"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "packed with zstd.*unzstd"),
        (b"PK\x03\x04\x14\x00", "packed with zip.*unzip"),
    ],
    ids=["cut", "damaged", "large", "large-in-parts", "large-unpacked", "bzip2", "xz", "zstd", "zip"],
)
def test_what_cannot_be_unpacked_is_named(content: bytes, says: str) -> None:
    """By the packer, or by what is wrong with it; nothing is unpacked beyond the bound."""
    with pytest.raises(VitalsError, match=f"^one (is )?{says}"):
        unpacked("one", content, MOST)


def test_a_bomb_is_left_at_the_bound() -> None:
    """Sixty-four megabytes that pack to some kilobytes are refused at the first byte above the bound."""
    packer = zlib.compressobj(wbits=31)
    zeros = bytes(2**20)
    bomb = b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush()

    with pytest.raises(VitalsError, match="holds more than 1 MiB"):
        unpacked("bomb", bomb, 2**20)


def test_what_powershell_saved_is_text() -> None:
    """It writes UTF-16 with a mark; marks do not belong to the text, and a lone byte is not lost."""
    assert as_text("rate → 1".encode("utf-16")) == "rate → 1"
    assert as_text("rate → 1".encode("utf-8-sig")) == "rate → 1"
    assert as_text(b"a\xffb") == "a\ufffdb"
