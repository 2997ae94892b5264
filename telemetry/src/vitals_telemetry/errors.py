"""The one kind of error that this distribution raises for the person who starts a service.

A busy metrics port or a forbidden mode is the operator's to solve, so it is a ``TelemetryError`` with a paragraph that
says what is wrong, what follows from it and what to do next. Nothing here is ever raised while a request is served.
"""


class TelemetryError(Exception):
    """A problem of set-up that the operator can solve; the message is complete and ready to print."""
