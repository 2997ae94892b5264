"""Expressions that differ in nothing but the service whose series they select have one form.

Every service is asked the same questions, so of ten thousand expressions all but some hundreds differ in a name alone.
What the name cannot change, such as where an expression breaks into lines or whether it can return anything, is found
once for each form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from vitals.model.conventions import SERVICE
from vitals.model.promql.build import Expr, parse
from vitals.model.promql.resolve import ResolvedQuery, resolve
from vitals.model.promql.vocabulary import PromqlError, Vocabulary

_COMPARED = re.compile(rf"{SERVICE}\s*(?:!|=~)")
"""A matcher for which it matters what the name of a service is."""
_ALL_SERIES = "__name__"
"""The label whose matcher reads whatever series there are, of which there may be more for the next service."""


def form_of(text: str, service: str) -> str:
    """An expression with a stand-in for the service that it selects.

    The stand-in is as long as the name, so that lines break at the same places, and no name that a service can have.
    An expression that names the service elsewhere too, or compares it otherwise, is a form of its own.
    """
    form = text.replace(_selects(service), _selects(_stand_in(service)))
    return text if service in form or _ALL_SERIES in form or _COMPARED.search(form) else form


def laid_out(expr: Expr, service: str) -> str:
    """What :meth:`Expr.pretty` returns, for an expression of a service."""
    if expr.source:
        return expr.source
    return _pretty(form_of(expr.text, service)).replace(_selects(_stand_in(service)), _selects(service))


@dataclass(frozen=True, slots=True)
class ResolvedForms:
    """Resolves expressions of many services against one vocabulary.

    Attributes:
        vocabulary: Every series that may be read. Series may be added between two expressions, and none changed.
    """

    vocabulary: Vocabulary
    _found: dict[str, ResolvedQuery | None] = field(default_factory=dict)

    def resolve(self, expr: Expr, service: str) -> ResolvedQuery:
        """What :func:`resolve` returns, for an expression of a service.

        Raises:
            PromqlError: As :func:`resolve` does.
        """
        form = form_of(expr.text, service)
        if form not in self._found:
            self._found[form] = self._of_any_service(form)
        return self._found[form] or resolve(expr, self.vocabulary)

    def _of_any_service(self, form: str) -> ResolvedQuery | None:
        """What is known of a form; None where it can return nothing for a name that no service has."""
        try:
            return resolve(Expr(form, built=True), self.vocabulary)
        except PromqlError:
            return None


@lru_cache(maxsize=4096)
def _pretty(form: str) -> str:
    return parse(form).prettify()


def _selects(service: str) -> str:
    return f'{SERVICE}="{service}"'


def _stand_in(service: str) -> str:
    return "_" * len(service)
