"""Answers for programs that speak the Model Context Protocol: what is watched, what an alert means, what a change does.

Everything is read from rendered files, runbooks and git, as people read them. Nothing is asked of a running server,
nothing is written, and no program but git is started.
"""

from vitals.verify.mcp_tools.read import ProjectFiles
from vitals.verify.mcp_tools.server import server

__all__ = ["ProjectFiles", "server"]
