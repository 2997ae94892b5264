"""One comment for a pull request: for each stack what would change and what it costs.

A comment has a longest length, and a preview of a first deployment is longer, so each stack gets its share and what
is cut is said. A preview may print anything, also what would end a code block; the fence is made longer than that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.rendered import CostEntry, RenderedModel
from vitals.verify.delivery.machines import machines_line

LONGEST = 60_000
"""Characters of a comment; GitHub refuses more than 65,536."""
FAILED = ".failed"
_MILLION = 1_000_000
_GIB = 2**30
_SUMMARY = re.compile(r"^\s+(?P<change>[-+~]+ ?\d+ to [a-z]+|\d+ unchanged|\d+ changes?.*)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview of one stack printed.

    Attributes:
        stack: Its name, which is also the name of its rendered environment.
        text: The output.
        failed: Whether the preview failed.
    """

    stack: str
    text: str
    failed: bool = False

    @property
    def summary(self) -> str:
        """The counts with which a preview ends, on one line."""
        if self.failed:
            return "the preview failed"
        return ", ".join(found["change"] for found in _SUMMARY.finditer(self.text)) or "no summary was printed"


def previews_in(folder: Path) -> list[Preview]:
    """The previews that lie in a folder as ``<stack>.txt``, or ``<stack>.failed.txt`` where they failed.

    Raises:
        VitalsError: There is none.
    """
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise VitalsError(
            f"{folder} holds no preview, so there is nothing to report. Write one with "
            f"`pulumi preview --stack dev --non-interactive > {folder}/dev.txt`."
        )
    return [
        Preview(
            file.stem.removesuffix(FAILED),
            file.read_text(encoding="utf-8", errors="replace"),
            failed=file.stem.endswith(FAILED),
        )
        for file in files
    ]


def comment(
    previews: Sequence[Preview], models: Mapping[str, RenderedModel], stacks: Mapping[str, Mapping[str, Any]]
) -> str:
    """The comment, in GitHub's Markdown.

    Args:
        previews: One for each stack, in the order in which they are reported.
        models: What is rendered, by environment.
        stacks: The stack files by stack.

    Raises:
        VitalsError: A stack has no rendered environment.
    """
    lines = [
        "## What this changes",
        "",
        "| stack | resources | cluster per month | metrics per month | capacity of a replica |",
        "| --- | --- | --- | --- | --- |",
    ]
    for preview in previews:
        if preview.stack not in models:
            raise VitalsError(
                f"The stack {preview.stack!r} has no folder under rendered/, so its cost is not known. Name the file "
                "after its environment, or run `vitals render`."
            )
        model, stack = models[preview.stack], stacks.get(preview.stack, {})
        cells = (
            preview.stack,
            preview.summary,
            machines_line(stack, model),
            metrics_line(model.cost),
            capacity_line(model),
        )
        lines.append(f"| {' | '.join(cells)} |")
    share = LONGEST // len(previews) - 500
    for preview in previews:
        shown, cut = preview.text[:share].rstrip(), len(preview.text) - share
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
        lines += ["", f"<details><summary>{preview.stack}</summary>", "", fence, shown, fence]
        if cut > 0:
            lines += ["", f"{cut:,} more characters are in the log of the check."]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def metrics_line(cost: CostEntry) -> str:
    """What the metrics of an environment come to, on one line, with the trust that its prices deserve."""
    managed, own = cost.price.managed, cost.price.self_hosted
    doubt = "" if managed.verified else f", price of {cost.price.as_of} not verified"
    return (
        f"{cost.series:,} series, {cost.samples_per_month / _MILLION:,.0f} million samples, "
        f"{own.disk_bytes_per_month / _GIB:,.1f} GiB of disk on its own Prometheus "
        f"or {managed.usd_per_month:,.2f} USD managed{doubt}"
    )


def capacity_line(model: RenderedModel) -> str:
    """Whether what services are scaled by was measured, on one line: a wrong assumption is paid for in replicas."""
    known: dict[str, list[str]] = {}
    for scaler in model.scalers:
        for trigger in scaler.triggers:
            known.setdefault(trigger.known, []).append(f"{scaler.service} {trigger.demand}")
    return "; ".join(f"{basis}: {', '.join(names)}" for basis, names in sorted(known.items())) or "nothing scales"
