"""The pictures that followed notifications, as they were received."""

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

_NAME = re.compile(r"[0-9a-f]{32}\.png")


def picture_routes(folder: Path | None) -> list[Route]:
    """Return the route of one picture by its name, which is that of its content; none without a folder."""
    if folder is None:
        return []

    def picture(request: Request) -> FileResponse:
        name = request.path_params["name"]
        if not _NAME.fullmatch(name) or not (folder / name).is_file():
            raise HTTPException(404, "There is no such picture; only the newest of a run are kept.")
        return FileResponse(folder / name, media_type="image/png", headers={"Cache-Control": "max-age=3600, immutable"})

    return [Route("/notifications/pictures/{name}", picture, methods=["GET"])]
