"""What a scrape shows is read whatever wrote it, and what is not a scrape is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.kit.imports.scrape_source import series_of_scrapes, unread_lines
from vitals.model.metrics.exposed import exposing, read_exposed, written_exposed
from vitals.model.promql import Expr, PromqlError, Series, SeriesType, resolve

SCRAPE = """\
# HELP hits_total Hits, {of} "all" kinds.
# TYPE hits_total counter
hits_total{path="/a,b",code="20\\"0"} 1
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.1"} 1
wait_seconds_bucket{le="+Inf"} 2
wait_seconds_sum 0.3
wait_seconds_count 2
# TYPE pause_seconds summary
pause_seconds{quantile="0.5"} 0.1
pause_seconds_sum NaN
# TYPE odd untyped
odd -1.5e+03 1395066363000
up_since{job="their own"} 12
"""
OPEN_METRICS = """\
# TYPE jobs counter
# UNIT jobs jobs
jobs_total{queue="a"} 3 # {trace_id="x"} 1
jobs_created{queue="a"} 1.7e9
# TYPE state stateset
state{state="on"} 1
# EOF
"""


def test_each_series_has_its_kind_and_its_labels() -> None:
    """Families become the series that are stored; a label that the scrape sets itself is stored under another name."""
    found = series_of_scrapes([("one", SCRAPE), ("two", OPEN_METRICS)])

    kinds = {name: series.type.value for name, series in found.items()}
    assert kinds == {
        "hits_total": "counter",
        "wait_seconds_bucket": "counter",
        "wait_seconds_sum": "counter",
        "wait_seconds_count": "counter",
        "pause_seconds": "gauge",
        "pause_seconds_sum": "counter",
        "odd": "unknown",
        "up_since": "unknown",
        "jobs_total": "counter",
        "jobs_created": "gauge",
        "state": "gauge",
    }
    assert {"path", "code"} < found["hits_total"].labels.keys()
    assert {"exported_job", "job"} < found["up_since"].labels.keys()


@pytest.mark.parametrize("text", ["", "<!DOCTYPE html>\n<title>Node Exporter</title>\n", '{"status": "success"}'])
def test_what_is_no_scrape_is_refused(text: str) -> None:
    """The error says what to give instead."""
    with pytest.raises(VitalsError, match=r"is not a scrape.*curl"):
        series_of_scrapes([("page.html", text)])


def test_a_line_that_is_not_read_is_named() -> None:
    """Blanks around a line and a U+2028 in a value are none; a name in quotes and a broken line are said."""
    text = '\ufeff# a scrape\r\n\twaits{of="a\u2028b"} 1\r\n\n{"waits.all",of="a"} 2\nwaits{of="b'

    assert series_of_scrapes([("one", text)]).keys() == {"waits"}
    quoted, broken = unread_lines([("one", text)])
    assert (quoted.where, broken.where) == ("one:4", "one:5")
    assert "a name in quotes" in quoted.why
    assert "not a sample" in broken.why


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """The file of a job holds every series; a rule may read it, whatever an untyped one is."""
    series = series_of_scrapes([("one", SCRAPE)])
    (tmp_path / "exposed").mkdir()
    (tmp_path / "exposed" / "cache.toml").write_text(written_exposed(series.values(), "What cache exposes."))

    found = read_exposed(tmp_path)
    known = exposing({}, found)

    assert {one.name: one for one in found["cache"]} == series
    assert resolve(Expr("rate(odd[5m]) > odd"), known).labels == frozenset({"job", "instance", "service"})
    with pytest.raises(PromqlError, match="is a counter"):
        resolve(Expr("hits_total > 1"), known)


def test_what_the_contract_says_of_a_series_goes_first() -> None:
    """Closed values of a label stay closed, more labels come, and a contradiction is an error."""
    ours = Series("hits_total", SeriesType.COUNTER, {"code": frozenset({"200"})})
    shown = Series("hits_total", SeriesType.UNKNOWN, {"code": frozenset(), "zone": frozenset()})

    known = exposing({"hits_total": ours}, {"cache": [shown]})["hits_total"]

    assert (known.type, known.labels["code"]) == (SeriesType.COUNTER, frozenset({"200"}))
    assert "zone" in known.labels
    with pytest.raises(VitalsError, match=r"cache\.toml: hits_total is a gauge, and a counter elsewhere"):
        exposing({"hits_total": ours}, {"cache": [Series("hits_total", SeriesType.GAUGE, {})]})


def test_a_file_that_was_written_by_hand_is_read_strictly(tmp_path: Path) -> None:
    """The error names the file, the series and the field."""
    (tmp_path / "exposed").mkdir()
    (tmp_path / "exposed" / "cache.toml").write_text('hits = { type = "meter" }\n')

    with pytest.raises(ValueError, match=r"exposed/cache\.toml: hits\.type"):
        read_exposed(tmp_path)


def test_a_second_replica_without_types_adds_nothing_and_is_taken() -> None:
    """Its series are known from the first; it is a scrape all the same."""
    bare = "\n".join(line for line in SCRAPE.splitlines() if not line.startswith("#"))

    assert series_of_scrapes([("one", SCRAPE), ("two", bare)]) == series_of_scrapes([("one", SCRAPE)])
