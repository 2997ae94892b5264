"""Reads from the documentation of an argument which values it allows.

The Python packages of the providers carry no enumerations, only prose that is generated from one source and therefore
keeps to a few forms. Where the prose names no complete list, nothing is allowed or refused: a wrong guess would
refuse a good program.
"""

import re

_QUOTED = r"(?:`\"?[^`\s\"]+\"?`|\"[^\"\s]+\")"
_LIST = rf"({_QUOTED}(?:(?:,|\s|and\b|or\b)+{_QUOTED})+)"
_SENTENCE = re.compile(
    rf"\b(?:(?:possible|valid|accepted|acceptable|allowed|supported)\s+values\s*(?:are|include)?"
    rf"|available\s+options\s+include|can\s+be(?:\s+one\s+of)?):?\s*\[?\s*{_LIST}",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*\* (.*)$", re.MULTILINE)
_CONSTANT = re.compile(r"[`\"]*([A-Z][A-Z0-9_]+)[`\"]*\s*(?::| -)")


def allowed_values(documentation: str | None) -> frozenset[str]:
    """The complete list of values that a documentation names.

    Args:
        documentation: The docstring of an argument of the SDK.

    Returns:
        Empty when it names none, or not in one of the known forms: ``values are: `A`, `B` ``, ``can be `A` or `B` ``,
        or a bulleted list of which every item starts with a constant.
    """
    text = documentation or ""
    sentence = _SENTENCE.search(text)
    if sentence:
        return frozenset(value.strip('`"') for value in re.findall(_QUOTED, sentence[1]))
    bullets = [_CONSTANT.match(item) for item in _BULLET.findall(text)]
    constants = frozenset(found[1] for found in bullets if found)
    return constants if len(constants) == len(bullets) > 1 else frozenset()
