"""An image is named by what it is, not by what it is called today."""

import re
from collections.abc import Iterator

from .registered import Registered, Violation, containers, leaves

FIXED = re.compile(
    r"v?\d+\.\d+\.\d+([._+-][\w.+-]*)?|[0-9a-f]{7,40}|\d{4}-?\d{2}-?\d{2}[\w.-]*|\w+-v?\d+\.\d+\.\d+[\w.+-]*"
)
"""A tag that names one image: a whole version, perhaps behind a word, a commit, a day. Others move, as v1 and dev."""
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_TAG = re.compile(r":(?P<tag>[\w][\w.-]*)$")


def pinned_images(resource: Registered) -> Iterator[Violation]:
    """A digest or a tag that does not move, on every container, operated object and in the values of every chart."""
    named = [(f"container {name}", container.get("image")) for name, container in containers(resource)]
    if resource.at("spec", "image") is not None:
        named.append(("spec.image", resource.at("spec", "image")))
    for what, image in named:
        if not _is_pinned(str(image)):
            yield resource.breaks(
                "pinned-images", f"{what} runs {image}", "Name its digest, or at least a tag that never moves"
            )
    if resource.is_release:
        for path, value in leaves(resource.at("values") or {}):
            if path.rsplit(".", 1)[-1] == "tag" and value and not FIXED.fullmatch(str(value)):
                yield resource.breaks("pinned-images", f"values.{path} is {value}", "Pin it, or leave it to the chart")


def _is_pinned(image: str) -> bool:
    if _DIGEST.search(image):
        return True
    tag = _TAG.search(image.rsplit("/", 1)[-1])
    return tag is not None and FIXED.fullmatch(tag["tag"]) is not None
