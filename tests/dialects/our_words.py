"""What a library says, put into the words of our own telemetry: the way of a dialect back.

The oracle knows our telemetry and nothing else. So what must be recorded of a service that speaks otherwise is what
would be recorded of the same requests if it spoke as we do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.dialects.recorded import ExposedSeries
from vitals.model.conventions import INSTANCE

PARTS = ("_bucket", "_sum", "_count")
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our metrics, as it would be if the service spoke as we do.

    Attributes:
        name: Its name; of a histogram without the part.
        labels: Our labels; a value such as ``$handler`` is that of the library's label.
        status: What our status would be, by the labels of the library; ``None`` where the metric has none.
        units: How many units of the library are one of ours.
        counts: Which of its series count.
        whole: Whether it is asked about the service as a whole, about its endpoints, or (``None``) about both.
    """

    name: str
    labels: Labels = field(default_factory=dict)
    status: Callable[[Labels], str] | None = None
    units: float = 1
    counts: Callable[[Labels], bool] = lambda _: True
    whole: bool | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """How the library of one service is understood.

    Attributes:
        means: Its metrics, histograms without their parts, each with what they mean.
        also: Labels by which each series of the scrape that has the first of them is shown once more; one that is
            empty is taken out, so that requests end as they did not when the scrape was recorded.
        added: Labels that the scrape lacks; each of its series is shown once with each of them.
    """

    means: Mapping[str, tuple[Ours, ...]]
    also: tuple[Labels, ...] = ()
    added: tuple[Labels, ...] = ({},)


def translated(
    translation: Translation, sample: ExposedSeries, *, whole: bool
) -> Iterator[tuple[ExposedSeries, float]]:
    """What one of the library's series is in our words, and how many of its units are one of ours.

    Args:
        translation: How the library is understood.
        sample: The series.
        whole: Whether the service as a whole is asked about, and not its endpoints.
    """
    theirs = dict(sample.labels)
    means, part = _means(translation, sample.name)
    for ours in means:
        if ours.whole not in (None, whole) or not ours.counts(theirs):
            continue
        labels = {name: _value(text, theirs) for name, text in ours.labels.items()}
        if ours.status is not None:
            labels["status"] = ours.status(theirs)
        if "le" in theirs:
            labels["le"] = theirs["le"] if theirs["le"] == "+Inf" else repr(float(theirs["le"]) / ours.units)
        # Theirs are kept under other names, beside the metric, so that several do not become one.
        kept = {name if name == INSTANCE else f"their_{name}": value for name, value in theirs.items()}
        units = ours.units if part == "_sum" else 1
        yield ExposedSeries(f"{ours.name}{part}", tuple((kept | labels | {"metric": sample.name}).items())), units


def is_known(translation: Translation, name: str) -> bool:
    """Whether a series of a library means something to us."""
    return bool(_means(translation, name)[0])


def _means(translation: Translation, name: str) -> tuple[tuple[Ours, ...], str]:
    means = translation.means
    if name in means:
        return means[name], ""
    part = next((one for one in PARTS if name.endswith(one)), "")
    return (means.get(name.removesuffix(part), ()), part) if part else ((), "")


def _value(text: str, theirs: Labels) -> str:
    """The first of the library's labels that is set, or a text that is the same for all of its series."""
    if not text.startswith("$"):
        return text
    return next((theirs[name] for name in text[1:].split("|") if theirs.get(name)), "")
