"""Dashboards in the classic form, as people's exports have them: what every reader of them needs.

Grafana keeps old forms readable for years, so exports of any age are in repositories; here they become today's.
"""
