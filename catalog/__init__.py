"""What Vitals watches, edited by people: one file per service and environment, and who is notified.

Entries are read file by file by :func:`vitals.model.catalog.load`; nothing imports this package.
"""
