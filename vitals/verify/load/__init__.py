"""Load tests: users and arrivals by Locust, judged by the marks that the catalogue's objectives come to.

Locust works in a process of its own (``generator``), because it patches the process that imports it and because what a
generator used, and how late it was, must be known apart from what only watches. Everything else here is on the side
that watches: it reads the generator's intervals, samples the replicas, judges and draws.
"""
