"""One comment for a pull request: what changes for whom, pictures of what looks different, new problems, cost.

Everything is derived from rendered files of two revisions, which git hands out as text; the code that runs is that of
the checkout, so a report made from the base runs nothing of the branch.
"""
