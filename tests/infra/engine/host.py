"""Starts a program as Pulumi's Python language host does, for the engine to talk to.

The host itself is not a Go module, but what it starts is in the SDK's: ``pulumi-language-python-exec``, run by the
interpreter of the uv project with the program's folder as working directory. This servicer gives that script the same
arguments and variables, so that what the command line of a user runs is what is tested: the path of the program and not
an import of it, and no module path of a test.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer, add_LanguageRuntimeServicer_to_server
from typing_extensions import override

from vitals.local.tools import module_folder
from vitals.paths import ROOT

SDK = "github.com/pulumi/pulumi/sdk/v3"
RUN_WITHIN_S = 120.0
"""An evaluation takes seconds; a program that waits for something that never comes must not hold the whole run."""


class _Host(LanguageRuntimeServicer):
    """Answers the engine as the host of a project with ``main: infra/`` and the toolchain uv."""

    def __init__(self, main: Path) -> None:
        self._main = main
        self._script = module_folder("pulumi", SDK) / "python" / "cmd" / "pulumi-language-python-exec"

    @override
    def GetRequiredPackages(
        self, _request: messages.GetRequiredPackagesRequest, _context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        return messages.GetRequiredPackagesResponse()

    @override
    def GetPluginInfo(self, _request: Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo()

    @override
    def Run(self, request: messages.RunRequest, _context: grpc.ServicerContext) -> messages.RunResponse:
        arguments = {
            "monitor": request.monitor_address,
            "engine": request.args[0],
            "project": request.project,
            "root_directory": str(ROOT),
            "stack": request.stack,
            "pwd": str(self._main),
            "dry_run": "true" if request.dryRun else "",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        given = [word for name, value in arguments.items() if value for word in (f"--{name}", value)]
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        config = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        ran = subprocess.run(
            [sys.executable, "-u", self._script, *given, self._main],
            cwd=self._main,
            env={**own, **config},
            capture_output=True,
            text=True,
            timeout=RUN_WITHIN_S,
            check=False,
        )
        return messages.RunResponse(error="" if ran.returncode == 0 else f"{ran.stdout}\n{ran.stderr}")


@contextmanager
def language_host(main: Path) -> Iterator[str]:
    """Serves the host on a free port of loopback.

    Args:
        main: The folder of the program, absolute.

    Yields:
        Its address, for the engine's ``--client``.
    """
    with ThreadPoolExecutor(max_workers=4) as pool:
        server = grpc.server(pool)
        add_LanguageRuntimeServicer_to_server(_Host(main), server)
        address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield address
        finally:
            server.stop(grace=None).wait()
