"""Small real programs for the supervisor to run, so that supervision is tested on processes and not on stand-ins."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vitals.stack.folder import RunFolder
from vitals.stack.part import Part
from vitals.stack.ports import free_ports

_SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"%d" % os.getpid())
    def log_message(self, *_): pass
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """An empty run folder."""
    run_folder = RunFolder(tmp_path / "run")
    run_folder.clear()
    return run_folder


@pytest.fixture
def server(tmp_path: Path) -> Callable[..., Part]:
    """Make a part that is a small HTTP server on a free port; it answers with its process id."""
    script = tmp_path / "server.py"
    script.write_text(_SERVER, encoding="utf-8")

    def make(name: str, *, after: tuple[str, ...] = ()) -> Part:
        port = free_ports([name])[name]
        url = f"http://127.0.0.1:{port}/"
        argv = (sys.executable, str(script), str(port))
        return Part(name=name, argv=argv, folder=tmp_path, after=after, ready_url=url, url=url, stop_within_s=2.0)

    return make
