"""What ``vitals import`` reads: a file, or the answer of a server, both up to a bound and unpacked."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from vitals.cli.http_option import require_http_address
from vitals.errors import VitalsError
from vitals.http_address import is_http_address, without_password
from vitals.http_client import BlockingClient, LongAnswerError
from vitals.kit.imports.source_bytes import too_large, unpacked

MOST_YAML = 20 * 2**20
"""Bytes, as `vitals check` has it: all rules of kube-prometheus together are below a megabyte."""
MOST_SCRAPE = 256 * 2**20
"""Bytes. kube-state-metrics answers with some hundred megabytes where a cluster has tens of thousands of pods."""
_WITHIN_S = 30.0
"""What lists everything in a cluster answers within 10 s; a busy one may take longer than its scrape is given."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_BARE_ADDRESS = re.compile(r"[\w.-]+:\d+(?:/|$)")
"""What browsers and curl take for an address, without the scheme."""


def is_address(source: str) -> bool:
    """Whether a source is the address of a server, and not a path.

    Raises:
        VitalsError: It was meant as one and cannot be one.
    """
    if is_http_address(source) or Path(source).exists():
        return is_http_address(source)
    if _SCHEME.match(source):
        require_http_address("The source", source)
    return False


def content_of(file: Path, most: int = MOST_YAML) -> bytes:
    """The bytes of a file to import, unpacked.

    Args:
        file: The file.
        most: How many bytes are read, packed and unpacked.

    Raises:
        VitalsError: It cannot be read, is too large, or is packed in a way that is not known here.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        fix = "Correct the path."
        if _SCHEME.match(str(file)):
            fix = "This command reads a file: save what that address answers and name the file."
        elif _BARE_ADDRESS.match(str(file)):
            fix = "Correct the path; an address begins with http:// or https://."
        raise VitalsError(
            f"{file} cannot be read ({error.strerror or error}), so nothing was imported. {fix}"
        ) from error
    if len(content) > most:
        raise too_large(str(file), most)
    return unpacked(str(file), content, most)


def answer_of(url: str, give: str, most: int = MOST_YAML) -> tuple[int, bytes]:
    """The status of a server's answer, and its body, unpacked.

    Args:
        url: The address.
        give: What to give in its place, for who gave a wrong one.
        most: How many bytes are read.

    Raises:
        VitalsError: There is no answer, it is too large, or it is not packed as it says.
    """
    shown = without_password(url)
    accept = {"accept": "text/plain, application/json"}
    try:
        with BlockingClient(within_s=_WITHIN_S, most_bytes=most, follow_redirects=True) as client:
            answer = client.get(url, headers=accept)
    except LongAnswerError:
        raise too_large(shown, most) from None
    except httpx.DecodingError as error:
        raise VitalsError(
            f"{shown} says that its answer is packed, and it cannot be unpacked ({error}), so nothing was imported. "
            "Give it as a file."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise VitalsError(
            f"{shown} does not answer ({str(error) or type(error).__name__}), so nothing was imported. {give}"
        ) from error
    return answer.status_code, unpacked(shown, answer.content, most)
