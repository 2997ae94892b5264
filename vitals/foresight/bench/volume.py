"""VUS-PR: the area under precision and recall over ranges, averaged over how far a range's border may be off.

After Paparrizos et al., "Volume Under the Surface", PVLDB 15(11), 2022: a label fades out over half a buffer to each
side, a range counts as found in part, and the mean over buffers from none to ``buffer`` is one number without a
threshold. It ranks scores; it says nothing of where to alarm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vitals.foresight.series import FloatArray

THRESHOLDS = 250
"""Ranks of the score at which precision and recall are taken, evenly spaced: the published code's number."""
BUFFERS = 11
"""Buffer lengths that are averaged, evenly spaced; all of them would change the third decimal."""


def vus_pr(score: FloatArray, labels: NDArray[np.bool_], buffer: int) -> float:
    """Compute the volume under the precision-recall surface.

    Args:
        score: Higher is more anomalous, shape (n,).
        labels: Which rows are anomalous, shape (n,).
        buffer: The longest buffer in rows.

    Returns:
        A number from 0 to 1; NaN where no row is labelled or all are.
    """
    if not labels.any() or labels.all():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ranks = np.linspace(0, len(score) - 1, THRESHOLDS).astype(int)
    cuts = np.searchsorted(-ranked, -ranked[ranks], side="right")  # rows at or above each threshold
    lengths = np.unique(np.linspace(0, buffer, BUFFERS).astype(int))
    return float(np.mean([_area(score, labels, order, cuts, int(length)) for length in lengths]))


def _area(
    score: FloatArray, labels: NDArray[np.bool_], order: NDArray[np.intp], cuts: NDArray[np.intp], length: int
) -> float:
    faded = _faded(labels, length)
    positives = (labels.sum() + faded.sum()) / 2.0
    true = np.concatenate([[0.0], np.cumsum(faded[order])])[cuts]
    recall = np.minimum(true / positives, 1.0)
    peaks = np.sort([score[start:end].max() for start, end in _runs(faded > 0)])
    thresholds = score[order][cuts - 1]
    existence = 1.0 - np.searchsorted(peaks, thresholds, side="left") / len(peaks)
    share = np.concatenate([[0.0], recall * existence])
    return float(np.dot(np.diff(share), true / cuts))


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _faded(labels: NDArray[np.bool_], length: int) -> FloatArray:
    """Labels as weights that fall off over half the buffer to each side of a run."""
    faded = labels.astype(np.float64)
    half = length // 2
    if half:
        weight = np.sqrt(1.0 - np.arange(1, half + 1) / length)
        for start, end in _runs(labels):
            after = faded[end : end + half]
            after += weight[: len(after)]
            before = faded[max(start - half, 0) : start]
            before += weight[: len(before)][::-1]
    return np.minimum(faded, 1.0)
