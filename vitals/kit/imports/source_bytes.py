"""What a source holds as it was saved or sent: packed or not, in UTF-8 or as PowerShell redirects it.

An exporter packs its page for a client that accepts gzip, and one that was saved without unpacking is as good as any.
It is unpacked up to a bound, because a few kilobytes can unpack to all of the memory.
"""

from __future__ import annotations

import codecs
import zlib

from vitals.errors import VitalsError

_GZIP = b"\x1f\x8b"
_OTHERS = {
    b"\x28\xb5\x2f\xfd": ("zstd", "unzstd"),
    b"BZh": ("bzip2", "bunzip2"),
    b"\xfd7zXZ\x00": ("xz", "unxz"),
    b"PK\x03\x04": ("zip", "unzip"),
}
"""How other packers begin a file, and what unpacks it."""
_GZIP_FRAME = 31
"""For zlib: the largest window, and the frame of gzip around it."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What PowerShell 5 begins a file with that it redirects something into."""


def unpacked(where: str, content: bytes, most: int) -> bytes:
    """What a source holds, unpacked if gzip packed it.

    Args:
        where: What is read, for messages.
        content: Its bytes.
        most: How many bytes it may hold once it is unpacked.

    Raises:
        VitalsError: It is larger, damaged, cut off, or packed by another program.
    """
    for begin, (packer, unpacker) in _OTHERS.items():
        if content.startswith(begin):
            raise VitalsError(
                f"{where} is packed with {packer}, and only gzip is unpacked here, so nothing was imported. Unpack it "
                f"first, with `{unpacker}` for example."
            )
    if not content.startswith(_GZIP):
        return _bounded(where, content, most)
    found = bytearray()
    while content.startswith(_GZIP):  # several packed files after each other are one
        packed = zlib.decompressobj(_GZIP_FRAME)
        try:
            found += packed.decompress(content, most + 1 - len(found))
        except zlib.error as error:
            raise VitalsError(
                f"{where} is packed with gzip and damaged ({error}), so nothing was imported. Get it again."
            ) from None
        _bounded(where, found, most)
        if not packed.eof:
            raise VitalsError(
                f"{where} is packed with gzip and cut off in the middle, so nothing was imported. Get it again."
            )
        content = packed.unused_data
    return bytes(found)


def _bounded(where: str, content: bytes | bytearray, most: int) -> bytes:
    if len(content) > most:
        raise too_large(where, most)
    return bytes(content)


def too_large(where: str, most: int) -> VitalsError:
    """The error of a source of which no more is read."""
    return VitalsError(
        f"{where} holds more than {most / 2**20:g} MiB, which is more than is read at once, so nothing was imported. "
        "Give it in parts."
    )


def as_text(content: bytes, errors: str = "replace") -> str:
    """Bytes as text: UTF-16 where they begin so, else UTF-8, without the mark at the beginning.

    Args:
        content: The bytes.
        errors: What becomes of a byte that fits neither, as :meth:`bytes.decode` has it; usually U+FFFD.

    Raises:
        UnicodeDecodeError: There is such a byte, and it was to be ``strict``.
    """
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors)
    return content.decode("utf-8-sig", errors)
