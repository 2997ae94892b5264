"""``vitals mcp`` as its clients see it: a process of its own, asked over standard input and output."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent, Tool
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.paths import ROOT, RUNBOOKS
from vitals.rendered import read
from vitals.verify.mcp_tools.alerts import all_alerts, explained_rules
from vitals.verify.mcp_tools.read import ProjectFiles

Question = tuple[str, Mapping[str, Any]]
BOUND = ('service:api_errors:ratio_irate{service="wellness-api"} > 0.9)', "> 0.8)")
"""A bound of ServiceOutage as the rules of production have it, and with what it is replaced."""

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def repository(demo_rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which production is committed, with one bound changed on disk since."""
    folder = tmp_path_factory.mktemp("repository")
    for file in read(demo_rendered / "prod").all_files():
        copy = folder / "rendered" / file.relative_to(demo_rendered)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), (*identity, "commit", "-q", "-m", "first")):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    (rules,) = (folder / "rendered" / "prod" / "rules").glob("wellness-api.outage.yaml")
    text = rules.read_text()
    assert BOUND[0] in text
    rules.write_text(text.replace(BOUND[0], BOUND[0].replace("> 0.9)", BOUND[1])))
    return folder


QUESTIONS: dict[str, Question] = {
    "environments": ("list_environments", {}),
    "service": ("describe_service", {"name": "wellness-api"}),
    "alert": ("explain_alert", {"name": "ServiceOutage"}),
    "notified": (
        "who_is_notified",
        {"alert": "ServiceOutage", "labels": {"service": "wellness-api", "reason": "gone"}},
    ),
    "change": ("describe_change", {"base": "HEAD"}),
}
WRONG: dict[str, Question] = {
    "Did you mean 'wellness-api'": ("describe_service", {"name": "welness-api"}),
    "Did you mean 'ServiceOutage'": ("explain_alert", {"name": "../ServiceOutag"}),
    "Did you mean 'prod'": ("list_alerts", {"environment": "prd"}),
    "Write it with its offset": ("who_is_notified", {"alert": "ServiceOutage", "at": "noon"}),
    "No ServiceOutage has service='x'": ("who_is_notified", {"alert": "ServiceOutage", "labels": {"service": "x"}}),
    "There is no revision '--output=x'": ("describe_change", {"base": "--output=x"}),
    "Did you mean 'service'": ("list_alerts", {"servise": "wellness-api"}),
    "It takes none": ("list_environments", {"of": "team"}),
    "at most 4000 are read": ("describe_service", {"name": "wellness-api" * 1000}),
    "service with alerts 'nowhere'": ("list_alerts", {"service": "nowhere"}),
}
"""Questions that have no answer, each with what is said instead."""
Session = tuple[Sequence[Tool], Mapping[str, CallToolResult]]


def _arguments(repository: Path) -> list[str]:
    folders = ("--rendered", str(repository / "rendered"), "--repository", str(repository))
    return ["-m", "vitals.cli", "mcp", "--env", "prod", *folders]


@pytest.fixture(scope="module")
async def session(repository: Path) -> Session:
    """One session of the protocol's own client: the tools, and the answer to every question, the wrong ones first."""
    started = StdioServerParameters(command=sys.executable, args=_arguments(repository), cwd=ROOT)
    async with Client(stdio_client(started)) as client:
        tools = (await client.list_tools()).tools
        asked = {**WRONG, **QUESTIONS}
        return tools, {key: await client.call_tool(name, dict(wanted)) for key, (name, wanted) in asked.items()}


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_every_tool_says_what_it_is_for_and_that_it_only_reads(session: Session) -> None:
    """A client may call them without asking its user."""
    tools, _ = session

    assert {tool.name for tool in tools} == {
        "list_environments", "describe_service", "list_alerts", "explain_alert", "who_is_notified", "describe_change",
    }  # fmt: skip
    assert all(tool.annotations and tool.annotations.read_only_hint and tool.description for tool in tools)


