"""The oracle: when each alert must fire, a second time, from raw samples and what was promised, not from a rule.

It imports the standard library and itself, so a mistake in a rule or in what makes rules is not repeated here
(docs/adr/0010). A test of an alert says in its words what must be so; the real promtool is held to the answer.
"""
