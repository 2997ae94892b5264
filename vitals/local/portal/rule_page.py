"""One rule as HTML: its condition, which can be asked at once, and what it says, with links that lead somewhere."""

import html

from vitals.http_address import is_http_address
from vitals.local.portal.runbooks import query_url
from vitals.rendered import RuleEntry


def rule_html(rule: RuleEntry) -> str:
    """Return a rule as it is evaluated: condition, duration, labels and annotations, all as text."""
    held = {"For": rule.for_ or "0s"}
    if rule.keep_firing_for:
        held["Keeps firing for"] = rule.keep_firing_for
    rows = {**held, **rule.labels, **rule.annotations}
    table = "".join(f"<tr><th>{html.escape(name)}</th><td>{_linked(text)}</td></tr>" for name, text in rows.items())
    return (
        f'<pre tabindex="0"><code>{html.escape(rule.expr)}</code></pre>'
        f'<p class="run"><a href="{html.escape(query_url(rule.expr))}">Run this query</a></p>'
        f'<div class="scroll"><table><tbody>{table}</tbody></table></div>'
    )


def _linked(text: str) -> str:
    """Make an address that is whole a link; one with template fields in it is filled only when the alert fires."""
    shown = html.escape(text)
    if is_http_address(text) and "{{" not in text and not set(text) & set(" \n\t\"'<>"):
        return f'<a href="{shown}">{shown}</a>'
    return shown
