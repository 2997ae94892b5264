"""Mutation run: do the test cases of the alerts fail when a rule is wrong?

A test that passes says nothing until one knows that it could fail. So rules, and the Python that makes them, are
mutated at one place at a time, and the real promtool runs the test cases against each mutant. A mutant that no case
kills is listed: a case is missing, or the rule says more than it needs. Nothing is ever written into the tree.
"""
