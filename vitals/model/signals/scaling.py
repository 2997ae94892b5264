"""The autoscaling family: do replicas follow the load, what drives them, and what holds them back?

Replicas, limits and conditions are what Kubernetes says of its autoscalers, so they hold for every one of them, by
whatever it was made. What the triggers read is what KEDA says of its own.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, over_time
from vitals.model.signals import gauge
from vitals.model.signals.idioms import or_zero, where_positive
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

AUTOSCALER = (SERVICE, "namespace", "horizontalpodautoscaler")
CONDITION = (*AUTOSCALER, "condition")
DRIVER = (*AUTOSCALER, "metric_name", "metric_target_type")
SCALED = (SERVICE, "namespace", "scaledObject")
TRIGGER = (*SCALED, "scaler")
WAVES_WINDOW = "1h"
_KSM = "kube_horizontalpodautoscaler"
_NONE = "nothing is scaled here"
_NO_MEASURE = "an autoscaler that cannot read a metric has no value of it"
_NO_SCALER = "KEDA has nothing of a service before it is scaled for the first time"

REPLICAS = Signal(
    id="scaling.replicas.current",
    title="Replicas",
    question="How many replicas run, and how near are they to their limits? At the upper one load is not followed.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="autoscaler:replicas:max",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=gauge.last(f"{_KSM}_status_current_replicas").max_by(AUTOSCALER),
    may_be_empty=_NONE,
)

WANTED = Signal(
    id="scaling.replicas.wanted",
    title="Replicas wanted",
    question="How many replicas does the autoscaler want? More than there are for long: no room, or held back.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="autoscaler:replicas_wanted:max",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=gauge.last(f"{_KSM}_status_desired_replicas").max_by(AUTOSCALER),
    may_be_empty=_NONE,
)

FEWEST = Signal(
    id="scaling.limits.fewest",
    title="Replicas at least",
    question="How many replicas always run? A service that rests on this number all day could have a lower one.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="autoscaler:replicas_limit:min",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=gauge.last(f"{_KSM}_spec_min_replicas").max_by(AUTOSCALER),
    may_be_empty=_NONE,
)

MOST = Signal(
    id="scaling.limits.most",
    title="Replicas at most",
    question="How many replicas may run? What stands behind the service must bear that many.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="autoscaler:replicas_limit:max",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=gauge.last(f"{_KSM}_spec_max_replicas").max_by(AUTOSCALER),
    may_be_empty=_NONE,
)

USED = Signal(
    id="scaling.limits.used",
    title="Replicas / limit",
    question="How much of what it may grow has a service grown? At 100 % more load only makes it slower.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="autoscaler:replicas_limit:ratio",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=REPLICAS.recorded() / where_positive(MOST.recorded()),
    phrase="{value} of its replica limit in use",
    may_be_empty=_NONE,
)


FAILING = Signal(
    id="scaling.conditions.failing",
    title="Failing autoscaler conditions",
    question=(
        "Can the autoscaler do its work? AbleToScale: it cannot change replicas, or may not during a pause. "
        "ScalingActive: it can read none of its metrics."
    ),
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="autoscaler_condition:failing:max",
    labels=CONDITION,
    group=Group.SCALING,
    # ScalingLimited is left out: it is true whenever a limit counts.
    query=gauge.last(f"{_KSM}_status_condition", condition="~AbleToScale|ScalingActive", status="false").max_by(
        CONDITION
    ),
    phrase="{value} autoscaler condition{s} failing",
    may_be_empty=_NONE,
)

DRIVERS = Signal(
    id="scaling.load.drivers",
    title="Load per replica / threshold",
    question=(
        "What drives the number of replicas? The metric that is highest decides; above 100 % replicas are added. s0 is "
        "the first trigger of the ScaledObject, s1 the second."
    ),
    unit=Unit.RATIO,
    direction=Direction.NEITHER,
    record="autoscaler_metric:load_per_replica:ratio",
    labels=DRIVER,
    group=Group.SCALING,
    query=(
        gauge.last(f"{_KSM}_status_target_metric").max_by(DRIVER)
        / where_positive(gauge.last(f"{_KSM}_spec_target_metric").max_by(DRIVER))
    ),
    may_be_empty=_NO_MEASURE,
)


def _step(exporter: Service, scrape: Scrape) -> Expr:
    """How many more or fewer replicas are desired than one evaluation ago; both are recorded, so none counts twice."""
    now, before = WANTED.select(service=exporter.name), WANTED.ago(scrape.others, service=exporter.name)
    return call("abs", now - before)


STEPS = Signal(
    id="scaling.replicas.steps",
    title="Replicas added or removed",
    question="When are more or fewer replicas desired, and by how many? Large steps up are wanted, those down are not.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="autoscaler:replicas_wanted:step",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=SignalQuery(_step),
    without_history="a change needs an evaluation before it",
    may_be_empty=_NONE,
)


def _waves(exporter: Service, _: Scrape) -> Expr:
    """The way up and down over twice the distance between the most and the fewest desired replicas: a wave counts one.

    Its steps do not matter, so a service that follows one steep wave of load in twenty steps has one wave as well, and
    one that only grows has half of one.
    """

    def within(operation: str, signal: Signal) -> Expr:
        return over_time(operation, signal.record, {SERVICE: exporter.name}, WAVES_WINDOW)

    wanted = WANTED.select(service=exporter.name)
    distance = within("max", WANTED) - within("min", WANTED)
    # What has gone has no waves, although an hour of it is still remembered.
    return or_zero(within("sum", STEPS) / (2 * where_positive(distance)) & wanted, wanted)


WAVES = Signal(
    id="scaling.replicas.waves",
    title="Replica waves (1h)",
    question="How often did replicas go up and down again? Often means that they are started only to be stopped.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="autoscaler:replicas_wanted:waves1h",
    labels=AUTOSCALER,
    group=Group.SCALING,
    query=SignalQuery(_waves),
    phrase="replicas up and down {value} times in 1h",
    may_be_empty=_NONE,
)

TRIGGERS = Signal(
    id="scaling.load.triggers",
    title="Load by trigger",
    question="What does each trigger read? It is the load of the whole service; its threshold is for one replica.",
    unit=Unit.COUNT,
    direction=Direction.NEITHER,
    record="scaledobject_trigger:value:max",
    labels=TRIGGER,
    group=Group.SCALING,
    query=gauge.last("keda_scaler_metrics_value").max_by(TRIGGER),
    may_be_empty=_NO_SCALER,
)

PAUSED = Signal(
    id="scaling.paused.annotation",
    title="Paused by annotation",
    question="Which scaler stands still on purpose? An annotation of KEDA's stays until it is taken away by hand.",
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="scaledobject:paused:max",
    labels=SCALED,
    group=Group.SCALING,
    query=gauge.last("keda_scaled_object_paused").max_by(SCALED),
    may_be_empty=_NO_SCALER,
    phrase="{value} pause{s} by annotation",
)

OF_KUBE_STATE_METRICS = (REPLICAS, WANTED, FEWEST, MOST, USED, FAILING, DRIVERS, STEPS, WAVES)
OF_KEDA = (TRIGGERS, PAUSED)
