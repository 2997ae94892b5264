"""What a forecast of a quantile costs."""

from __future__ import annotations

import numpy as np

from vitals.foresight.series import FloatArray


def quantile_loss(truth: FloatArray, forecast: FloatArray, share: float) -> float:
    """Mean quantile (pinball) loss: ``share`` per unit that the truth lies above, the rest per unit below."""
    above = truth - forecast
    return float(np.mean(np.maximum(share * above, (share - 1.0) * above)))
