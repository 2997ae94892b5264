"""The whole count: synthetic series as blocks, Prometheus on them, every rule and every dashboard asked once.

Two starts are needed: which series a rule records is found by asking the raw data, and then these are filled too.
"""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from vitals.errors import VitalsError
from vitals.local.portal.prometheus import UnansweredError
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.dashboard_queries import load_dashboards
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.blocks import create_blocks
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.stack.rendered_rules import RenderedRule, load_rules, readings
from vitals.model.conventions import ALERTNAME, ALERTSTATE, SEVERITY
from vitals.rendered import names
from vitals.verify.query_cost.definitions import Definitions
from vitals.verify.query_cost.queried import samples_of_dashboards, samples_of_rules
from vitals.verify.query_cost.report import QueryCost
from vitals.verify.query_cost.synthetic import Key, SyntheticJob, lines

END = 1_767_225_600
"""The moment at which everything is asked, unix seconds: any would do, and one that never changes compares best."""
DASHBOARD_S = 3600
RAW_S = 2 * DASHBOARD_S
"""How far back raw data reach. A raw query over more than that is counted as if there were no more: that favours it."""
_LONGEST_S = 31 * 86400
_PATIENT_S = 300.0
_WATCHDOG: Key = ("ALERTS", ((ALERTNAME, "Watchdog"), (ALERTSTATE, "firing"), (SEVERITY, "none")))


@dataclass(frozen=True)
class CountPrograms:
    """The two programs that are needed."""

    prometheus: Path
    promtool: Path


async def count(
    rendered: Path, jobs: Sequence[SyntheticJob], programs: CountPrograms, say: Callable[[str], None]
) -> QueryCost:
    """Count the samples that the rules and dashboards of an environment read.

    Args:
        rendered: The environment's folder.
        jobs: What its targets expose.
        programs: Prometheus and promtool.
        say: Called with what happens.

    Raises:
        VitalsError: Prometheus cannot start, or promtool refuses the data.
        QueryError: Prometheus refuses a query.
    """
    rules = load_rules(rendered / names.RULES)
    definitions = Definitions(rules)
    wanted = _read_raw(rules, rendered / names.DASHBOARDS)
    raw = [(key, job.interval_s) for job in jobs for key in job.series(wanted)]
    with tempfile.TemporaryDirectory(prefix="vitals-samples-", ignore_cleanup_errors=True) as temporary:
        say(f"{len(raw)} raw series over {RAW_S // 3600} h")
        scraped = [(key, RAW_S, interval) for key, interval in [*raw, (_WATCHDOG, 15.0)]]
        folder = await filled(Path(temporary) / "raw", scraped, programs)
        async with running(folder, programs) as api:
            recorded = [one for rule in rules if rule.records for one in await _recorded(rule, rules, definitions, api)]
        say(f"{len(recorded)} recorded series, as far back as rules read them")
        folder = await filled(Path(temporary) / "all", [*scraped, *recorded], programs)
        async with running(folder, programs) as api:
            return QueryCost(
                rules=tuple(await samples_of_rules(rules, api, END)),
                dashboards=tuple(await samples_of_dashboards(rendered / names.DASHBOARDS, definitions, api, END)),
            )


def _read_raw(rules: Iterable[RenderedRule], dashboards: Path) -> set[str]:
    """The names of what is scraped that rules or dashboards read."""
    names = {one.name for rule in rules for one in readings(rule.expr)}
    text = "\n".join(
        target.expr
        for dashboard in load_dashboards(dashboards)
        for panel in dashboard.panels
        for target in panel.targets
    )
    text += "\n".join(one.expr for dashboard in load_dashboards(dashboards) for one in dashboard.annotations)
    return names | {word for word in text.replace("{", " ").replace("(", " ").split() if word.isidentifier()}


async def _recorded(
    rule: RenderedRule, rules: Sequence[RenderedRule], definitions: Definitions, api: MetricsApi
) -> list[tuple[Key, float, float]]:
    """The series that a rule records, how far back they are needed, and their pace."""
    reach = max((one.reach_s for other in rules for one in readings(other.expr) if one.name == rule.name), default=0.0)
    data = await api.get("query", query=definitions.raw(rule.expr), time=str(END))
    found = [element["metric"] for element in data["result"]] if data["resultType"] == "vector" else [{}]
    labels = ({**{k: v for k, v in one.items() if k != "__name__"}, **rule.labels} for one in found)
    return [((rule.name, tuple(sorted(one.items()))), reach + DASHBOARD_S, rule.pace_s) for one in labels]


async def filled(root: Path, series: Sequence[tuple[Key, float, float]], programs: CountPrograms) -> RunFolder:
    """Make a run folder with data: series, each with the seconds that it reaches back from ``END``, and its pace."""
    folder = RunFolder(root)
    folder.clear()

    def text() -> Iterator[str]:
        for key, span_s, interval_s in sorted(series):
            yield from lines(key, begin=int(END - span_s), end=END, interval_s=interval_s)
        yield "# EOF\n"

    await create_blocks(programs.promtool, text(), folder.samples, longest="31d")
    return folder


@contextlib.asynccontextmanager
async def running(
    folder: RunFolder, programs: CountPrograms, *, looks_for_blocks: bool = False
) -> AsyncIterator[MetricsApi]:
    """Run Prometheus on the folder's data; it scrapes nothing and evaluates nothing.

    Args:
        folder: The run folder.
        programs: Prometheus and promtool.
        looks_for_blocks: Whether it sees blocks that are added while it runs.

    Raises:
        VitalsError: It cannot start, or does not answer what is asked while it runs.
    """
    (folder.config / names.PROMETHEUS).write_text("global: {scrape_interval: 15s}\n", encoding="utf-8")
    port = free_ports([PROMETHEUS])[PROMETHEUS]
    async with loopback_client(timeout_s=_PATIENT_S) as client:
        part = prometheus(
            programs.prometheus, folder, port=port, after=(), past_s=_LONGEST_S, looks_for_blocks=looks_for_blocks
        )
        supervisor = Supervisor([part], logs=folder.logs, run_id="samples", client=client)
        try:
            await supervisor.start(lambda: None)
            yield MetricsApi(f"http://{LOOPBACK}:{port}", client)
        except (httpx.HTTPError, UnansweredError) as error:
            raise VitalsError(
                f"The Prometheus over synthetic series stopped answering ({str(error) or type(error).__name__}), so "
                "nothing was written. A system ends it where memory is short: free some, and try again."
            ) from error
        finally:
            await supervisor.stop()
