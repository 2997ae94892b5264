"""How services grow with their load: what is asked of the metrics, and the objects that KEDA reads.

What a service is scaled on comes from the same signals as its alerts and panels, so an autoscaler cannot count anything
else than what people see. Nothing here decides how much a replica bears: the catalogue says it.
"""

from vitals.kit.scaling.pause import pause_binding, pause_policy
from vitals.kit.scaling.predicted import LEAD, load_to_come, name_of
from vitals.kit.scaling.scaled_object import scaled_object
from vitals.kit.scaling.scaler import Scaler, Trigger, scalers

__all__ = [
    "LEAD",
    "Scaler",
    "Trigger",
    "load_to_come",
    "name_of",
    "pause_binding",
    "pause_policy",
    "scaled_object",
    "scalers",
]
