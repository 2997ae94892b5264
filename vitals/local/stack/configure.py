"""The configuration of one run: a copy of the rendered files with the placeholders filled in, and the secrets.

What ships is what runs, so the copy differs from the rendered files in the declared placeholders and in nothing else.
Everything that can be wrong with the rendered files is found by ``check`` before a file is written.
"""

import re
import secrets
from collections.abc import Collection, Iterator, Mapping

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.local.stack.folder import RunFolder
from vitals.rendered import Rendered, names
from vitals.rendered.placeholders import SECRETS_DIR, fill

AWS_CREDENTIALS = "sns.credentials"
"""What AWS' own library reads, by the name of a file in the environment of the process."""
BOT = "pictures.token_file"
"""What the bots that reply with pictures read, of whom Alertmanager knows nothing."""
_DEADMAN = "deadman"
_TARGET_FILE = re.compile(r"targets/([\w.-]+)\.json")


def check(
    rendered: Rendered,
    *,
    placeholders: Collection[str],
    secret_fields: Collection[str],
) -> None:
    """Look whether this stack can run the rendered files.

    Args:
        rendered: The environment.
        placeholders: The ones that this stack fills in.
        secret_fields: The kinds and fields of receivers (``slack.api_url_file`` ...) for which it makes files.

    Raises:
        VitalsError: A file is missing, or one of the two is unknown, undeclared or contradicts ``model.json``.
    """
    model, again = rendered.model, "Nothing was started. Run `vitals render` and start again."
    fields, _ = _secret_fields(rendered), rendered.prometheus
    for placeholder in sorted(set(model.placeholders) - set(placeholders)):
        raise VitalsError(
            f"{rendered.folder / names.MODEL} declares the placeholder {placeholder}, which this stack cannot fill in; "
            f"it knows {', '.join(sorted(placeholders))}. {again}"
        )
    undeclared = sorted(set(placeholders) - set(model.placeholders))
    for path in rendered.all_files():
        text = path.read_text(encoding="utf-8")
        for placeholder in undeclared:
            if placeholder in text:
                raise VitalsError(
                    f"{path} has the placeholder {placeholder}, which {names.MODEL} does not declare, so it would run "
                    f"unfilled. {again}"
                )
    for name in sorted(set(fields) ^ set(model.secrets)):
        raise VitalsError(
            f"The secret file {name!r} is named in only one of {rendered.folder / names.ALERTMANAGER} and "
            f"{names.MODEL}, so it would be missing, and a receiver would fail at its first alert. {again}"
        )
    for name, field in fields.items():
        if field not in secret_fields:
            raise VitalsError(
                f"The secret file {name!r} is missing: Alertmanager reads it as {field}, and this stack makes files "
                f"only for {', '.join(sorted(secret_fields))}. Use one of those channels in the environment. {again}"
            )


def not_run_here(rendered: Rendered, jobs: Collection[str]) -> tuple[str, ...]:
    """Return the scrape jobs of which this stack runs nothing, by name.

    Args:
        rendered: The environment.
        jobs: The scrape jobs for which the stack has targets.
    """
    return tuple(sorted(set(_TARGET_FILE.findall(rendered.prometheus)) - set(jobs)))


def write_configuration(rendered: Rendered, folder: RunFolder, values: Mapping[str, str]) -> None:
    """Copy every rendered file into the run folder's ``config``, placeholders filled in.

    Raises:
        OSError: The copy cannot be written.
    """
    for source in rendered.all_files():
        target = folder.config / source.relative_to(rendered.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, fill(source.read_bytes(), values).decode())


def silence(folder: RunFolder, services: Collection[str]) -> None:
    """Take the rules of services of which nothing runs here out of the copy, so that what is not here does not page.

    Raises:
        OSError: A file cannot be removed.
    """
    for file in (folder.config / names.RULES).glob("*.yaml"):
        if file.name.split(".")[0] in services:
            file.unlink()


def write_secrets(rendered: Rendered, folder: RunFolder, by_field: Mapping[str, str]) -> None:
    """Write every secret file that Alertmanager and the relay of pictures read, 0600.

    Args:
        rendered: The environment.
        folder: The run folder.
        by_field: What a file holds, by the kind of receiver and the field that read it.

    Raises:
        OSError: A file cannot be written.
    """
    for name, field in _secret_fields(rendered).items():
        write_atomic(folder.secrets / name, by_field[field], mode=0o600)
    pictures = rendered.model.pictures
    for name in pictures.bots if pictures else ():
        write_atomic(folder.secrets / name, by_field[BOT], mode=0o600)


def new_secret(digits: int = 32) -> str:
    """Make a random secret of that many hexadecimal digits."""
    return secrets.token_hex(digits // 2)


def _secret_fields(rendered: Rendered) -> dict[str, str]:
    """File name -> what reads it, for example ``platform-slack-webhook-url`` -> ``slack.api_url_file``."""
    config = rendered.parsed(names.ALERTMANAGER)
    found = {name: f"global.{field}" for field, name in _files_in(config.get("global"))}
    for receiver in config.get("receivers", ()):
        for key, settings in receiver.items():
            kind = _DEADMAN if receiver["name"] == _DEADMAN else key.removesuffix("_configs")
            found |= {name: f"{kind}.{field}" for field, name in _files_in(settings)}
    if rendered.model.aws_credentials_file:
        found[rendered.model.aws_credentials_file] = AWS_CREDENTIALS
    return found


def _files_in(value: object) -> Iterator[tuple[str, str]]:
    """The fields that name a secret file, however deep, each with the name."""
    if isinstance(value, list):
        for one in value:
            yield from _files_in(one)
    if isinstance(value, dict):
        for field, inner in value.items():
            if isinstance(inner, str) and field.endswith("_file") and inner.startswith(f"{SECRETS_DIR}/"):
                yield field, inner.removeprefix(f"{SECRETS_DIR}/")
            else:
                yield from _files_in(inner)
