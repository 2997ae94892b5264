"""Matchers and groupings of PromQL that name what does not exist here, put right where that changes no meaning.

What others wrote names their scrape jobs and labels of their clusters. A job that is called otherwise here is called by
its name here; a label that no series has cannot match, group or be taken over, so naming it does nothing. The text is
edited in place, because comments, lines and the variables of Grafana must stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vitals.model.conventions import JOB, SERVICE
from vitals.model.promql import Vocabulary, regex, stored_bound

_STRING = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'|`[^`]*`"
_SELECTOR = re.compile(
    rf"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)?\s*\{{(?P<inside>(?:{_STRING}|\$\{{[^}}]*\}}|[^{{}}])*)\}}"
)
_MATCHER = re.compile(rf"(?P<label>[a-zA-Z_]\w*)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>{_STRING})")
_GROUPING = re.compile(
    r"\b(?P<word>by|without|on|ignoring|group_left|group_right)\s*\((?P<inside>[^()]*)\)", re.IGNORECASE
)
_OF_TARGET = frozenset({"namespace", "container", "endpoint"})
"""Labels that an operator's targets have. Beside a job they say where it runs, in which container and on which port. A
metric without them has one such job here, so there is nothing to choose."""
PATH = "metrics_path"
"""Where a target is asked: others scrape a kubelet at several paths as one job, and tell the series apart by this."""
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


@dataclass(frozen=True, slots=True)
class TextMatcher:
    """A matcher as it is written: of which metric, which label, how, and the text between its quotes.

    Attributes:
        beside: The labels of all matchers between the same braces.
        of_job: The job that a matcher between the same braces names; empty where none names one.
    """

    metric: str
    label: str
    op: str
    value: str
    beside: frozenset[str] = frozenset()
    of_job: str = ""

    def takes(self, value: str) -> bool:
        """Whether it takes a value of the label."""
        same = value == self.value if self.op in ("=", "!=") else regex.matches(self.value, value)
        return bool(same) == (self.op in ("=", "=~"))

    def __str__(self) -> str:
        """As it is written."""
        return f'{self.label}{self.op}"{self.value}"'


def matchers_of(text: str) -> Iterator[TextMatcher]:
    """Every matcher of an expression."""
    for selector in _SELECTOR.finditer(text):
        for found in _MATCHER.finditer(selector["inside"]):
            yield _read(selector, found)


def _read(selector: re.Match[str], found: re.Match[str]) -> TextMatcher:
    around = list(_MATCHER.finditer(selector["inside"]))
    of_job = next((one["value"][1:-1] for one in around if (one["label"], one["op"]) == (JOB, "=")), "")
    beside = frozenset(one["label"] for one in around)
    return TextMatcher(selector["name"] or "", found["label"], found["op"], found["value"][1:-1], beside, of_job)


def with_matchers(text: str, edit: Callable[[TextMatcher], str | None]) -> str:
    """An expression whose matchers are what ``edit`` returns for each; None keeps one, an empty text takes it out."""

    def of_selector(selector: re.Match[str]) -> str:
        name = selector["name"] or ""
        inside = selector["inside"]
        edited = _MATCHER.sub(lambda found: _edited(found, edit(_read(selector, found))), inside)
        if edited == inside:
            return selector[0]
        parts = [part for part in _split(edited) if part.strip()]
        return f"{name}{{{','.join(part.strip() for part in parts)}}}" if parts or not name else name

    return _SELECTOR.sub(of_selector, text)


def _edited(found: re.Match[str], new: str | None) -> str:
    return found[0] if new is None else new


def _split(inside: str) -> list[str]:
    """The matchers between braces, parted at commas that stand in no text."""
    return re.findall(rf"(?:{_STRING}|\$\{{[^}}]*\}}|[^,])+", inside)


def jobs_elsewhere(texts: Iterable[str], exporters: Mapping[str, str]) -> dict[str, str]:
    """What the scrape jobs of other expressions are called here: the target of a metric that has one.

    So ``node_load1{job="node-exporter"}`` says what ``up{job="node-exporter"}`` asks for.
    """
    found: dict[str, str] = {}
    for text in texts:
        for one in matchers_of(text):
            if one.label == JOB and one.op == "=" and (target := exporters.get(one.metric)):
                found.setdefault(one.value, target)
    return found


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """What is scraped here, as far as matchers of others can be put right by it.

    Attributes:
        only: The one target that exposes a metric, by its name, for metrics of which that is known.
        names: Every value that ``job`` and ``service`` have here.
        paths: Where a target is asked, by its name.
        elsewhere: What jobs are called here that a text may name.
    """

    only: Mapping[str, str]
    names: Collection[str]
    paths: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def with_known_targets(text: str, known: KnownTargets) -> tuple[str, list[str]]:
    """Call scrape jobs as they are called here, and take out the path at which the one target of a metric is asked.

    Returns:
        The expression, and what was changed.
    """
    changes: list[str] = []

    def edit(one: TextMatcher) -> str | None:
        home = known.only.get(one.metric)
        if one.label == PATH and (path := known.paths.get(home or one.of_job)) and one.takes(path):
            changes.append(f"{one} is taken out: {home or one.of_job} is scraped there and nowhere else")
            return ""
        if one.label not in (JOB, SERVICE) or not one.value or "$" in one.value or one.op not in ("=", "=~"):
            return None
        target = home or known.elsewhere.get(one.value) or _without_ending(one.value, known.names)
        if target is None or any(one.takes(name) for name in ((home,) if home else known.names)):
            return None
        new = f'{JOB}="{target}"'
        changes.append(f"{one} is {new} here")
        return new

    return with_matchers(text, edit), changes


def _without_ending(job: str, targets: Collection[str]) -> str | None:
    """The target whose name a job has with one of the usual endings."""
    name = re.sub(r"[-_](?:exporter|main|k8s|server|metrics)$", "", job)
    return name if name in targets else None


def with_stored_bounds(text: str, known: Vocabulary) -> tuple[str, list[str]]:
    """Ask for the bounds of histograms and summaries as Prometheus 3 stores them: ``le="1.0"``, not ``le="1"``.

    Returns:
        The expression, and what was changed.
    """
    changes: list[str] = []

    def edit(one: TextMatcher) -> str | None:
        series = known.get(one.metric)
        stored = stored_bound(one.label, one.op, one.value)
        if not stored or series is None or one.value in series.labels.get(one.label, ()):
            return None
        new = f'{one.label}{one.op}"{stored}"'
        changes.append(f"{one} is {new}: since version 3 Prometheus writes each bound with a point")
        return new

    return with_matchers(text, edit), changes


def without_unknown_labels(text: str, known: Vocabulary) -> tuple[str, list[str]]:
    """Take out what names a label that no series of an expression has, where that changes nothing.

    Such a label is empty: a matcher that takes the empty value keeps everything, a grouping by it groups by nothing. A
    matcher with a variable of Grafana takes it too, for there is no value to choose, and so does the namespace of a
    scrape job.

    Returns:
        The expression, and what was changed.
    """
    changes: list[str] = []

    def edit(one: TextMatcher) -> str | None:
        series = known.get(one.metric)
        if series is None or one.label in series.labels or one.label == "__name__":
            return None
        if one.label in _OF_TARGET and one.op == "=" and JOB in one.beside:
            changes.append(f"{one} is taken out: it says where {one.metric} was scraped, and no series of it does here")
            return ""
        if "$" not in one.value and "[[" not in one.value and not one.takes(""):
            return None
        changes.append(f"{one} is taken out: {one.metric} has no label {one.label} here, so there is nothing to choose")
        return ""

    edited = with_matchers(text, edit)
    read = {name for name in words_of(edited) if name in known}
    has = {label for name in read for label in known[name].labels} | set(re.findall(r'"(\w+)"', edited))
    if not read:
        return edited, changes

    def grouping(found: re.Match[str]) -> str:
        names = [name.strip() for name in found["inside"].split(",") if name.strip()]
        kept = [name for name in names if name in has or not re.fullmatch(r"[a-zA-Z_]\w*", name)]
        if kept == names:
            return found[0]
        gone = [name for name in names if name not in kept]
        changes.append(f"{', '.join(gone)} is taken out of {found['word']} (...): no series here has that label")
        return f"{found['word']} ({', '.join(kept)})"

    return _GROUPING.sub(grouping, edited), changes


def words_of(text: str) -> list[str]:
    """Every word of an expression that may be the name of a metric, in their order; what stands in quotes is none."""
    return _WORD.findall(re.sub(_STRING, '""', text))
