"""How many samples do rules and dashboards make Prometheus read? Counted by one, on synthetic series of real size.

Samples queried, not time, are what a busy Prometheus runs out of, and unlike time they are the same on every machine.
The data are series as the contract and the catalogue say they are, so the numbers change only when rules, dashboards or
the catalogue do.
"""
