"""An image is named by what it is, not by what it is called today."""

import re
from collections.abc import Iterator

from .registered import Registered, Violation, containers, leaves

MOVING = frozenset({"latest", "main", "master", "stable", "edge", "nightly"})
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
            if path.rsplit(".", 1)[-1] == "tag" and str(value) in MOVING:
                yield resource.breaks("pinned-images", f"values.{path} is {value}", "Pin it, or leave it to the chart")


def _is_pinned(image: str) -> bool:
    if _DIGEST.search(image):
        return True
    tag = _TAG.search(image.rsplit("/", 1)[-1])
    return tag is not None and tag["tag"] not in MOVING
