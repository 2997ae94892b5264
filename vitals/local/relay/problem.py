"""Why there is no picture: a word for the metrics and a sentence for the log."""

from __future__ import annotations

from typing import Literal, get_args

OfDelivery = Literal[
    "no_panel",
    "no_data",
    "prometheus",
    "not_drawn",
    "too_large",
    "no_message",
    "refused",
    "unreachable",
]
OfCall = Literal["not_allowed", "not_understood"]
Reason = OfDelivery | OfCall
"""Few and fixed, because each is a series.

``no_panel``: the alert links to no panel that is rendered; ``no_data``: its queries have no sample; ``prometheus``: it
did not answer; ``not_drawn``: the drawing failed, took or waited too long; ``no_message``: the notification was not in
its channel; ``refused`` and ``unreachable``: by where the picture was to go.

Of a call: ``not_allowed``: its token is missing or another; ``not_understood``: it is none of Alertmanager's, or names
a receiver that has no channels here.
"""
REASONS: tuple[Reason, ...] = get_args(OfDelivery)
OF_CALLS: tuple[Reason, ...] = get_args(OfCall)


class NoPictureError(Exception):
    """There is no picture, or it could not be delivered; the text has gone out all the same.

    Args:
        reason: The word that is counted.
        said: A sentence for the log, without a secret.
    """

    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(said)
        self.reason: Reason = reason
