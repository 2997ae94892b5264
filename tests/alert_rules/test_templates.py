"""The texts of alerts: the pinned promtool refuses what we refuse, or expands it into an error."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from vitals.kit.alerts.template import TemplateError, read
from vitals.local.tools import find

pytestmark = pytest.mark.rules
GOOD = (
    "plain text", "{{ $value }}", "{{$value|humanize}}", "{{- $value -}}", "{{ $value | }}", "{{ .Value }}",
    "{{ .Labels.a }} {{ $labels.a }}", '{{ printf "%.2f" $value }}', '{{ $value | printf "%.1f" | title }}',
    "{{ $labels }}", "{{/* nothing */}}", '{{ with query "up" }}{{ . | first | value | humanizePercentage }}{{ end }}',
    "{{ ($value | humanize) }}", '{{ range query `a{b="c"}` }}{{ .Labels.anything }} {{ .Value }}{{ end }}',
    '{{ "text" | toUpper }}', '{{ if eq $labels.a "b" }}x{{ else if $labels.c }}y{{ else }}z{{ end }}',
    "{{ $x := $labels.a }}{{ $x }}", '{{ range $i, $e := query "a" }}{{ $i }}{{ $e.Value }}{{ end }}',
    '{{ index $labels "a" }}', "{{ $externalLabels.cluster }}",
    "{{ with $labels.a }}{{ . }}{{ end }}", "{{ if gt $value 1.5 }}many{{ end }}",
    '{{ reReplaceAll "(.*):.*" "$1" $labels.a }}', '{{ define "x" }}y{{ end }}{{ template "x" . }}', "{ { $value } }",
    "{{ $value | humanize1024 }}B", "{{ $labels.a | stripPort }}", "{{ $value\n| humanize }}", "a }} b", "{{ now }}",
    '{{ printf "a{a=%q}" $labels.a | query | first | value }}', "{{ and $value (gt $value 1.0) }}",
    "{{ len $labels }}", '{{ if match "a.*" $labels.a }}{{ $value | humanizeDuration }}{{ end }}', "{{ $ }}",
    "{{ $.Labels.a }}", "{{ true }}", '{{ (query "a" | first).Labels.x }}', "{{ not $value }}",
    '{{ label "x" (query "a" | first) }}', "{{ if gt $value 9.0 }}{{ $value }}{{ end }}",
    "{{ if gt $value 1e3 }}x{{ end }}",
    '{{ if eq (len $labels) 3 }}x{{ end }}', '{{ reReplaceAll `(.*):\\d+` "${1}" $labels.a }}', "{{ eq 'a' 97 }}",
    "{{ with $labels }}{{ .b }}{{ end }}", "{{ $l := $labels }}{{ $l.b }}", "{{ with . }}{{ .Labels.b }}{{ end }}",
    "Load{{ with $labels.cluster }} in {{ . }}{{ end }} is {{ $value }}", "{{ $x := . }}{{ $x.Value }}", "{{ 'a' }}",
    "{{ if $labels.x }}{{ $labels.x }}{{ else if $labels.y }}{{ $labels.y }}{{ end }}",
    '{{ printf "%.0f" $value | humanize }}',
    '{{ with $labels.x }}{{ . }}{{ else with $labels.b }}{{ . }}{{ end }}', '{{ humanize 5 }}', '{{ "5" | humanize }}',
    '{{ if and $labels.a (eq $labels.a "b") }}x{{ end }}', '{{ gt (query "a" | first | value) 1.0 }}',
    "{{ ($labels).a }}",
    '{{ with query "a" }}{{ range . }}{{ .Labels.a }}{{ end }}{{ end }}',
    "{{ range $k, $v := $labels }}{{ $k }}{{ $v }}{{ end }}",
    "{{ $v := $value }}{{ $v | humanize }}", "{{ $x := 1 }}{{ $x = 2 }}{{ $x }}",
    '{{ with printf "a{a=%q}" .Labels.a | query }}{{ . | first | label "a" }}{{ end }}', '{{ query "a" | len }}',
    '{{ range $i, $s := query "a" }}{{ if $i }}, {{ end }}{{ $s | value | humanizePercentage }}{{ end }}',
    '{{ range query "a" | sortByLabel "a" }}{{ .Labels.a | toUpper }}{{ gt .Value 1.0 }}{{ else }}none{{ end }}',
    '{{ $q := query "a" }}{{ (first $q).Value | humanize1024 }}{{ len $q }}', '{{ (index (query "a") 0).Labels.b }}',
    '{{ $s := "" }}{{ if gt $value 1.0 }}{{ $s = "s" }}{{ end }}{{ $s | toUpper }}', "{{ range 3 }}{{ . }}{{ end }}",
    "{{ $x := 1 }}{{ if $value }}{{ $x = $labels.a }}{{ end }}{{ $x | print | toUpper }}", '{{ "a\\x41\\u00e4\\"" }}',
    '{{ block "x" $labels }}{{ .a }}{{ $.b }}{{ end }}', "{{- /* c */ -}}",
    "{{ if eq true (gt $value 1.0) }}x{{ end }}",
    '{{ range $k, $v := $labels }}{{ if ne $k "a" }}{{ $v | title }}{{ end }}{{ end }}',
)  # fmt: skip
MISPRINTED = (
    '{{ printf "%d" $value }}', '{{ $value | printf "%s" }}', '{{ $value | humanize | printf "%.2f" }}',
    '{{ printf "%.2f" }}', '{{ printf "%s %s" $labels.a }}', '{{ printf "%.2f" $value $labels.a }}',
    '{{ printf "%q" $value }}', '{{ printf "%f" 5 }}', '{{ printf "100% of %v" $value }}', '{{ printf "%" }}',
    '{{ printf "%z" 1 }}', '{{ printf "%d" "5" }}', '{{ printf "%t" $value }}', '{{ printf "%s" (query "a") }}',
    '{{ printf "%s" true }}', '{{ printf "%.2f" (len $labels) }}', '{{ printf "%!" }}',
)  # fmt: skip
"""Prometheus expands each of these without an error, into a text with ``%!`` in it."""
WELL_PRINTED = (
    '{{ printf "%.f%%" $value }}', '{{ printf "%v %T" $value $value }}', '{{ printf "%5.1f" $value }}',
    '{{ printf "%*d" 5 6 }}', '{{ printf "%d" (len $labels) }}', '{{ printf "%-10.3s|" $labels.a }}',
    '{{ printf "%x %e %G" $value $value $value }}', '{{ printf "%x %q" $labels.a $labels.b }}',
    '{{ printf "%t" true }}', '{{ printf "%v" (query "a") }}', '{{ printf "%s" $labels }}', '{{ printf "%c" 65 }}',
    '{{ printf "%[1]v" $value }}', '{{ "a" | printf "%s %s" $labels.a }}', '{{ printf "%.1f" (parseDuration "5m") }}',
    '{{ printf "%s" ($value | toTime) }}', '{{ printf "%.2f" (query "a" | first | value) }}',
)  # fmt: skip
BAD = (
    "{{ $value", "{{ $value }", "{{ }}", "{{ | humanize }}", "{{ $value | humanise }}", "{{ $vlaue }}",
    "{{ .Lables.a }}", "{{ end }}", "{{ if $value }}x", "{{ if }}x{{ end }}", "{{ else }}", "{{ range }}{{ end }}",
    "{{ $labels.a-b }}", "{{ $labels.a.b }}", "{{ $value humanize }}", "{{ humanize }}", "{{ humanize 1 2 }}",
    "{{ ( $value }}", "{{ $value ) }}", '{{ "open }}', "{{ 'ab }}", "{{ template \"x\" . }}", "{{ break }}",
    "{{ $value | $labels.a }}", "{{ $x := }}", "{{ if $value }}x{{ else }}y{{ else }}z{{ end }}", "{{ value }}",
    '{{ reReplaceAll "a" "b" }}', "{{ $value # }}", "{{ query }}", "{{ with $x := 1.5 }}{{ end }}{{ $x }}",
    "{{ .Foo }}", "{{ unknown $value }}", "{{ $value; }}", "{{ if gt $value 9 }}x{{ end }}", "{{ eq $value 9 }}",
    '{{ reReplaceAll "(.*" "" $labels.a }}', '{{ match "a++" $labels.a }}', "{{ $value.x }}", "{{ .Value.x }}",
    "{{ reReplaceAll '(.*):.*' \"$1\" $labels.a }}", "{{ 'ab' }}", "{{ '' }}", '{{ gt $value "9" }}',
    "{{ lt $labels.a 5 }}",
    '{{ "many" | humanize }}', "{{ toUpper $value }}", '{{ 5 | toUpper }}', '{{ $value | reReplaceAll "a" "b" }}',
    "{{ with $labels.a }}{{ .b }}{{ end }}", "{{ with $labels.a }}{{ . }}{{ else if $labels.b }}x{{ end }}",
    "{{ $v := $value }}{{ $v.x }}", '{{ gt (query "a" | first | value) 1 }}', "{{ ($value).x }}", "{{ gt 1 1.0 }}",
    "{{ if $labels.a }}x{{ else with $labels.b }}{{ . }}{{ end }}",
    '{{ query "a" | value }}', '{{ query "a" | humanize }}', '{{ query "a" | first | humanize }}', '{{ first $value }}',
    '{{ query "a" | label "b" }}', '{{ (query "a").Value }}', '{{ (query "a" | first).Foo }}',
    "{{ range 1.5 }}x{{ end }}",
    '{{ range query "a" }}{{ .Foo }}{{ end }}', '{{ range query "a" }}{{ gt .Value 1 }}{{ end }}', "{{ 08 }}",
    '{{ range query "a" }}{{ .Labels.a.b }}{{ end }}', '{{ range $v := query "a" }}{{ gt $v.Value 1 }}{{ end }}',
    '{{ range $i, $v := query "a" }}{{ gt $i 1.0 }}{{ end }}', "{{ range $k, $v := $labels }}{{ $v.x }}{{ end }}",
    "{{ range $value }}x{{ end }}", "{{ range $labels.a }}x{{ end }}", "{{ range $a, $b, $c := $labels }}x{{ end }}",
    '{{ $x = "b" }}', "{{ /* c */ }}", "{{ strvalue $value }}", '{{ "a\\q" }}', "{{ nil }}", "{{ $labels.1a }}",
    '{{ label "a" $labels }}', "{{ len $value }}",
    "{{ if true }}x{{ end if }}", '{{ define x }}{{ end }}',
    '{{ define "x" }}{{ $value }}{{ end }}{{ template "x" . }}',
    '{{ define "x" }}{{ $labels.a }}{{ end }}{{ template "x" . }}', '{{ if true }}{{ define "x" }}y{{ end }}{{ end }}',
    '{{ define "x" }}y{{ end }}{{ define "x" }}z{{ end }}{{ template "x" . }}', '{{ block "x" }}y{{ end }}',
    "{{ call $value }}", "{{ index $labels 0 }}", "{{ index $value 0 }}", "{{ urlQueryEscape $value }}",
    "{{ humanize $labels }}", "{{ $value | printf }}", "{{ humanize true }}", "{{ if eq true $value }}x{{ end }}",
    '{{ sortByLabel "a" $labels }}',
)  # fmt: skip


@pytest.fixture(scope="module")
def expanded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the real program makes of each text: the expansion, or its complaint; two runs for all."""
    folder = tmp_path_factory.mktemp("templates")
    found: dict[str, str] = {}
    texts = (*GOOD, *BAD, *MISPRINTED, *WELL_PRINTED)
    rules = [
        {"alert": f"Text{place}", "expr": "a > 1", "annotations": {"text": text}} for place, text in enumerate(texts)
    ]
    (folder / "all.yaml").write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}), encoding="utf-8")
    checked = subprocess.run(
        [find("promtool"), "check", "rules", "--lint=none", folder / "all.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    refused = {int(place) for place in re.findall(r'"Text(\d+)": annotation', checked.stdout + checked.stderr)}
    found |= {texts[place]: "<error refused>" for place in refused}
    rules = [rule for place, rule in enumerate(rules) if place not in refused]
    (folder / "rules.yaml").write_text(json.dumps({"groups": [{"name": "all", "rules": rules}]}), encoding="utf-8")
    test = {
        "rule_files": ["rules.yaml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": 'a{a="b:1",b="c",x="y"}', "values": "2x5"}],
                "alert_rule_test": [
                    {"alertname": rule["alert"], "eval_time": "1m", "exp_alerts": []} for rule in rules
                ],
            }
        ],
    }
    (folder / "test.yaml").write_text(json.dumps(test), encoding="utf-8")
    ran = subprocess.run(
        [find("promtool"), "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
    )
    for place, text in re.findall(
        r"alertname: Text(\d+), time.*?Annotations:\{(.*?)\}\n", ran.stdout + ran.stderr, re.DOTALL
    ):
        found[texts[int(place)]] = text
    return found


def _refused(text: str) -> str:
    """Why a text is refused here; empty where it is taken."""
    try:
        read(text)
    except TemplateError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_prometheus_expands_what_we_take(text: str, expanded: dict[str, str]) -> None:
    """A text is taken here if, and only if, the real template engine expands it without an error."""
    reason = _refused(text)

    assert bool(reason) == (text in BAD), reason
    assert ("<error" in expanded[text]) == (text in BAD), expanded[text]


@pytest.mark.parametrize("text", [*MISPRINTED, *WELL_PRINTED])
def test_printf_is_given_what_its_verbs_take(text: str, expanded: dict[str, str]) -> None:
    """What Go would write instead is neither an error nor a number, and on-call would read it."""
    reason = _refused(text)

    assert bool(reason) == (text in MISPRINTED), reason
    assert ("%!" in expanded[text]) == (text in MISPRINTED), expanded[text]


@pytest.mark.parametrize(
    ("text", "labels", "queries"),
    [
        ("{{ $labels.a }} {{ .Labels.b }} {{ $.Labels.c }}", {"a", "b", "c"}, ()),
        ('{{ range query "up" }}{{ .Labels.x }}{{ $labels.a }}{{ end }}', {"a"}, ("up",)),
        ('{{ index $labels "a-b" }}', {"a-b"}, ()),
        ("{{ if $labels.a }}{{ .Labels.b }}{{ end }}", {"b"}, ()),
        ("{{ with $labels.a }}{{ . }}{{ else }}{{ .Labels.b }}{{ end }}", {"b"}, ()),
        ("{{ if $labels.a }}{{ $labels.a }}{{ else }}{{ $labels.a }}{{ end }}", {"a"}, ()),
        ("{{ if $labels.a }}{{ else if $labels.b }}{{ $labels.b }}{{ $labels.a }}{{ end }}", {"a"}, ()),
        ('{{ or $labels.a "none" }} {{ or $labels.b $labels.c }}', {"b", "c"}, ()),
        ('{{ if eq $labels.a "x" }}{{ $labels.a }}{{ end }}', set(), ()),
        ('{{ with printf "%s" $labels.a }}{{ . }}{{ end }}', {"a"}, ()),
        ("{{ with $labels }}{{ .a }}{{ end }}", {"a"}, ()),
        ("{{ $l := $labels }}{{ $l.a }}{{ with .Labels }}{{ .b }}{{ end }}", {"a", "b"}, ()),
        ("{{ with $x := $labels }}{{ $x.a }}{{ end }}{{ $y := . }}{{ $y.Labels.b }}", {"a", "b"}, ()),
        ("{{ ($labels).a }}", {"a"}, ()),
        ('{{ $l := $labels }}{{ index $l "a" }}', {"a"}, ()),
        ("{{ range $k, $v := $labels }}{{ $k }}{{ end }}", set(), ()),
        ('{{ query "a{b=\\"c\\"}" | first | value }}', set(), ('a{b="c"}',)),
        ("{{ $labels }} {{ $externalLabels.x }}", set(), ()),
    ],
)
def test_labels_and_queries_are_found(text: str, labels: set[str], queries: tuple[str, ...]) -> None:
    """What stands in a text can be held against the condition and against what exists."""
    assert (set(read(text).labels), read(text).queries) == (labels, queries)


@pytest.mark.parametrize(
    ("text", "varies"),
    [
        ("{{ $value }}", True),
        ("{{ .Value | humanize }}", True),
        ('load {{ printf "%.0f" $value }}', True),
        ("{{ if gt $value 9.0 }}{{ $value }}{{ end }}", True),
        ("{{ with $value }}{{ . }}{{ end }}", True),
        ("{{ if gt $value 9.0 }}high{{ else if gt $value 5.0 }}low{{ end }}", False),
        ("{{ $labels.a }}", False),
    ],
)
def test_a_text_holds_the_value_or_is_decided_by_it(text: str, *, varies: bool) -> None:
    """Only the former is another text at each evaluation."""
    assert read(text).varies == varies


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '{{ query "a" | value }}',
            "value takes one series of a query and gets the series of a query; take one with first",
        ),
        ('{{ query "a" | first | humanize }}', "takes a number and gets one series of a query; take its .Value"),
        ('{{ (query "a").Value }}', "the series of a query have no .Value; take one with first, or each with range"),
        ('{{ range query "a" }}{{ gt .Value 1 }}{{ end }}', "write the whole number with a point"),
        ("{{ range $value }}x{{ end }}", "range goes through the series of a query or through labels"),
        ('{{ define "x" }}{{ $value }}{{ end }}', "has no variable $value; hand it over"),
        ('{{ printf "%d" $value }}', "would say %!d(...) instead; write %.0f"),
        ("{{ toUpper $value }}", "takes a text and gets a number with a point; put printf before it"),
    ],
)
def test_the_reason_says_what_to_write_instead(text: str, says: str) -> None:
    """In words of the text, and not of Go's types."""
    with pytest.raises(TemplateError) as caught:
        read(text)

    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["{{`{{ $labels.a }}`}} is {{ $value }}", '{{ "{{" }} $value {{ "}}" }}'])
def test_a_template_that_was_kept_from_helm_is_refused(text: str) -> None:
    """Prometheus takes it and says the template itself, so on-call would read ``{{ $labels.a }}``."""
    with pytest.raises(TemplateError, match="as it stands, which is for Helm"):
        read(text)
