"""How many samples do rules and boards make Prometheus touch? Counted by a real one, on made-up data of real size.

Samples touched, not time, is what a busy Prometheus runs out of, and unlike time it is the same on every machine. The
data are series as the contract and the catalogue say they are, so the numbers change only when rules, boards or the
catalogue do.
"""
