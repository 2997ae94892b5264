"""``vitals preview-comment``: the comment that shows reviewers what a pull request changes in each stack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from vitals.paths import RENDERED, ROOT
from vitals.rendered import read_several
from vitals.verify.delivery import comment, previews_in


def preview_comment(
    folder: Annotated[Path, typer.Argument(help="Holds <stack>.txt, or <stack>.failed.txt where a preview failed.")],
    *,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
) -> None:
    """Turn what `pulumi preview` printed into one comment for a pull request, with the cost of each stack."""
    previews = previews_in(folder)
    files = {preview.stack: ROOT / f"Pulumi.{preview.stack}.yaml" for preview in previews}
    stacks = {stack: yaml.safe_load(file.read_text()) for stack, file in files.items() if file.is_file()}
    models = {name: one.model for name, one in read_several(rendered, None).items()}
    typer.echo(comment(previews, models, stacks), nl=False)
