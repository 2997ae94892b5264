"""Every mutant of a run: one mutated rule, or one mutated generator, and where it is."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutation import of_rules, of_sources
from tests.mutation.dependencies import Dependencies
from tests.mutation.of_rules import MutatedRule
from tests.mutation.of_sources import MutatedSource
from tests.mutation.rules import FileRule, Rules
from vitals.paths import ROOT

GENERATORS = ("alert_rules", "vitals/kit/alerts", "vitals/model/signals")
"""The folders whose modules make rules."""
_ROUTES = {"intervals", "messages", "on_call", "pictures", "policy", "receivers", "routing", "routing_tree"}
_READS_WHAT_IS_PASTED = {"group_names", "jsonnet", "located", "pasted", "places", "rule_file"}
_JUDGES_TEXTS = {"because", "template", "template_blocks", "template_printf", "template_tokens", "template_values"}
NO_GENERATORS = {"__init__", "families", "timing"} | _ROUTES | _READS_WHAT_IS_PASTED | _JUDGES_TEXTS
"""Modules there that make no rule: lists of names, computed times, notifications, what reads and judges the rules of
others. Their own tests cover them."""


_WINDOW = re.compile(r"(?<=:)\d+[smhd]$")
"""The window that stands alone at the end of a record's name, as in ``service_slo:burn_rate:6h``."""


@dataclass(frozen=True)
class Mutant:
    """One mutant.

    Attributes:
        operator: The name of the operator that made it.
        file: The file that it is in: a rule file, or a module.
        rule: The rule, or the line of the module.
        before: What stood at the place.
        after: What stands there now.
        kinds: The kinds of alert that it can change, where that is known before its rules are made.
        shipped: The rule that is mutated; ``None`` for a generator.
        mutated: What the operator made.
        again: How many of the same texts came before it, at other places of the rule.
    """

    operator: str
    file: str
    rule: str
    before: str
    after: str
    kinds: tuple[str, ...]
    shipped: FileRule | None
    mutated: MutatedRule | MutatedSource
    again: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """How it is reported: several places of a rule may have the same texts."""
        return self.operator, self.file, self.rule, self.before, self.after

    def is_one_in(self, several: int, part: int = 0) -> bool:
        """Whether it is of a sample of one in several: always the same ones, whatever else is mutated.

        Args:
            several: How many samples make up the whole.
            part: Which of them, from 0 on.
        """
        place = "\0".join((*self.texts, str(self.again)))
        return int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], "big") % several == part


def of_shipped(rules: Rules, folder: str, kind: str | None = None) -> list[Mutant]:
    """Every mutated rule, once; of one kind of alert only the rules that lie behind it.

    Rules that are the same text for several services, or windows, come from one generator, and the same mutation of
    each is one mutant: the first stands for all that lie behind the same kinds of alert.

    Args:
        rules: The rules as they are shipped.
        folder: The folder of the environment, as a survivor names it.
        kind: The name of the alert; every one if none is named.
    """
    kinds = Dependencies(rules).kinds()
    found: dict[tuple[object, ...], Mutant] = {}
    for place, rule in enumerate(rules):
        if kind is not None and kind not in kinds[place]:
            continue
        shipped = _made_alike(rule, rule)
        for one in of_rules.mutated(rule):
            before, after = _on_one_line(one.before), _on_one_line(one.after)
            mutant = Mutant(one.operator, f"{folder}/{rule.file}", rule.name, before, after, kinds[place], rule, one)
            found.setdefault((shipped, _made_alike(one.rule, rule), kinds[place]), mutant)
    numbered, seen = [], Counter[tuple[str, ...]]()
    for mutant in found.values():
        numbered.append(replace(mutant, again=seen[mutant.texts]))
        seen[mutant.texts] += 1
    return numbered


def _made_alike(rule: FileRule, shipped: FileRule) -> str:
    """What a rule does, without its texts for people, the service that it was made for and the window of its name."""
    said = {key: value for key, value in rule.body.items() if key != "annotations"}
    text = json.dumps([rule.group, said], sort_keys=True)
    window = _WINDOW.search(shipped.name)
    for what, value in (("service", shipped.labels.get("service")), ("window", window and window[0])):
        if value:
            text = re.sub(rf"(?<![\w-]){re.escape(value)}(?!\w)", f"({what})", text)
    return text


def of_generators() -> list[Mutant]:
    """Every mutated generator."""
    return [
        Mutant(one.operator, str(file.relative_to(ROOT)), f"line {one.line}", one.before, one.after, (), None, one)
        for file in generators()
        for one in of_sources.mutated(file)
    ]


def generators() -> Iterator[Path]:
    """The modules that make rules."""
    for folder in GENERATORS:
        yield from (file for file in sorted((ROOT / folder).glob("*.py")) if file.stem not in NO_GENERATORS)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
