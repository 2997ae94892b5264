"""The parts of ``docs/`` that follow from the alerts: each runbook's numbers, the index, what has no drill.

A part lies between two comments, so that a page reads on GitHub as one text of which people write the rest. Everything
outside is theirs and stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.kit.alerts import because
from vitals.kit.alerts.alert import Alert
from vitals.model.conventions import Severity
from vitals.render import content, signals_page
from vitals.render.compose import Plan

RUNBOOKS = "runbooks"
INDEX = f"{RUNBOOKS}/README.md"
DRILLS = "drills.md"
SIGNALS = "signals.md"
_BEGIN, _END = "<!-- rendered by `vitals render`; edit the alert -->", "<!-- end of what is rendered -->"
_PART = re.compile(re.escape(_BEGIN) + r"\n.*?" + re.escape(_END) + r"\n", re.DOTALL)
_CHANNELS = {
    "discord": "Discord",
    "email": "e-mail",
    "incidentio": "incident.io",
    "jira": "Jira",
    "mattermost": "Mattermost",
    "msteamsv2": "Microsoft Teams",
    "opsgenie": "Opsgenie",
    "pagerduty": "PagerDuty",
    "pushover": "Pushover",
    "rocketchat": "Rocket.Chat",
    "slack": "Slack",
    "sns": "Amazon SNS",
    "telegram": "Telegram",
    "victorops": "VictorOps",
    "webex": "Webex",
    "webhook": "a webhook",
    "wechat": "WeChat",
}
Found = tuple[str, Alert]
"""An alert and the environment that has it."""


def pages(plans: Sequence[Plan], folder: Path, bundled: Path | None = None) -> dict[str, str]:
    """Every page that has a rendered part, as it must be.

    Args:
        plans: Every environment.
        folder: ``docs``, with what people wrote.
        bundled: Where the runbooks of the alerts are that come with Vitals; one becomes the project's page when its
            alert is first rendered, and is the project's to edit from then on.

    Returns:
        Text by path relative to ``folder``; a runbook without its part yet gets it below its first paragraph.

    Raises:
        VitalsError: A page cannot hold its part, or a runbook does not say in one line what its alert is about.
    """
    found: dict[str, list[Found]] = defaultdict(list)
    for plan in plans:
        for alert in plan.alerts:
            found[alert.name].append((plan.environment.name, alert))
    places = (bundled, folder / RUNBOOKS) if bundled else (folder / RUNBOOKS,)
    written = {file.stem: file for place in places for file in sorted(place.glob("*.md"))}
    texts = {name: _read(written[name]) for name in found if name in written}
    lines = {name: _in_one_line(name, text) for name, text in texts.items()}
    rendered = {f"{RUNBOOKS}/{name}.md": _runbook(name, text, found[name], plans) for name, text in texts.items()}
    rendered[SIGNALS] = signals_page.page()
    rendered[INDEX] = _with(INDEX, _read(folder / INDEX), "\n".join(_index(lines, found)))
    if (folder / DRILLS).is_file():
        rendered[DRILLS] = _with(DRILLS, _read(folder / DRILLS), "\n".join(_undrilled(found)))
    return rendered


def stale(rendered: Mapping[str, str], folder: Path) -> list[str]:
    """The pages that are not as they must be, by relative path."""
    there = {name: _read(folder / name) for name in rendered if (folder / name).is_file()}
    return [name for name, text in rendered.items() if there.get(name) != text]


def write_pages(rendered: Mapping[str, str], folder: Path) -> list[str]:
    """Write the pages that are not as they must be, each whole or not at all.

    Returns:
        What was written, by relative path.

    Raises:
        VitalsError: A page cannot be written; it is unchanged.
    """
    changed = stale(rendered, folder)
    for name in changed:
        page = folder / name
        try:
            write_atomic(page, rendered[name])
        except OSError as error:
            raise VitalsError(
                f"{page} cannot be written: {error.strerror or error}. It is as it was. Free space or correct the "
                "permissions, then render again."
            ) from error
    return changed


def _runbook(name: str, text: str, found: Sequence[Found], plans: Sequence[Plan]) -> str:
    part = "\n".join(_facts(found, plans))
    if _BEGIN in text:
        return _with(f"{RUNBOOKS}/{name}.md", text, part)
    title, line, rest = (*text.split("\n\n", 2), "")[:3]
    return f"{title}\n\n{line.rstrip()}\n\n{_framed(part)}\n{rest}"


def _with(page: str, text: str, part: str) -> str:
    """A page with another rendered part."""
    if len(_PART.findall(text)) != 1:
        raise VitalsError(
            f"docs/{page} does not have exactly one part between the lines {_BEGIN!r} and {_END!r}, so what "
            "follows from the alerts has no place there. Nothing was rendered. Put both lines where it belongs."
        )
    return _PART.sub(lambda _: _framed(part), text)


def _framed(part: str) -> str:
    return f"{_BEGIN}\n\n{part}\n\n{_END}\n"


def _in_one_line(name: str, text: str) -> str:
    """The paragraph under the title, for the index."""
    title, line, *_ = (*text.split("\n\n", 2), "")
    if title.strip() != f"# {name}" or not line or "\n" in line.strip() or line.startswith(("#", "<!--", "```")):
        raise VitalsError(
            f"docs/{RUNBOOKS}/{name}.md does not begin with '# {name}' and a paragraph of one line, so the index "
            "cannot say what the alert is about. Nothing was rendered. Write that line under the title."
        )
    return line.strip().removesuffix(".")


def _facts(found: Sequence[Found], plans: Sequence[Plan]) -> Iterator[str]:
    """How urgent the alert is, and each of its conditions with every number."""
    for severity in sorted({alert.severity for _, alert in found}, key=list(Severity).index):
        yield urgency(severity, heard(plans, severity, (alert.owner for _, alert in found)))
    yield ""
    yield "| Rule | Fires when | For |"
    yield "| --- | --- | --- |"
    by_id: dict[str, dict[tuple[str, str], list[Found]]] = defaultdict(lambda: defaultdict(list))
    for environment, alert in found:
        by_id[alert.id][fires_when(alert), alert.for_].append((environment, alert))
    for alert_id, conditions in by_id.items():
        places = _places(list(conditions.values())) if len(conditions) > 1 else [""]
        for ((condition, for_), _), place in zip(conditions.items(), places, strict=True):
            where = f" ({place})" if place else ""
            yield f"| `{alert_id}`{where} | {condition} | {'' if for_ == '0s' else for_} |"
    if reasons := _reasons(alert for _, alert in found):
        yield from ("", "Why these numbers:", "", *because.lines(reasons))


def _reasons(alerts: Iterable[Alert]) -> dict[str, str]:
    """The reasons of every number; where rules of a page give different ones for the same, each says whose it is."""
    found: dict[str, str] = {}
    for alert in alerts:
        through_gaps = alert.last.because if alert.last else {}
        for number, reason in {**alert.because, **through_gaps}.items():
            found[number if found.get(number, reason) == reason else f"{number} (`{alert.id}`)"] = reason
    return found


def heard(plans: Sequence[Plan], severity: Severity, owners: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """On which kinds of channel each owner of some alerts hears of an urgency, in whatever environment."""
    return {
        owner: tuple(dict.fromkeys(kind for plan in plans for kind in plan.all_channels_of(owner, severity)))
        for owner in sorted(set(owners))
    }


def urgency(severity: Severity, by_owner: Mapping[str, tuple[str, ...]]) -> str:
    """The sentence that says who is notified of such an alert, how soon and how often.

    Args:
        severity: The urgency.
        by_owner: What :func:`heard` says of the owners.
    """
    times = content.alert_rules().routing.times.get(severity)
    if times is None or not any(by_owner.values()):
        return f"Severity **{severity}**: it always fires, and no team is notified."
    ways = {owner: _listed([_CHANNELS[kind] for kind in kinds]) for owner, kinds in by_owner.items() if kinds}
    if len(set(ways.values())) == 1:
        by = f"by {next(iter(ways.values()))}"
    else:
        by = f"({'; '.join(f'{owner} by {way}' for owner, way in ways.items())})"
    return (
        f"Severity **{severity}**: the owning team is notified {by}, {times.group_wait} after it fires and every "
        f"{times.repeat_interval} while it lasts."
    )


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def fires_when(alert: Alert) -> str:
    """The condition as a cell of a table; that of a rule which has no words for it is its expression."""
    words = alert.fires_when or f"`{' '.join(alert.expr.text.split())}`"
    return words.replace("|", r"\|")


def _places(groups: Sequence[Sequence[Found]]) -> list[str]:
    """What distinguishes groups of the same alert: their environments, their services, or both."""
    ways: tuple[Callable[[Found], str], ...] = (
        lambda one: one[0],
        lambda one: one[1].service,
        lambda one: f"{one[1].service} in {one[0]}",
    )
    for way in ways:
        sets = [sorted({way(one) for one in group}) for group in groups]
        if len({name for names in sets for name in names}) == sum(map(len, sets)):
            break
    return [", ".join(names) for names in sets]


def _index(lines: Mapping[str, str], found: Mapping[str, Sequence[Found]]) -> Iterator[str]:
    """The table of all runbooks, most urgent first."""
    yield "| Alert | Severity | In one line |"
    yield "| --- | --- | --- |"
    urgent = {name: min((alert.severity for _, alert in found[name]), key=list(Severity).index) for name in lines}
    for name in sorted(lines, key=lambda name: (list(Severity).index(urgent[name]), _family(found[name]), name)):
        yield f"| [{name}]({name}.md) | {urgent[name]} | {lines[name]} |"


def _family(found: Iterable[Found]) -> str:
    return min(alert.id for _, alert in found).partition(".")[0]


def _undrilled(found: Mapping[str, Sequence[Found]]) -> Iterator[str]:
    """The table of alerts that no drill makes fire, each with its reasons."""
    yield "| alert | why not |"
    yield "| --- | --- |"
    for name in sorted(found):
        if reasons := sorted({alert.no_drill for _, alert in found[name]} - {""}):
            yield f"| {name} | {'; '.join(reasons)} |"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise VitalsError(
            f"{file} cannot be read: {error.strerror or error}, so what follows from the alerts has no place. Nothing "
            f"was rendered. Restore it, with the lines {_BEGIN!r} and {_END!r} where the rendered part belongs."
        ) from error
