"""The command line: the options that both programs share, and the checks that come before anything is started.

A value that cannot work ends the program with exit code 2 and one paragraph on standard error. Values that may hold a
password are never repeated.
"""

from __future__ import annotations

import argparse
import re
from importlib.metadata import version
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

from .backends import MEMORY
from .bounded import ReplicaBound
from .firestore_repository import CloudDatabase
from .serving import LOOPBACK

_HIGHEST_PORT = 65535
_CLOUD_DATABASE = re.compile(r"projects/(?P<project>[a-z][a-z0-9-]+)/databases/(?P<name>\(default\)|[a-z][a-z0-9-]+)")


def parser_for(program: str, purpose: str) -> argparse.ArgumentParser:
    """A parser with the options of both programs.

    Args:
        program: How it is called, for example ``python -m wellness.api``.
        purpose: First line of ``--help``.
    """
    parser = argparse.ArgumentParser(
        prog=program,
        description=purpose,
        epilog="The admin port listens on 127.0.0.1 whatever --listen says. A port of 0 takes a free one; when ready, "
        "the program prints one JSON line with the ports. SIGTERM and SIGINT stop it gracefully.",
    )
    database = parser.add_mutually_exclusive_group(required=True)
    database.add_argument(
        "--firestore", dest="database", type=address, metavar="HOST:PORT", help="the Firestore emulator"
    )
    database.add_argument(
        "--firestore-database",
        dest="database",
        type=cloud_database,
        metavar="projects/P/databases/D",
        help="a Firestore database, as the account that the environment gives the process",
    )
    database.add_argument(
        "--sqlite", dest="database", type=file, metavar="FILE", help="a SQLite database instead of Firestore"
    )
    parser.add_argument(
        "--worker-queue",
        required=True,
        type=file,
        metavar="FILE",
        help="task queue: a SQLite file shared by the API and the worker",
    )
    parser.add_argument(
        "--metrics-port", required=True, type=port, metavar="PORT", help="where Prometheus finds /metrics"
    )
    parser.add_argument(
        "--listen",
        default=LOOPBACK,
        type=ip_address,
        metavar="ADDRESS",
        help="where other ports than the admin port listen (default: %(default)s)",
    )
    parser.add_argument(
        "--otlp", type=http_url, metavar="URL", help="OTLP/HTTP receiver of traces (default: not exported)"
    )
    parser.add_argument("--version", default=version("vitals-demo"), help="version to report (default: %(default)s)")
    parser.add_argument("--revision", default="unknown", help="commit to report (default: %(default)s)")
    return parser


def port(text: str) -> int:
    """A port number; 0 stands for a free one."""
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 0 to {_HIGHEST_PORT}")
    return int(text)


def address(text: str) -> str:
    """A ``HOST:PORT`` pair, unchanged."""
    host, _, number = text.rpartition(":")
    fits = number.isascii() and number.isdigit() and 0 < int(number) <= _HIGHEST_PORT
    if not host or "/" in host or not fits:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT; give for example 127.0.0.1:8085")
    return text


def cloud_database(text: str) -> CloudDatabase:
    """A Firestore database by its full name."""
    named = _CLOUD_DATABASE.fullmatch(text)
    if named is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a database; give for example projects/my-project/databases/(default)"
        )
    return CloudDatabase(**named.groupdict())


def ip_address(text: str) -> str:
    """An IPv4 address, unchanged."""
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an IPv4 address; give 127.0.0.1, or 0.0.0.0 in a container"
        ) from None


def file(text: str) -> Path:
    """A file that exists or can be created."""
    if "://" in text:
        raise argparse.ArgumentTypeError("only a SQLite file is supported here, not a URL; give a file name")
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is a folder; give a file in it")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"the folder {path.parent} does not exist; create it first")
    return path


def readable_file(text: str) -> Path:
    """A file that exists."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a file; give one that exists")
    return Path(text)


def cache(text: str) -> str:
    """``memory``, or the URL of a Redis."""
    if text == MEMORY:
        return text
    return _url(text, ("redis", "rediss"), f"{MEMORY} or a URL such as redis://127.0.0.1:6379/0")


def bound(text: str) -> ReplicaBound:
    """What a replica bears."""
    given = re.fullmatch(r"(?P<at_once>[1-9]\d{0,3}):(?P<io_wait>\d{1,2}(\.\d+)?)", text, re.ASCII)
    if given is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a bound; give N:SECONDS, from 1 to 9999 requests and less than 100 s, for example 4:0.12"
        )
    return ReplicaBound(int(given["at_once"]), float(given["io_wait"]))


def http_url(text: str) -> str:
    """An ``http`` or ``https`` URL, unchanged."""
    return _url(text, ("http", "https"), "a URL such as http://127.0.0.1:4318/v1/traces")


def _url(text: str, schemes: tuple[str, ...], expected: str) -> str:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise argparse.ArgumentTypeError(f"this is not what is expected here; give {expected}")
    return text
