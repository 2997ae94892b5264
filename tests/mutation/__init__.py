"""Mutation run: do the stories of the alerts notice when a rule is wrong?

A test that passes says nothing until one knows that it could fail. So rules, and the Python that makes them, are spoilt
one mistake at a time, and the real promtool is asked whether any story still comes true that should not. What nobody
notices is listed: a story is missing, or the rule says more than it needs. Nothing is ever written into the tree.
"""
