"""The page of the comparison with other generators."""

from collections.abc import Sequence

from vitals.verify.query_cost.page import table
from vitals.verify.query_cost.peer_comparison import GeneratorCost
from vitals.verify.query_cost.peers import INCREASE_S, SERVER_S

_HEAD = """\
# What objectives cost, compared with other generators

{objectives} objectives, two of each of {services} services, as rules of Vitals, and in the shape of those that sloth
v0.16.0 and pyrra v0.10.1 make. All are evaluated by one Prometheus over the same data, and its query statistic
`totalQueryableSamples` is counted. `vitals query-cost --peers docs/query-cost-comparison.md` makes this page; a test
counts the rules that are cheap to count again and compares.

The peers' rules are [written by us](../vitals/verify/query_cost/peers.py): windows, sources, number and intervals are
theirs, as far as we know them; names and texts are shortened. Where a generator writes no interval, rules are evaluated
every {server:.0f} s, as kube-prometheus has it; pyrra writes {increase:.0f} s for its increases. Ours are evaluated
as they ship: every 15 s up to six hours, every two minutes beyond.

Each service has the fewest series that it can have: one replica, one endpoint, two statuses, scraped every
{server:.0f} s. That favours the peers, which read raw counters over days: a second replica doubles what they read.
Ours read raw counters over one minute, so long windows cost the same whatever the size of a service.
"""
_WHAT_ELSE = """
What the numbers do not say: sloth and pyrra evaluate half as often, so their pages come up to a quarter of a minute
later; pyrra's `for` of two minutes comes on top. Samples are not time: they are what Prometheus limits, and what a
query is billed by where a back end bills queries.
"""


def page(found: Sequence[GeneratorCost]) -> str:
    """Write the page in Markdown."""
    ours = found[0]
    rows = [
        (
            one.name,
            f"{one.rules_each:.1f}",
            f"{one.per_evaluation:,.0f}",
            f"{one.per_minute:,.0f}",
            f"{one.per_minute / ours.per_minute:.1f}",
            f"`{one.dearest.name}`",
        )
        for one in found
    ]
    head = ("Generator", "Rules", "Samples per evaluation", "Samples per minute", "Times ours", "Dearest rule")
    filled = _HEAD.format(
        objectives=ours.objectives, services=ours.objectives // 2, server=SERVER_S, increase=INCREASE_S
    )
    return f"{filled}\n## Samples of one objective\n\n{table(head, rows)}{_WHAT_ELSE}"
