"""The three ends of an alert, on loopback: an SMTP server, a Slack incoming webhook, PagerDuty's Events API v2.

They speak the real protocols and refuse what the real services refuse, so that a route that works here works there.
They only record; nothing is sent on.
"""
