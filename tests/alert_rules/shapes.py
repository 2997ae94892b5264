"""Rule files in every shape that people paste, legal and illegal; which is which, promtool says."""

from __future__ import annotations

RULE = """alert: CaseRule
        expr: node_load1 > 50
        labels: {severity: warning, service: node}
        annotations: {summary: "Load of {{ $labels.instance }} is {{ $value }}", description: The machine is busy.}"""
_HEAD = "groups:\n  - name: case\n    rules:\n      - "
_TAIL = "\n        labels: {severity: warning, service: node}\n        annotations: {summary: 'Load {{ $value }}'}\n"


def _alert(**fields: str) -> str:
    """A file with one alert, some of its fields written otherwise; an empty one is left out."""
    usual = {
        "alert": "CaseRule",
        "expr": "node_load1 > 50",
        "labels": "{severity: warning, service: node}",
        "annotations": "{summary: 'Load {{ $value }}'}",
    }
    written = {**usual, **{name.rstrip("_"): text for name, text in fields.items()}}
    return _HEAD + "\n        ".join(f"{name}: {text}" for name, text in written.items() if text) + "\n"


def _group(*fields: str) -> str:
    return (
        "groups:\n  - name: case\n" + "".join(f"    {one}\n" for one in fields) + "    rules:\n      - " + RULE + "\n"
    )


def _record(*fields: str) -> str:
    start = _HEAD + "record: level:load:max\n        expr: max(node_load1)\n        labels: {service: node}\n"
    return start + "".join(f"        {one}\n" for one in fields)


