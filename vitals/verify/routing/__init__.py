"""Who is notified when an alert fires, read from a rendered ``alertmanager.yml``: receiver, times, hours, inhibitions.

Which receiver it is the real amtool says; this room only explains the way there, and refuses to answer when the two
disagree. It knows rendered files, never the catalogue.
"""

from vitals.verify.routing.answer import Answer, Inhibition, Notified, answer
from vitals.verify.routing.choice import chosen_alerts
from vitals.verify.routing.tree import Route, routes_of

__all__ = ["Answer", "Inhibition", "Notified", "Route", "answer", "chosen_alerts", "routes_of"]
