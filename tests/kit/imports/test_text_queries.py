"""What a text asks is put right as the condition is, and nothing else of the text is touched."""

from __future__ import annotations

import pytest

from vitals.kit.imports.text_queries import with_queries


def _renamed(query: str) -> tuple[str, list[str]]:
    """Call the job as it is called here, and take out a grouping."""
    right = query.replace('job="node-exporter"', 'job="node"').replace(" by (%s)", "")
    return right, ["renamed"] if right != query else []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            '{{ with printf `up{job="node-exporter",instance="%s"}` $labels.instance | query }}{{ . }}{{ end }} "job"',
            '{{ with printf `up{job="node",instance="%s"}` $labels.instance | query }}{{ . }}{{ end }} "job"',
        ),
        (
            r'{{ query "count(up{job=\"node-exporter\"})" | first | value }} down: "count(up{job=\"node-exporter\"})"',
            r'{{ query "count(up{job=\"node\"})" | first | value }} down: "count(up{job=\"node-exporter\"})"',
        ),
        (
            r'{{ $q := "up{job=\"node-exporter\",path=\"/caf\u00e9\"}\n" }}{{ query $q }}',
            r'{{ $q := "up{job=\"node\",path=\"/café\"}\n" }}{{ query $q }}',
        ),
        (
            '{{ printf `up{namespace="%s",job="node-exporter"}` $labels.namespace | query }}',
            '{{ printf `up{namespace="%s",job="node"}` $labels.namespace | query }}',
        ),
    ],
)
def test_a_query_is_put_right_in_its_quotes(text: str, right: str) -> None:
    """In backticks and in quotes, of a variable too; escapes stay what they mean, and so does what is only said."""
    assert with_queries(text, _renamed) == (right, ["renamed"])


@pytest.mark.parametrize(
    "text",
    [
        'up{job="node-exporter"} is {{ $value }}',
        '{{ reReplaceAll `job="node-exporter"` "x" $labels.pod }}',
        '{{ printf `sum(up{job="node-exporter"}) by (%s)` $labels.cluster | query }}',
        '{{ printf `up{job="%s"}` $labels.job | query }}',
        '{{ reReplaceAll "(.*):.*" `up{job="node-exporter",x="$1"}` $labels.instance | query }}',
        '{{ query `up{job="node-exporter"}` ',
        "{{ query $labels.ask }}",
    ],
)
def test_everything_else_stays(text: str) -> None:
    """A text without a query, one whose ``printf`` would have a value too many, and one that is never closed."""
    assert with_queries(text, _renamed) == (text, [])
