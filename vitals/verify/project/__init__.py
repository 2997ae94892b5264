"""The checks that every project passes, whatever it declares: what is committed, held to the real programs.

They read what is rendered and where the project's files are, so a new version of Vitals brings its checks to every
project. :mod:`vitals.verify.project.plugin` gives them to pytest, one test each.
"""
