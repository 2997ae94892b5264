"""Several comparisons at once: evidence that holds for the family, at every look or at one.

The mean of evidences is evidence against "none of these differs", whatever their dependence. So one comparison is
decided when each set of comparisons that holds it has enough evidence on average (closed testing with arithmetic
means: Vovk and Wang, "E-values: calibration, combination and applications", Ann. Statist. 2021). One that differs
alone pays the number of comparisons, like Bonferroni's; where all differ, none pays.
"""

from __future__ import annotations

import numpy as np

from vitals.verify.compare.whitening import Floats


def family_evidence(log_evidence: Floats) -> Floats:
    """Logarithm of each comparison's evidence after the correction; comparisons are the last axis but one.

    Args:
        log_evidence: Shape (..., comparisons, minutes).
    """
    ascending = np.sort(log_evidence, axis=-2)
    lowest = np.logaddexp.accumulate(ascending, axis=-2)
    adjusted = log_evidence.copy()
    # The weakest set of k + 1 comparisons that holds one is it and the k with least evidence, itself left out of them.
    for k in range(1, log_evidence.shape[-2]):
        size = np.log(k + 1)
        outside = log_evidence > ascending[..., k - 1 : k, :]
        without = np.logaddexp(log_evidence, lowest[..., k - 1 : k, :]) - size
        adjusted = np.minimum(adjusted, np.where(outside, without, lowest[..., k : k + 1, :] - size))
    return adjusted


def holm(log_inverse_p: Floats) -> Floats:
    """Logarithm of one over each p-value after Holm's correction, which holds whatever the dependence.

    Args:
        log_inverse_p: Shape (..., comparisons).
    """
    order = np.argsort(-log_inverse_p, axis=-1)
    ordered = np.take_along_axis(log_inverse_p, order, axis=-1)
    paid = np.minimum.accumulate(ordered - np.log(np.arange(ordered.shape[-1], 0, -1)), axis=-1)
    adjusted = np.empty_like(paid)
    np.put_along_axis(adjusted, order, paid, axis=-1)
    return adjusted
