"""``vitals scale pause``, ``resume`` and ``status``: hold the replicas of a service during an incident.

The pause itself is kept by the cluster (:mod:`vitals.kit.scaling.pause`); these commands only begin it, end it early
and show it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from vitals.errors import VitalsError
from vitals.kit.scaling import pause as objects
from vitals.model.catalog.fields import seconds
from vitals.verify.cluster.api import ApiServer, RefusedError
from vitals.verify.cluster.kube_context import connect
from vitals.verify.cluster.scaled import Pause, ScaledService, pauses, scaled_services

LONGEST_S = 24 * 3600
"""A scaler that is to stay still for longer is a change of the catalogue, which someone else reviews."""

_BY_KEDA = "KEDA's annotation, without an end"

_Context = Annotated[str, typer.Option("--context", help="Context of the kubeconfig, named so that none is guessed.")]
_Namespace = Annotated[str | None, typer.Option("--namespace", "-n", help="Namespace; all of them if not given.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def pause(
    service: Annotated[str, typer.Argument(help="Service whose replicas are to stay as they are.")],
    *,
    for_: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long, such as 30m.")],
    why: Annotated[str, typer.Option(help="For the people who wonder why it does not scale.")],
    context: _Context,
    namespace: _Namespace = None,
    as_json: _Json = False,
) -> None:
    """Stop the autoscaler of a service from changing its replicas; the cluster itself ends it after the time given.

    People can still set the number of replicas: `kubectl scale deployment SERVICE --replicas N`.
    """
    lasts = _length(for_)
    if not why.strip():
        raise VitalsError("--why is empty, so on-call could not tell a pause from a fault. Nothing was paused. Say it.")
    with _cluster(context) as api, _refusals_said(context, "Nothing was paused."):
        found = _one(api, service, namespace)
        _require_effect(api, found, context)
        begun = _begin(api, found, lasts, why.strip())
    if as_json:
        typer.echo(json.dumps(begun.document(), indent=2))
        return
    running = f"at {found.current} replicas" if found.current is not None else "as it is"
    longest = max((begun, *found.pauses), key=lambda one: one.until)
    earlier = "" if longest is begun else f" (by an earlier pause of {longest.by}: {longest.why})"
    then = f"and goes on to be paused by {_BY_KEDA}" if found.by_annotation else "then it scales again by itself"
    typer.echo(f"{service} stays {running} until {longest.until}{earlier}, {then}.")
    typer.echo(f"Earlier: vitals scale resume {service} --context {context}")


def resume(
    service: Annotated[str, typer.Argument(help="Service that is to scale again.")],
    *,
    context: _Context,
    namespace: _Namespace = None,
) -> None:
    """End the pauses of a service now."""
    left = []
    with _cluster(context) as api, _refusals_said(context, f"{service} may still be paused."):
        held = [one for one in pauses(api, namespace) if one.service == service]
        if not held:
            raise VitalsError(
                f"{service} is not paused, so nothing was ended. `vitals scale status --context {context}` shows why "
                "it stays as it is."
            )
        if len(places := sorted({one.namespace for one in held})) > 1:
            raise VitalsError(
                f"{service} is paused in {', '.join(places)}. Nothing was ended. Choose one with --namespace."
            )
        for one in held:
            # The note first: it is what holds the autoscaler back.
            api.delete("v1", "ConfigMap", one.name, one.namespace)
            try:
                api.delete("batch/v1", "Job", one.name, one.namespace)
            except RefusedError:
                left.append(one)
    typer.echo(f"{service} scales again.")
    for one in left:
        typer.echo(
            f"You may not remove its timer, Job {one.name}, which holds nothing by itself and ends at {one.until}."
        )


def status(*, context: _Context, namespace: _Namespace = None, as_json: _Json = False) -> None:
    """Show what scales, between which limits, and what is paused, by whom and why."""
    with _cluster(context) as api, _refusals_said(context, "Nothing can be shown."):
        found = scaled_services(api, namespace)
    if as_json:
        typer.echo(json.dumps([one.document() for one in found], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("namespace", "service", "replicas", "wanted", "limits", "paused until", "by", "why"):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(*_row(one))
    # A reason is what people wrote, with whatever brackets.
    Console(emoji=False, markup=False).print(table if found else "Nothing scales here.")


def _row(one: ScaledService) -> tuple[str, ...]:
    last = one.last_pause
    numbers = ("-" if number is None else str(number) for number in (one.current, one.wanted))
    held = (last.until, last.by, last.why) if last else (f"by {_BY_KEDA}", "", "")
    paused = held if one.paused else ("", "", "")
    return (one.namespace, one.name, *numbers, f"{one.min_replicas} to {one.max_replicas}", *paused)


def _length(text: str) -> int:
    try:
        length = seconds(text)
    except ValueError as error:
        raise VitalsError(f"--for: {error}. Nothing was paused.") from None
    if not 1 <= length <= LONGEST_S:
        raise VitalsError(
            f"--for {text}: a pause lasts between 1s and {LONGEST_S // 3600}h. Nothing was paused. To hold a service "
            "for longer, change its limits in the catalogue."
        )
    return int(length)


def _one(api: ApiServer, service: str, namespace: str | None) -> ScaledService:
    """The service by its name, in whichever namespace it is."""
    every = scaled_services(api, namespace)
    found = [one for one in every if one.name == service]
    if not found:
        known = ", ".join(sorted({one.name for one in every}))
        there = f"Those there scale {known}" if known else "There is none, so KEDA scales nothing there"
        raise VitalsError(f"No ScaledObject scales a service called {service!r}. {there}. Nothing was paused.")
    if len(found) > 1:
        raise VitalsError(
            f"{service} scales in {', '.join(one.namespace for one in found)}. Nothing was paused. Choose one with "
            "--namespace."
        )
    return found[0]


def _require_effect(api: ApiServer, service: ScaledService, context: str) -> None:
    """Refuse a pause of what the policy does not hold."""
    by_keda = f"`kubectl annotate scaledobject {service.scaler} autoscaling.keda.sh/paused=true` pauses without an end."
    if service.kind not in objects.HELD:
        raise VitalsError(
            f"{service.name} is a {service.kind}, and a pause holds {' and '.join(objects.HELD)} only, so it would "
            f"change nothing. Nothing was paused. {by_keda}"
        )
    if api.get("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", objects.POLICY) is None:
        raise VitalsError(
            f"The cluster of {context} has no policy {objects.POLICY}, which is what holds an autoscaler back, so "
            f"the pause would change nothing. Nothing was paused. `pulumi up` installs it; until then {by_keda}"
        )


def _begin(api: ApiServer, service: ScaledService, lasts: int, why: str) -> Pause:
    """The timer before its note: whatever is cut off in between ends by itself, too."""
    name = f"pause-{service.name}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    stored = api.create(objects.timer(name, service.namespace, lasts))
    # By the server's clock, which the timer goes by.
    until = datetime.fromisoformat(stored["metadata"]["creationTimestamp"]) + timedelta(seconds=lasts)
    try:
        return Pause.of(api.create(objects.note(stored, service=service.name, until=until, why=why, by=_me(api))))
    except RefusedError:
        with contextlib.suppress(RefusedError):
            api.delete("batch/v1", "Job", name, service.namespace)
        raise


def _me(api: ApiServer) -> str:
    """Who the API server takes the user for."""
    review: dict[str, Any] = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "SelfSubjectReview",
        "metadata": {"name": "who"},
    }
    return str(api.create(review)["status"]["userInfo"]["username"])


@contextlib.contextmanager
def _refusals_said(context: str, so_far: str) -> Iterator[None]:
    """Say of what the user may not do what follows from it."""
    try:
        yield
    except RefusedError as error:
        said = str(error).rstrip(".")
        if error.reason == "Unauthorized":
            raise VitalsError(
                f"{said}. {so_far} It does not know the credentials of the context {context!r}: sign in again."
            ) from error
        raise VitalsError(
            f"{said}. {so_far} docs/scaling.md lists the rights that it takes; who has them in one namespace only "
            "names it with --namespace."
        ) from error


@contextlib.contextmanager
def _cluster(context: str) -> Iterator[ApiServer]:
    try:
        with connect(context) as api:
            yield api
    except httpx.HTTPError as error:
        raise VitalsError(
            f"The API server of {context} does not answer: {error}. What was asked for may be done by halves; look "
            f"with `vitals scale status --context {context}`, and run it again."
        ) from error
