"""The portal: one loopback web page that shows a running stack, its boards, its alerts and who was told.

It reads Prometheus, Alertmanager, rendered boards and what its ``Feeds`` tell it, and changes nothing anywhere. It
needs no Grafana and no build step, and it is honest about both: its pictures are Vitals' own.
"""
