"""Counting what an OTLP request holds before anything is made of it.

Two bytes of protobuf are an empty span, and a parser makes an object of hundreds of bytes of each. So the parts of a
request are counted in its bytes first: a tag, a length, and the jump over what they announce.
Reference: https://protobuf.dev/programming-guides/encoding/.
"""

_LENGTH_DELIMITED = 2
_SKIPPED = {1: 8, 5: 4}
"""Bytes of the wire types with a fixed size."""
_VARINT = 0
_WAY_TO_SPANS = (1, 2, 2)
"""The fields ``resource_spans``, ``scope_spans`` and ``spans``, from the outside in."""
_LONGEST_VARINT = 10
_MORE_FOLLOWS = 0x80


def count_spans(body: bytes, most: int) -> int:
    """Count the spans of an export request, and whatever else lies on the way to them.

    Args:
        body: A serialized ``ExportTraceServiceRequest``.
        most: Where counting may stop: no larger number matters.

    Returns:
        The number of fields down to the spans; more than ``most`` stands for any larger number.

    Raises:
        ValueError: The bytes end in the middle of a field, or are not protobuf.
    """
    found = 0
    waiting = [(0, len(body), 0)]
    while waiting:
        at, end, depth = waiting.pop()
        while at < end:
            tag, at = _varint(body, at, end)
            field, kind = tag >> 3, tag & 7
            size, at = _size(body, at, end, kind)
            if at + size > end:
                raise ValueError("a field is longer than what holds it")
            found += 1
            if found > most:
                return found
            if kind == _LENGTH_DELIMITED and depth + 1 < len(_WAY_TO_SPANS) and field == _WAY_TO_SPANS[depth]:
                waiting.append((at, at + size, depth + 1))
            at += size
    return found


def _size(body: bytes, at: int, end: int, kind: int) -> tuple[int, int]:
    """How long a field's value is, and where it begins."""
    if kind == _LENGTH_DELIMITED:
        return _varint(body, at, end)
    if kind == _VARINT:
        return 0, _varint(body, at, end)[1]
    if kind not in _SKIPPED:
        raise ValueError(f"wire type {kind} is not used")
    return _SKIPPED[kind], at


def _varint(body: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in range(_LONGEST_VARINT):
        if at >= end:
            raise ValueError("the bytes end within a number")
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << (7 * shift)
        if byte < _MORE_FOLLOWS:
            return value, at
    raise ValueError("a number is longer than numbers are")
