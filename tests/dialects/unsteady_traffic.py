"""A service of any dialect under traffic that is never steady, as its scrapes show it: the same in every run.

It shows the series of its recorded scrape on three targets. The first has failures from some scrape on, and is not
scraped for three minutes; the second is found by a Prometheus that does not know its past; the third has just begun.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from tests.alert_rules.seeded_random import seeded
from tests.dialects.our_words import PARTS, Labels, is_known, translated
from tests.dialects.recorded import RECORDED, ExposedSeries, after
from tests.dialects.translations import TRANSLATIONS
from vitals.verify.oracle.traffic import MISSING

STEP, STEPS = 5, 181
"""Seconds between two samples, and how many there are."""
GAP = range(21, 57)
"""The scrapes that are missing of the first target: three minutes."""
FAILS, FOUND, BEGINS = 63, 102, 144
"""The scrape that brings the first failures, the one that finds the second target, and the one that finds the third."""
REFUSED = range(80, FOUND)
"""Scrapes of the second target that fail: its past is not known from them."""
LONG_AGO = -100_000
"""When a process began that is not young, in seconds."""
STARTED = "process_start_time_seconds"
COUNTERS = (*PARTS, "_total", "_xx")
"""How names of counters end; other metrics are gauges."""


def unsteady_traffic(service: str) -> dict[ExposedSeries, list[str]]:
    """Tokens of promtool's notation by series, of all targets."""
    scrape = after(RECORDED[service])
    variants = dict.fromkeys(_variants(service, scrape))
    bounds = sorted({float(dict(sample.labels).get("le", "inf")) for sample in variants})
    found: dict[ExposedSeries, list[str]] = {}
    for target, first in enumerate((0, FOUND, BEGINS)):
        instance = f"t{target}:9000"
        shown = {ExposedSeries("up", ()): [MISSING] * first + ["1"] * (STEPS - first)}
        if first == FOUND:
            shown[ExposedSeries("up", ())][REFUSED.start : REFUSED.stop] = ["0"] * len(REFUSED)
        if any(sample.name == STARTED for sample in scrape):
            began = STEP * (BEGINS - 1) if first == BEGINS else LONG_AGO
            shown[ExposedSeries(STARTED, ())] = [MISSING] * first + [str(began)] * (STEPS - first)
        for sample in variants:
            late = FAILS if first == 0 and _fails(service, sample) else first
            shown[sample] = [MISSING] * late + _values(sample, (service, instance), late, bounds)
        for sample, tokens in shown.items():
            if first == 0:
                tokens[GAP.start : GAP.stop] = [MISSING] * len(GAP)
            found[ExposedSeries(sample.name, (*sample.labels, ("instance", instance)))] = tokens
    return found


def _variants(service: str, scrape: Collection[ExposedSeries]) -> Iterator[ExposedSeries]:
    """The series of a scrape that mean something, and the same with other labels.

    A library may have a label of our name that means something else, so each counter is there once more with one.
    """
    translation = TRANSLATIONS[service]
    for sample in scrape:
        inners: tuple[Labels, ...] = ({}, {"endpoint": "inner"}) if sample.name.endswith(COUNTERS) else ({},)
        for added in translation.added if is_known(translation, sample.name) else ():
            usual = {**dict(sample.labels), **added}
            for other in ({}, *translation.also):
                if not set([*other][:1]) <= usual.keys():
                    continue
                for inner in inners:
                    labels = {name: value for name, value in {**usual, **other, **inner}.items() if value}
                    yield ExposedSeries(sample.name, tuple(sorted(labels.items())))


def _fails(service: str, sample: ExposedSeries) -> bool:
    """Whether it counts failures; the buckets of a histogram do where its count does."""
    counts = ExposedSeries(f"{_whole(sample.name)}_count", tuple(one for one in sample.labels if one[0] != "le"))
    ours = [one for each in (sample, counts) for one, _ in translated(TRANSLATIONS[service], each, whole=False)]
    return any(dict(one.labels).get("status", "").startswith("5") for one in ours)


def _whole(name: str) -> str:
    """The histogram that a series belongs to."""
    return name.removesuffix(next((part for part in PARTS if name.endswith(part)), ""))


def _values(sample: ExposedSeries, of: tuple[str, str], first: int, bounds: list[float]) -> list[str]:
    """What it shows from some step on: a counter grows by fits and starts, as does all of one histogram together."""
    labels = dict(sample.labels)
    bound = labels.pop("le", "")
    rng = seeded(*of, _whole(sample.name), labels)
    if not sample.name.endswith(COUNTERS):
        return [str(rng.randint(0, 9)) for _ in range(first, STEPS)]
    slow, total, pace = rng.uniform(0.5, 2), rng.randint(1, 50), 0
    found: list[float] = []
    share = ((bounds.index(float(bound)) + 1) / len(bounds)) ** slow if bound else 1
    for step in range(first, STEPS):
        pace = rng.randint(0, 40) if step % 7 == 0 or step == first else pace
        found.append(total * slow / 10 if sample.name.endswith("_sum") else math.floor(total * share))
        total += pace + rng.randint(0, 5)
    return [f"{value:.10g}" for value in found]
