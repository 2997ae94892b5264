"""Why there is no picture: a word for the metrics and a sentence for the log."""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal[
    "not_understood",
    "no_panel",
    "no_data",
    "prometheus",
    "not_drawn",
    "too_large",
    "no_message",
    "refused",
    "unreachable",
]
"""Few and fixed, because each is a series.

``no_panel``: the alert links to no panel that is rendered; ``no_data``: its queries have no sample; ``prometheus``: it
did not answer; ``not_drawn``: the drawing failed, took or waited too long; ``no_message``: the notification was not in
its channel; ``refused`` and ``unreachable``: by where the picture was to go. ``not_understood`` is said to the caller:
a call that is none of Alertmanager's.
"""
REASONS: tuple[Reason, ...] = get_args(Reason)


class NoPictureError(Exception):
    """There is no picture, or it could not be delivered; the text has gone out all the same.

    Args:
        reason: The word that is counted.
        said: A sentence for the log, without a secret.
    """

    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(said)
        self.reason: Reason = reason
