"""Evidence that one side fails more often, from counts of requests and errors: right from the first error on.

Given the errors of both sides of a minute, each fell on B with the odds of B's requests if the rates are equal, and
with ``ratio`` times those odds if they are not. The likelihood ratio, averaged over ratios, is the mixture sequential
probability ratio test for rates (Johari, Pekelis and Walsh, "Always valid inference", Oper. Res. 2022; Lindon and
Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022). It supposes that errors come one by one;
they come in bursts, so a verdict needs the evidence of the minutes too (``judge``).
"""

from __future__ import annotations

import numpy as np

from vitals.verify.compare.whitening import Floats

_LOG_RATIOS = np.linspace(-5.0, 5.0, 81)
"""Ratios of two rates from 1/150 to 150, in steps of an eighth: finer than any that counts of errors can tell."""
_LOG_RATIO_SCALE = 1.5
"""Standard deviation of the logarithm of ratios that are expected: a rate that doubles is common, one that grows
twentyfold happens."""


def rate_evidence(requests_a: Floats, errors_a: Floats, requests_b: Floats, errors_b: Floats) -> Floats:
    """Logarithm of the evidence after each minute that the rates differ; the last axis is time."""
    total = requests_a + requests_b
    share = np.divide(requests_b, total, out=np.full_like(total, 0.5), where=total > 0)
    weights = np.exp(-((_LOG_RATIOS / _LOG_RATIO_SCALE) ** 2) / 2)
    weights /= weights.sum()
    terms = []
    for log_ratio in _LOG_RATIOS:
        ratio = np.exp(log_ratio)
        # B's share under the ratio over its share under none is ratio / mixed, and A's is 1 / mixed.
        mixed = np.log1p(share * (ratio - 1))
        terms.append(np.cumsum(errors_b * log_ratio - (errors_a + errors_b) * mixed, axis=-1))
    stacked = np.stack(terms) + np.log(weights).reshape(-1, *([1] * total.ndim))
    largest = stacked.max(axis=0)
    return np.asarray(largest + np.log(np.exp(stacked - largest).sum(axis=0)))
