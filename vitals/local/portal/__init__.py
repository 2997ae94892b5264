"""The portal: one loopback web page that shows a running stack, its dashboards, its alerts and their notifications.

It reads Prometheus, Alertmanager, rendered dashboards and what its ``StackInterface`` give it, and changes nothing
anywhere. It needs no Grafana and no build step, and it is honest about both: its pictures are Vitals' own.
"""
