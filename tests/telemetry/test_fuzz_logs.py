"""Whatever is logged is one valid line, and a timed operation goes on whatever the log does."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telemetry.anything import ANYTHING
from tests.telemetry.test_fuzz import OwnError, hook, often, what_comes_of
from vitals_telemetry import performance_log
from vitals_telemetry.logs import JsonFormatter


@often
@given(st.dictionaries(st.text(min_size=1), ANYTHING, max_size=5), ANYTHING, st.sampled_from(["utf-8", "ascii"]))
def test_any_record_is_one_line_of_json(fields: dict[str, Any], message: Any, encoding: str) -> None:  # noqa: ANN401
    """Whatever is logged, in values, keys, containers or exceptions, the line is there and every reader can read it."""
    raw = io.BytesIO()
    handler = logging.StreamHandler(io.TextIOWrapper(raw, encoding=encoding))
    handler.setFormatter(JsonFormatter("s", only_ascii=encoding == "ascii"))
    record = logging.makeLogRecord({"msg": message, "args": (1,), "levelname": "INFO", "name": "n"})
    vars(record).update({f"x{name}": value for name, value in fields.items()})
    endless: list[Any] = [fields]
    endless.append(endless)
    vars(record).update(endless=endless, keys={("a", 1): float("nan"), None: "\ud800"})
    record.exc_info = (OwnError, OwnError(message), None)
    handler.emit(record)
    text = raw.getvalue().decode(encoding)
    assert text.count("\n") == 1
    line = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert json.dumps(line, ensure_ascii=False).encode("utf-8")
    assert line["service"] == "s"
    assert {f"x{name}".encode("utf-8", "replace") for name in fields} <= {key.encode() for key in line}


@often
@given(ANYTHING, ANYTHING, st.one_of(st.none(), st.builds(OwnError)))
def test_a_timed_operation_goes_on(operation: Any, field: Any, error: OwnError | None) -> None:  # noqa: ANN401
    """Any operation and field, with a logger whose filter fails: the block's answer and exception are its own."""
    logger = logging.getLogger("vitals_telemetry.performance")
    broken = hook(None, fails=True)
    logger.addFilter(broken)

    def do() -> None:
        with performance_log(operation, field=field):
            if error is not None:
                raise error

    assert what_comes_of(do) is error
    logger.removeFilter(broken)
