"""What a message says on each channel: what fires apart from what is resolved, within what the channel takes.

The texts are Go templates that Alertmanager fills in. They stand on their own, so ``amtool template render`` shows
exactly what people read. Values of labels come from outside: whatever stands in them, they add no line, no mention,
no link text, and no template of their own. Reference: https://prometheus.io/docs/alerting/latest/notifications/.
"""

from __future__ import annotations

from vitals.kit.alerts.alert import overview_url
from vitals.model.catalog import Environment

FIRST = 10
"""Alerts that a message names, firing and resolved each; more is not read in a message, the dashboard shows all."""
LINE_CHARACTERS = 500
"""Of a summary or description: three times our longest, and room for three names as long as Kubernetes allows."""
FIRST_OF_CHAT, LINE_OF_CHAT = 5, 300
"""The same of what goes to a chat or into an incident: Teams refuses more than 28 KB and Opsgenie more than 15,000
characters, and Alertmanager cuts for neither of them. With five of each kind, every line and link at its longest, it is
11,500 characters, and below 28 KB also where each character of a line is three bytes, as in Japanese."""
LINK_CHARACTERS = 400
"""Of an address; a longer one is left out, because half an address leads nowhere. Our longest have 200."""
NAME_CHARACTERS = 100
"""Of a name or value in a title or in PagerDuty's details."""
LABELS = 16
"""Labels of an alert in PagerDuty's details. With ten alerts that fire and ten that are over, each label at its
longest and each character six bytes of JSON, they stay below the 512,000 bytes above which Alertmanager drops them."""

_INVISIBLE = r"[\s\p{Cc}\x{2028}\x{2029}\x{202A}-\x{202E}\x{2066}-\x{2069}]+"
"""White space and control characters: what starts a line, in any notation, and what turns the direction of writing."""
_ONE_LINE = f'reReplaceAll `{_INVISIBLE}` " " | trimSpace'
_SLACK = 'reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"'
"""Slack's own escapes: without them ``<!channel>`` calls the whole channel and ``<address|text>`` is a link."""
_MARKDOWN = (
    r"reReplaceAll `\]\(` `] (` | reReplaceAll `<([@!#])` `< ${1}` | reReplaceAll `@` `@\u2060`"
    # A word joiner, which is not seen: it calls no reader, and an address still reads as one.
).replace(r"\u2060", "\u2060")
"""Of Teams, Discord, Webex, Mattermost and Rocket.Chat: no address behind other words, and no mention."""
_DETAIL = f'{_ONE_LINE} | reReplaceAll "{{{{+" "{{" | reReplaceAll ":( |$)" ":\u00a0"'
"""Alertmanager reads PagerDuty's details as YAML and fills in templates again: a value could be one, or become a map.
So double braces are single ones, and the space after a colon is one that does not break."""
_HALF_ESCAPE = "`&[a-z]{0,3}$`"
"""What a cut may leave of an escape."""


def _define(name: str, cleaned: str, most: int) -> str:
    """A template that shows its argument cleaned and within ``most`` characters, with an ellipsis when it is cut."""
    return (
        f'{{{{ define "{name}" }}}}{{{{ $whole := . | {cleaned} }}}}{{{{ $cut := printf "%.{most}s" $whole }}}}'
        "{{ if eq $cut $whole }}{{ $whole }}"
        f'{{{{ else }}}}{{{{ reReplaceAll {_HALF_ESCAPE} "" $cut }}}}…{{{{ end }}}}{{{{ end }}}}'
    )


def _define_link(escape: str, instead: str = f"longer than {LINK_CHARACTERS} characters") -> str:
    cleaned = f'reReplaceAll `{_INVISIBLE}` "%20"{escape}'
    fits = f'eq $whole (printf "%.{LINK_CHARACTERS}s" $whole)'
    return (
        f'{{{{ define "link" }}}}{{{{ $whole := . | {cleaned} }}}}'
        f"{{{{ if {fits} }}}}{{{{ $whole }}}}{{{{ else }}}}{instead}{{{{ end }}}}"
        "{{ end }}"
    )


_LABELS_OF_FIRST = (
    "{{ $labels := .CommonLabels }}"
    "{{ with .Alerts }}{{ $labels = (index . 0).Labels }}{{ end }}"
    "{{ with .Alerts.Firing }}{{ $labels = (index . 0).Labels }}{{ end }}"
)
"""The labels of the first alert that fires; of the first that is over where none fires; of the group where none is."""


def _title(cleaned: str) -> str:
    return (
        _define("name", cleaned, NAME_CHARACTERS)
        + _LABELS_OF_FIRST
        + '[{{ .Status | toUpper }}] {{ template "name" $labels.alertname }}'
        '{{ with $labels.service }}: {{ template "name" . }}{{ end }}'
    )


def _plain_word(value: str, most: int) -> str:
    return f'{{{{ printf "%.{most}s" ({value} | reReplaceAll "[^ -~]+" "?") }}}}'


SNS_SUBJECT = (
    _LABELS_OF_FIRST
    + "[{{ .Status | toUpper }}] {{ with $labels.alertname }}"
    + _plain_word("$labels.alertname", 40)
    + "{{ end }}{{ with $labels.service }}: "
    + _plain_word("$labels.service", 45)
    + "{{ end }}"
)
"""A subject of fewer than 100 characters of ASCII: Amazon refuses the whole message with any other, and Alertmanager
neither cuts nor repeats it."""

