"""A small wellness analytics platform: the real input of the local monitoring stack.

People record how they slept, moved and felt; the platform answers with a dashboard, trends and reports that a worker
writes in the background. It is an ordinary service that imports ``vitals_telemetry`` and knows nothing of the stack
that watches it. Two programs: ``python -m wellness.api`` and ``python -m wellness.worker``.
"""
