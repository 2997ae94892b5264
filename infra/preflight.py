"""Do a stack file and the rendered files agree? What the environment watches must be reachable from this stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vitals.errors import VitalsError
from vitals.rendered import Rendered

from .monitoring.remote_write import no_password
from .settings import Google, Settings
from .workloads import Workload

ONLY_ON_GOOGLE = ("stackdriver", "collector")
"""Exporters that read from Google or write to it."""
ON_THE_NODE = ("node", "kubelet", "kubelet-volumes")
"""Exporters that see the machine itself, which Autopilot does not show."""


def preflight_check(stack: str, settings: Settings, rendered: Rendered, accounts: Sequence[Workload]) -> None:
    """Refuse a stack that cannot feed what its environment watches, or lacks a secret of its own.

    Args:
        stack: Its name, for the message.
        settings: What its file says.
        rendered: The environment's files.
        accounts: Who reads which secret file.

    Raises:
        VitalsError: Naming what is missing and the command that sets it.
    """
    problems = [
        *_unreachable(stack, settings, rendered),
        *_another_back_end(stack, settings, rendered),
        *(_not_on_autopilot(settings.google, rendered) if settings.google else ()),
        *_unsendable(stack, settings, rendered),
        *_missing_secrets(stack, settings, accounts),
    ]
    if problems:
        raise VitalsError("\n".join([*problems, "Nothing was created."]))


def _unreachable(stack: str, settings: Settings, rendered: Rendered) -> Iterator[str]:
    watches = f"The environment {settings.environment!r} watches"
    if rendered.scrapes("redis") and settings.redis_address is None:
        yield (
            f"{watches} a Redis, and nothing says where it is. Set it with `pulumi config set --stack {stack} "
            "vitals:redisAddress HOST:PORT`, or take 'redis' out of the environment's exporters and render."
        )
    if settings.redis_address is not None and not rendered.scrapes("redis"):
        yield (
            f"vitals:redisAddress is set, and the environment {settings.environment!r} watches no Redis. Remove it "
            f"with `pulumi config rm --stack {stack} vitals:redisAddress`, or add 'redis' to its exporters."
        )
    if rendered.scrapes("foresight") and settings.foresight is None:
        yield (
            f"{watches} the foresight service, and nothing says with which image it runs. Set it with `pulumi config "
            f"set --stack {stack} --path vitals:foresight.image IMAGE@DIGEST`, or take 'foresight' out of the "
            "environment's exporters and render."
        )
    if settings.foresight is not None and not rendered.scrapes("foresight"):
        yield (
            f"vitals:foresight is set, and the environment {settings.environment!r} does not watch that service. "
            f"Remove it with `pulumi config rm --stack {stack} vitals:foresight`, or add 'foresight' to its exporters."
        )
    yield from _pictures(stack, settings, rendered)
    foreign = [job for job in ONLY_ON_GOOGLE if rendered.scrapes(job)]
    if foreign and not settings.google:
        yield (
            f"{watches} {' and '.join(foreign)}, which need a Google project, and vitals:google is not set. Set it, or "
            "take them out of the environment's exporters and render."
        )


def _pictures(stack: str, settings: Settings, rendered: Rendered) -> Iterator[str]:
    """Without the relay each notification would have a second one that fails; without notices the relay is idle."""
    if rendered.model.pictures and settings.pictures is None:
        yield (
            f"The environment {settings.environment!r} sends pictures after notifications, and nothing says with which "
            f"image their relay runs. Set it with `pulumi config set --stack {stack} --path vitals:pictures.image "
            "IMAGE@DIGEST`, or take `pictures` out of the environment and render."
        )
    if settings.pictures is not None and not rendered.model.pictures:
        yield (
            f"vitals:pictures is set, and the environment {settings.environment!r} sends none. Remove it with `pulumi "
            f"config rm --stack {stack} vitals:pictures`, or set `pictures` of the environment and of a channel."
        )


def _another_back_end(stack: str, settings: Settings, rendered: Rendered) -> Iterator[str]:
    if not rendered.managed:
        return
    if not settings.google:
        yield (
            f"The environment {settings.environment!r} is rendered for Google's managed Prometheus, which only a "
            "cluster on Google has, and vitals:google is not set. Set it, or name an environment whose delivery is "
            "'operator'."
        )
    if settings.demo:
        yield (
            "vitals:demo is set, and the two services of the demo share a pod, which managed collection takes for one "
            f"service. Remove it with `pulumi config rm --stack {stack} vitals:demo`, or name an environment whose "
            "delivery is 'operator'."
        )


def _not_on_autopilot(google: Google, rendered: Rendered) -> Iterator[str]:
    if google.autopilot:
        yield from not_on_autopilot(
            rendered, "vitals:google.cluster.autopilot is true", "take autopilot out and name nodePools"
        )


def not_on_autopilot(rendered: Rendered, why: str, way_out: str) -> Iterator[str]:
    """What of an environment an Autopilot cluster does not show.

    Args:
        rendered: The environment's files.
        why: How it is known that Google makes the nodes.
        way_out: What to do about that, beside another environment.
    """
    name = rendered.model.environment.name
    if not rendered.managed:
        yield (
            f"{why}, and the environment {name!r} is rendered for a Prometheus of "
            "our own, to which an Autopilot cluster shows neither nodes nor kubelets: rules about machines and "
            "containers would never fire. Name an environment whose delivery is 'managed' and which watches no nodes, "
            f"such as 'autopilot', or {way_out}."
        )
    forbidden = [job for job in ON_THE_NODE if rendered.scrapes(job)]
    if rendered.managed and forbidden:
        yield (
            f"{why}, and the environment {name!r} watches {' and '.join(forbidden)}, "
            "which needs the host, and Autopilot does not give it. Take it out of the environment's exporters and "
            f"render, or {way_out}."
        )


def _unsendable(stack: str, settings: Settings, rendered: Rendered) -> Iterator[str]:
    """Samples that cannot leave as the file says."""
    set_here = {"clusterLabel": settings.cluster_label, "remoteWrite": settings.remote_write}
    given = [key for key, value in set_here.items() if value]
    if rendered.managed and given:
        yield (
            f"vitals:{' and vitals:'.join(given)} {'are' if len(given) > 1 else 'is'} set, and the environment "
            f"{settings.environment!r} is rendered for Google's managed Prometheus, which stores the samples of all "
            "clusters in one place and labels each with its cluster by itself. Remove with "
            + " and ".join(f"`pulumi config rm --stack {stack} vitals:{key}`" for key in given)
            + "."
        )
    if settings.google:
        yield from (no_password(name) for name, one in sorted(settings.remote_write.items()) if one.basic_auth)


def _missing_secrets(stack: str, settings: Settings, accounts: Sequence[Workload]) -> Iterator[str]:
    if settings.google:
        return
    wanted = sorted({file for account in accounts for file in account.secrets})
    commands = [
        f"  pulumi config set --stack {stack} --secret --path 'vitals:secrets[\"{file}\"]'"
        for file in wanted
        if file not in settings.secrets
    ]
    if commands:
        yield "\n".join(["Secret files have no value yet, so what mounts them would never start. Set each:", *commands])
    unknown = sorted(set(settings.secrets) - set(wanted))
    if unknown:
        yield (
            f"vitals:secrets has {', '.join(unknown)}, which nothing reads (known are {', '.join(wanted)}). Remove it "
            f"with `pulumi config rm --stack {stack} --path 'vitals:secrets[\"{unknown[0]}\"]'`."
        )
