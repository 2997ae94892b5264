"""A synthetic past for a fresh stack: what windows of an hour and more read, so that they can speak at once.

What is filled is derived from the rendered rules. It is only ever put into an empty data folder, and the stack says
from which moment on its data are real.
"""
