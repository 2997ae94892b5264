"""A small real program to supervise, so that supervision is tested on processes and not on stand-ins."""

from __future__ import annotations

import sys
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import free_ports

_SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"%d" % os.getpid())
    def log_message(self, *_): pass
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def small_server(folder: Path, name: str, *, after: tuple[str, ...] = ()) -> Part:
    """Make a part that is an HTTP server on a free port; it answers with its process id."""
    script = folder / "server.py"
    script.write_text(_SERVER, encoding="utf-8")
    port = free_ports([name])[name]
    url = f"http://127.0.0.1:{port}/"
    argv = (sys.executable, str(script), str(port))
    return Part(name=name, argv=argv, folder=folder, after=after, ready_url=url, url=url, stop_within_s=2.0)
