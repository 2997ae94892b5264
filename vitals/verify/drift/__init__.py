"""Whether what runs is what is rendered: rules, routes, dashboards and scalers, asked of the programs themselves.

A program fills in defaults, spells durations and expressions in its own way and hides secrets. So what is rendered must
be found in what runs, whatever else stands there; only where something more would act (a rule, a route) is it drift.
"""
