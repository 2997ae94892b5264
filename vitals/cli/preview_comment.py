"""``vitals preview-comment``: the comment that tells reviewers what a pull request changes in each stack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.rendered_models import rendered_models
from vitals.delivery import comment, previews_in
from vitals.paths import RENDERED


def preview_comment(
    folder: Annotated[Path, typer.Argument(help="Holds <stack>.txt, or <stack>.failed.txt where a preview failed.")],
    *,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
) -> None:
    """Turn what `pulumi preview` printed into one comment for a pull request, with the cost of each stack."""
    typer.echo(comment(previews_in(folder), rendered_models(rendered, None)), nl=False)
