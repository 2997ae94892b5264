"""Who is notified when an alert fires, read from a rendered ``alertmanager.yml``: receiver, times, hours, inhibitions.

Which receiver it is the real amtool says; this room only explains the way there, and refuses to answer when the two
disagree. Where no program may be started, the way that was read is the answer; the tests hold the two together. It
knows rendered files, never the catalogue.
"""

from vitals.verify.routing.answer import Answer, Inhibition, Notified, answer, answer_as_read
from vitals.verify.routing.choice import chosen_alerts
from vitals.verify.routing.tree import Route, routes_of

__all__ = ["Answer", "Inhibition", "Notified", "Route", "answer", "answer_as_read", "chosen_alerts", "routes_of"]