async def test_every_question_is_answered_from_the_files(session: Session) -> None:
    """What is watched, what an alert means, who is notified, and what a bound does that is changed on disk."""
    found = {key: answer.structured_content or {} for key, answer in session[1].items() if key in QUESTIONS}
    (production,), (answer,) = found["environments"]["result"], found["notified"]["result"]
    (changed,) = found["change"]["changes"]

    assert (production["name"], production["services"]) == ("prod", ["wellness-api", "wellness-worker"])
    assert [slo["objective"] for slo in found["service"]["declared"]["slos"]] == ["99.9%", "99%"]
    assert "ServiceOutage" in found["service"]["alerts"]
    assert {rule["id"] for rule in found["alert"]["rules"]} >= {"api.outage.failing", "api.outage.gone"}
    assert any("> 0.8)" in rule["expr"] for rule in found["alert"]["rules"])
    assert "Why these numbers" in found["alert"]["runbook"]
    assert answer["channels"] == [
        "slack #platform-alerts",
        "email platform@wellness.example",
        "pagerduty platform-pagerduty-routing-key",
    ]
    assert answer["routes"][0]["group_wait"] == "1s"
    assert (changed["area"], changed["environments"]) == ("alerts", ["prod"])
    assert "0.9" in changed["text"]
    assert "0.8" in changed["text"]


async def test_a_wrong_question_is_answered_with_what_to_ask_instead(session: Session) -> None:
    """Names that do not exist, a moment without an offset, an unknown revision; the session goes on after each."""
    for said in WRONG:
        assert session[1][said].is_error
        assert said in _text(session[1][said])


async def test_an_older_client_is_answered_and_only_what_needs_git_fails_without_it(
    repository: Path, tmp_path: Path
) -> None:
    """With no program on PATH alerts and routes are answered, and each line of standard output is of the protocol."""
    wanted = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    calls = [
        {"name": "who_is_notified", "arguments": {"alert": "ServiceOutage"}},
        {"name": "describe_change", "arguments": {"base": "HEAD"}},
    ]
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": wanted},
        {"method": "notifications/initialized"},
        *({"id": number, "method": "tools/call", "params": call} for number, call in enumerate(calls, 2)),
    ]
    answers: dict[int, dict[str, Any]] = {}
    with subprocess.Popen(
        [sys.executable, *_arguments(repository)], cwd=ROOT, env={"PATH": str(tmp_path)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        while len(answers) < len(calls) + 1:
            answer = json.loads(process.stdout.readline())
            answers[answer["id"]] = answer["result"]
        process.stdin.close()
        assert process.stdout.read() == ""

    assert answers[1]["serverInfo"]["name"] == "vitals"
    assert answers[2]["isError"] is False
    assert answers[3]["isError"] is True
    assert "git is not on PATH" in answers[3]["content"][0]["text"]
    assert process.returncode == 0


@pytest.mark.parametrize("environment", ["local", "prod"])
async def test_every_alert_of_the_model_is_explained_by_its_own_rule(demo_rendered: Path, environment: str) -> None:
    """Several alerts share a name, a group or both, and each has the summary of the rule with its labels."""
    files = ProjectFiles(demo_rendered, (RUNBOOKS,), demo_rendered, environment)
    model = read(demo_rendered / environment).model
    summaries = all_alerts(files, "", "")
    (mixin,) = {alert.name for alert in model.alerts if alert.group.startswith("mixins.")}
    rules = explained_rules(files, mixin, "").rules

    assert [(one.name, one.service) for one in summaries] == [(one.name, one.service) for one in model.alerts]
    assert all(one.summary for one in summaries)
    assert len(rules) > 1
    assert len({rule.service for rule in rules}) == len({rule.expr for rule in rules}) == len(rules)


async def test_an_environment_that_is_not_rendered_is_refused_at_the_start(tmp_path: Path) -> None:
    """A client that starts the command in a wrong folder shows this sentence, and no session without answers."""
    done = CliRunner().invoke(app, ["mcp", "--rendered", str(tmp_path)])

    assert isinstance(done.exception, VitalsError)
    assert "is not rendered in" in str(done.exception)
