"""What a text asks is put right as the condition is, and nothing else of the text is touched."""

from __future__ import annotations

import pytest

from vitals.kit.imports.text_queries import with_queries


def _renamed(query: str) -> tuple[str, list[str]]:
    """Call the job as it is called here, and take out the cluster."""
    right = query.replace('job="node-exporter"', 'job="node"').replace(',cluster="%s"', "")
    return right, ["renamed"] if right != query else []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            '{{ with printf `up{job="node-exporter",instance="%s"}` $labels.instance | query }}{{ . }}{{ end }} "job"',
            '{{ with printf `up{job="node",instance="%s"}` $labels.instance | query }}{{ . }}{{ end }} "job"',
        ),
        (
            r'{{ query "count(up{job=\"node-exporter\"})" | first | value }} down: up{job="node-exporter"}',
            r'{{ query "count(up{job=\"node\"})" | first | value }} down: up{job="node-exporter"}',
        ),
    ],
)
def test_a_query_is_put_right_in_its_quotes(text: str, right: str) -> None:
    """Of ``printf`` and of ``query``, in backticks and in quotes; what is only said stays."""
    assert with_queries(text, _renamed) == (right, ["renamed"])


@pytest.mark.parametrize(
    "text",
    [
        'up{job="node-exporter"} is {{ $value }}',
        '{{ reReplaceAll `job="node-exporter"` "x" $labels.pod }}',
        '{{ printf `up{job="node-exporter",cluster="%s"}` $labels.cluster | query }}',
        '{{ query `up{job="node-exporter"}` ',
        "{{ query $labels.ask }}",
    ],
)
def test_everything_else_stays(text: str) -> None:
    """A text without a query, one whose ``printf`` would have a value too many, and one that is never closed."""
    assert with_queries(text, _renamed) == (text, [])