SLACK_TITLE = _title(f"{_ONE_LINE} | {_SLACK}")
MAIL_TITLE = _title(_ONE_LINE)
CHAT_TITLE = _title(f"{_ONE_LINE} | {_MARKDOWN}")

_SUMMARY = '• {{ template "line" (or .Annotations.summary .Labels.alertname "") }}\n'
_DESCRIPTION = '{{ with .Annotations.description }}  {{ template "line" . }}\n{{ end }}'
_LINKS = "".join(
    f'{{{{ with .Annotations.{annotation} }}}}  {text}: {{{{ template "link" . }}}}\n{{{{ end }}}}'
    for text, annotation in (("Dashboard", "dashboard_url"), ("Runbook", "runbook_url"), ("Rule", "source_url"))
)


def _listed(kind: str, entry: str, *, first: int = FIRST, more: str = "", heading: str = "") -> str:
    """The first alerts of a kind, how many there are besides, and where to see them."""
    return (
        f"{{{{ with .Alerts.{kind} }}}}{heading}"
        f"{{{{ range $number, $alert := . }}}}{{{{ if lt $number {first} }}}}{entry}{{{{ end }}}}{{{{ end }}}}"
        f"{{{{ if gt (len .) {first} }}}}… and {{{{ slice . {first} | len }}}} more{more}\n{{{{ end }}}}{{{{ end }}}}"
    )


def _text(environment: Environment, escape: str = "", *, first: int = FIRST, line: int = LINE_CHARACTERS) -> str:
    more = f": {overview_url(environment)}"
    entry = _SUMMARY + _DESCRIPTION + _LINKS
    return (
        _define("line", f"{_ONE_LINE}{escape}", line)
        + _define_link(escape)
        + _listed("Firing", entry, first=first, more=more, heading="Firing ({{ len . }}):\n")
        + _listed("Resolved", _SUMMARY, first=first, more=more, heading="Resolved ({{ len . }}):\n")
    )


def slack_text(environment: Environment) -> str:
    """A Slack text: at most 28,000 characters of the 40,000 that Slack takes."""
    return _text(environment, f" | {_SLACK}")


def chat_text(environment: Environment) -> str:
    """The text for chats that read Markdown; what Discord and Webex take is less, and Alertmanager cuts it for them."""
    return _text(environment, f" | {_MARKDOWN}", first=FIRST_OF_CHAT, line=LINE_OF_CHAT)


def incident_text(environment: Environment) -> str:
    """The text below the title of an incident or issue, without any notation: at most 15,000 characters."""
    return _text(environment, first=FIRST_OF_CHAT, line=LINE_OF_CHAT)


def mail_text(environment: Environment) -> str:
    """The text of a mail; there is no HTML, in which a value would have to be escaped."""
    return _text(environment)


def pagerduty_summary() -> str:
    """One line about an alert that fires, below the 1,024 characters that PagerDuty takes."""
    return (
        _define("name", _ONE_LINE, NAME_CHARACTERS)
        + _define("line", _ONE_LINE, LINE_CHARACTERS)
        + _LABELS_OF_FIRST
        + "{{ $summary := .CommonAnnotations.summary }}"
        "{{ with .Alerts }}{{ $summary = (index . 0).Annotations.summary }}{{ end }}"
        "{{ with .Alerts.Firing }}{{ $summary = (index . 0).Annotations.summary }}{{ end }}"
        '{{ template "name" $labels.alertname }}{{ with $summary }}: {{ template "line" . }}{{ end }}'
        "{{ with .Alerts.Firing }}{{ if gt (len .) 1 }} (and {{ slice . 1 | len }} more){{ end }}{{ end }}"
    )


def pagerduty_link(annotation: str) -> str:
    """The address in an annotation of the first alert that fires; empty, and left out, where none can be followed."""
    return (
        _define_link("", instead="")
        + f"{{{{ $address := .CommonAnnotations.{annotation} }}}}"
        + "".join(
            f"{{{{ with {alerts} }}}}{{{{ $address = (index . 0).Annotations.{annotation} }}}}{{{{ end }}}}"
            for alerts in (".Alerts", ".Alerts.Firing")
        )
        + '{{ with $address }}{{ template "link" . }}{{ end }}'
    )


def pagerduty_details() -> dict[str, str]:
    """What an incident shows below its summary: the alerts and their labels, in the form of Alertmanager's own text.

    Without headings: one that ends with a colon would be a key of YAML.
    """
    labels = (
        f"{{{{ range $place, $label := .Labels.SortedPairs }}}}{{{{ if lt $place {LABELS} }}}}"
        '  - {{ template "name" $label.Name }} = {{ template "name" $label.Value }}\n{{ end }}{{ end }}'
    )
    start = _define("name", _DETAIL, NAME_CHARACTERS) + _define("line", _DETAIL, LINE_CHARACTERS)
    return {kind.lower(): start + _listed(kind, _SUMMARY + _DESCRIPTION + labels) for kind in ("Firing", "Resolved")}
