"""`vitals scale pause` refuses what it can refuse before it talks to a cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from vitals.cli.scale_pause import pause
from vitals.errors import VitalsError

KUBECONFIG = """
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: shop, context: {cluster: c, user: u}}]
"""


@pytest.mark.parametrize(
    ("duration", "why", "complaint"),
    [
        ("soon", "a test", "--for: 'soon' is not a duration.*Nothing was paused"),
        ("0s", "a test", "--for: '0s' is not a time at all.*Nothing was paused"),
        ("2d", "a test", "a pause lasts between 1s and 24h.*change its limits in the catalogue"),
        ("30m", " ", "--why is empty.*Nothing was paused"),
        ("30m", "a test", "The API server of shop does not answer.*vitals scale status --context shop"),
    ],
)
def test_a_pause_that_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, duration: str, why: str, complaint: str
) -> None:
    """The sentence says what is wrong, what was done so far, and what to do."""
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", str(file))

    with pytest.raises(VitalsError, match=complaint):
        pause("till", for_=duration, why=why, context="shop")