SHAPES: dict[str, str] = {
    "usual": _alert(),
    "empty file": "",
    "only a comment": "# nothing yet\n",
    "no groups": "groups:\n",
    "empty list of groups": "groups: []\n",
    "group without rules": "groups:\n  - name: case\n",
    "group with an empty list": "groups:\n  - name: case\n    rules: []\n",
    "group without name": "groups:\n  - rules: []\n",
    "group with an empty name": 'groups:\n  - name: ""\n    rules: []\n',
    "name with blanks": "groups:\n  - name: My own Group (x)\n    rules:\n      - " + RULE + "\n",
    "two groups of one name": _group() + _group().removeprefix("groups:\n"),
    "two groups": _group() + _group().removeprefix("groups:\n").replace("case", "other").replace("> 50", "> 9"),
    "a key at the top": "x-defaults: 1\n" + _alert(),
    "groups as a map": "groups: {name: case}\n",
    "a list at the top": "- name: case\n",
    "a text at the top": "groups\n",
    "not YAML": "groups: [\n",
    "a tab": "groups:\n\t- name: case\n",
    "carriage returns": _alert().replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + _alert(),
    "document marks": "---\n" + _alert() + "...\n",
    "for nothing": _alert(for_="0m"),
    "for zero": _alert(for_="0"),
    "for a bare number": _alert(for_="5"),
    "for a word": _alert(for_="long"),
    "for in the wrong order": _alert(for_="30m1h"),
    "for of two units": _alert(for_="1h30m"),
    "for half a minute": _alert(for_="0.5m"),
    "for left empty": _alert(for_=" "),
    "for an empty text": _alert(for_='""'),
    "for below zero": _alert(for_="-5m"),
    "keeps firing": _alert(keep_firing_for="10m"),
    "keeps firing for nothing": _alert(keep_firing_for="0s"),
    "a long interval": _group("interval: 1h"),
    "a short offset": _group("query_offset: 30s", "limit: 0", "interval: 15s"),
    "a negative offset": _group("query_offset: -1m"),
    "an offset that is a number": _group("query_offset: 60"),
    "a label without a name": _alert(labels='{severity: warning, service: node, "": x}'),
    "an annotation without a name": _alert(annotations="{summary: 'Load {{ $value }}', '': x}"),
    "a label with a name of its own kind": _alert(labels="{severity: warning, service: node, a.b: x, büro: y}"),
    "a misspelt field": _alert(keep_firing="10m"),
    "expr is a number": _alert(expr="1"),
    "expr is true": _alert(expr="true"),
    "expr is empty": _alert(expr='""'),
    "expr is nothing": _alert(expr="~"),
    "expr is missing": _alert(expr=""),
    "expr is a map": _alert(expr="{a: b}"),
    "expr is a list": _alert(expr="[a]"),
    "expr with a comment": _alert(expr="|\n          node_load1 > 50 # busy\n          # and more"),
    "folded expr": _alert(expr=">-\n          node_load1\n          > 50"),
    "folded expr with a comment": _alert(expr=">\n          node_load1 > 50 # busy\n          and up == 1"),
    "folded expr with a comment at its end": _alert(expr=">-\n          node_load1\n          > 50 # busy"),
    "folded expr with a hash in a text": _alert(expr='>\n          node_load1{instance!="#a"}\n          > 50'),
    "block expr with a comment": _alert(expr="|\n          node_load1 > 50 # busy\n          and up == 1"),
    "labels of every type": _alert(
        labels="{severity: warning, service: node, a: 1, b: true, c: 1.50, d: 2026-01-01, e: ~}"
    ),
    "a label that is a map": _alert(labels="{severity: warning, service: node, a: {b: c}}"),
    "label __name__": _alert(labels="{severity: warning, service: node, __name__: x}"),
    "a label in words of its own": _alert(labels="{severity: warning, service: node, 'a b': x}"),
    "a label template": _alert(labels="{severity: warning, service: node, at: '{{ $labels.instance }}'}"),
    "a broken label template": _alert(labels="{severity: warning, service: node, at: '{{ $labels.instance'}"),
    "a text that is a map": _alert(annotations="{summary: {{ $value }}}"),
    "another annotation": _alert(annotations="{summary: 'Load {{ $value }}', message: x, runbook_url: 'https://x/'}"),
    "a key twice": _alert() + "        expr: node_load1 > 5\n",
    "a label twice": _alert(labels="{severity: warning, service: node, service: node}"),
    "an anchor": _alert(annotations="&texts {summary: 'Load {{ $value }}'}")
    + "      - {alert: Other, expr: node_load1 > 9, labels: {severity: info, service: node}, annotations: *texts}\n",
    "a merge": _alert(labels="&both {severity: warning, service: node}")
    + "      - {alert: Other, expr: node_load1 > 9, labels: {<<: *both, severity: info}, "
    + "annotations: {summary: '{{ $value }}'}}\n",
    "two merges": _alert(labels="&both {severity: warning, service: node}")
    + "      - {alert: Other, expr: node_load1 > 9, labels: {<<: *both, <<: *both, severity: info}, "
    + "annotations: {summary: '{{ $value }}'}}\n",
    "a merge of two": _alert(labels="&both {severity: warning, service: node}")
    + "      - {alert: Other, expr: node_load1 > 9, labels: {<<: [*both, *both], severity: info}, "
    + "annotations: {summary: '{{ $value }}'}}\n",
    "an unknown anchor": _alert(labels="*nowhere"),
    "alert and record": _alert(record="level:load:max"),
    "neither": _HEAD + "expr: node_load1 > 50" + _TAIL,
    "alert left empty": _alert(alert="~"),
    "a record": _record(),
    "a record with for": _record("for: 5m"),
    "a record with for nothing": _record("for: 0s"),
    "a record with annotations": _record("annotations: {summary: x}"),
    "a record with keep_firing_for": _record("keep_firing_for: 5m"),
    "a record of odd level": _record().replace("level:load:max", "code_resource:apiserver_request_total:rate5m"),
    "a record without level": _record().replace("level:load:max", ":load:max"),
    "a record with braces": _record().replace("level:load:max", "'load{a=\"b\"}'"),
    "interval": _group("interval: 1m"),
    "interval of zero": _group("interval: 0s"),
    "interval as a number": _group("interval: 60"),
    "limit": _group("limit: 10"),
    "limit of zero": _group("limit: 0"),
    "limit as a word": _group("limit: few"),
    "limit below zero": _group("limit: -1"),
    "limit with a sign": _group("limit: +5"),
    "limit with a fraction": _group("limit: 1.5"),
    "limit with a point": _group("limit: 1.0"),
    "limit in quotes": _group('limit: "10"'),
    "limit left empty": _group("limit:"),
    "limit in sixteens": _group("limit: 0x10"),
    "limit in eights": _group("limit: 010"),
    "limit with digits apart": _group("limit: 1_000"),
    "limit with an exponent": _group("limit: 1e2"),
    "limit of truth": _group("limit: true"),
    "query_offset": _group("query_offset: 1m"),
    "query_offset of zero": _group("query_offset: 0s"),
    "labels of a group": _group("labels: {tier: 1}"),
    "partial_response_strategy": _group("partial_response_strategy: abort"),
    "anchors beside the groups": "groups:\n  - &one\n    name: case\n    rules: []\n  - <<: *one\n    name: other\n",
    "a merged rule": _alert().replace("- alert", "- &rule\n        alert")
    + "      - <<: *rule\n        alert: Other\n        expr: node_load1 > 9\n",
    "a merge that is overridden before": _alert(labels="&both {severity: warning, service: node}")
    + "      - {alert: Other, expr: node_load1 > 9, labels: {severity: info, <<: *both}, "
    + "annotations: {summary: '{{ $value }}'}}\n",
    "a merge of a list": _alert(labels="&both [severity]").replace("&both [severity]", "{<<: [1]}"),
    "an alias of a text": _alert(expr="&expr node_load1 > 50") + "      - {alert: Other, expr: *expr, "
    + "labels: {severity: info, service: node}, annotations: {summary: '{{ $value }}'}}\n",
    "a tag": _alert(expr="!!str 1"),
    "a tag of its own": _alert(expr="!Ref load"),
    "a number with a tag": _alert(for_="!!int 5"),
    "escapes in quotes": _alert(expr='"node_load1 \\u003e 50"'),
    "quotes in quotes": _alert(expr="'node_load1{instance=~''a.*''} > 50'"),
    "a tab between": _alert(expr="node_load1\t>\t50"),
    "a tab in a block": _alert(expr="|\n          node_load1\n          \t> 50"),
    "a tab before a comment": _alert() + "\t# end\n",
    "old line ends": _alert().replace("\n", "\r"),
    "a question mark": _alert().replace("expr: node_load1 > 50", "? expr\n        : node_load1 > 50"),
    "a key in quotes": _alert().replace("expr:", '"expr":'),
    "a key twice in quotes": _alert() + '        "expr": node_load1 > 5\n',
    "a version": "%YAML 1.2\n---\n" + _alert(),
    "JSON": '{"groups": [{"name": "case", "rules": []}]}\n',
    "JSON with tabs": '{\n\t"groups": []\n}\n',
    "an empty second document": _alert() + "---\n",
    "groups of nothing": "groups: ~\n",
    "a group of nothing": "groups: [~]\n",
    "a rule of nothing": "groups:\n  - name: case\n    rules: [~]\n",
    "an annotation of nothing": _alert(annotations="{summary: '{{ $value }}', description: ~}"),
    "group labels as a list": _group("labels: [a]"),
    "group label __name__": _group("labels: {__name__: x}"),
    "group label in a template": _group("labels: {at: '{{ $labels.instance }}'}"),
    "rules as a map": "groups:\n  - name: case\n    rules: {alert: x}\n",
    "a rule that is a text": "groups:\n  - name: case\n    rules: [CaseRule]\n",
}  # fmt: skip

STRICTER = {
    "a record with for nothing": "Prometheus takes no notice of it, and its author meant something",
    "folded expr with a comment": "YAML joins the lines, so the comment takes the rest of the condition away",
    "a group of nothing": "Prometheus passes over it, and its author meant something",
    "a rule of nothing": "Prometheus passes over it, and its author meant something",
    "limit with a fraction": "Prometheus cuts the fraction off, and its author meant something",
    "two documents": "Prometheus reads the first only and says so in its log",
}
"""What Prometheus takes and we refuse, with the reason."""
