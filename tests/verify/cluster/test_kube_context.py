"""The kubeconfig's context leads to the right server with the right credentials, or to a sentence that says why not."""

from __future__ import annotations

import base64
import http.server
import json
import ssl
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.verify.cluster.authority import Authority
from vitals.verify.cluster.kube_context import connect

USER = "till@shop.example"


class _Answers(http.server.BaseHTTPRequestHandler):
    """An API server that serves no kind, and remembers how it was asked."""

    seen: list[tuple[str | None, bool]]

    def do_GET(self) -> None:
        """Say that it serves nothing."""
        certificate = bool(self.connection.getpeercert())
        type(self).seen.append((self.headers.get("Authorization"), certificate))
        body = json.dumps({"resources": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Authority, list[tuple[str | None, bool]]]]:
    """A server with a certificate of its own authority: its address, the authority, and how it was asked."""
    keys = tmp_path / "keys"
    keys.mkdir()
    authority = Authority("cluster", keys)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("serving", "kube-apiserver"))
    context.load_verify_locations(authority.certificate)
    context.verify_mode = ssl.CERT_OPTIONAL
    seen: list[tuple[str | None, bool]] = []
    handler = type("Handler", (_Answers,), {"seen": seen})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", authority, seen
    server.shutdown()
    thread.join()
    server.server_close()


def _kubeconfig(folder: Path, server: str, authority: Path, user: dict[str, Any]) -> Path:
    trusted = base64.b64encode(authority.read_bytes()).decode()
    content = {
        "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority-data": trusted}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "shop", "context": {"cluster": "c", "user": "u"}}],
    }
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(content))
    return file


def _program(folder: Path, prints: str) -> str:
    """A sign-in program beside the kubeconfig."""
    file = folder / "sign-in"
    file.write_text(
        f"#!{sys.executable}\nimport os, json\nassert json.loads(os.environ['KUBERNETES_EXEC_INFO'])\n{prints}\n"
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return "./sign-in"


Served = tuple[str, Authority, list[tuple[str | None, bool]]]


def test_every_way_of_signing_in_is_taken(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token, a token in a file, a certificate, and a program that hands a token out, as GKE's does."""
    server, authority, seen = served
    certificate, key = authority.issue("client", USER)
    (tmp_path / "token").write_text("of-a-file\n")
    handed_out = "print(json.dumps({'status': {'token': os.environ['WHO']}}))"
    asked = {"command": _program(tmp_path, handed_out), "env": [{"name": "WHO", "value": "handed-out"}]}
    ways: list[tuple[dict[str, Any], tuple[str | None, bool]]] = [
        ({"token": "plain"}, ("Bearer plain", False)),
        ({"tokenFile": "token"}, ("Bearer of-a-file", False)),
        ({"client-certificate": str(certificate), "client-key": str(key)}, (None, True)),
        ({"exec": asked}, ("Bearer handed-out", False)),
    ]
    for user, _ in ways:
        monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path, server, authority.certificate, user)))
        with connect("shop") as api:
            assert not api.serves("v1", "Nothing")
    assert seen == [expected for _, expected in ways]


def test_the_first_kubeconfig_that_has_a_name_wins(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for kubectl, several files are one; one that is not there is none."""
    server, authority, seen = served
    first = _kubeconfig(tmp_path, server, authority.certificate, {"token": "first"})
    (tmp_path / "second").mkdir()
    second = _kubeconfig(tmp_path / "second", server, authority.certificate, {"token": "second"})
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'none'}:{first}:{second}")
    with connect("shop") as api:
        api.serves("v1", "Nothing")

    assert seen[-1] == ("Bearer first", False)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("other", {}, r"No kubeconfig has the context 'other' \(there are: shop\).*Nothing was changed"),
    ("shop", {"username": "a", "password": "b"}, "signs in by password, username, which is not supported"),
    ("shop", {"exec": {"command": "./none"}}, "'./none' of the context 'shop' gave no credentials"),
    ("shop", {"exec": {"command": "false", "installHint": "Install it."}}, "gave no credentials.* Install it."),
    ("shop", {"exec": {"command": "true"}}, "gave no credentials"),
    ("shop", {"tokenFile": "none"}, "cannot be used: .*No such file.*kubectl --context shop version"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "user", "complaint"), REFUSED)
def test_what_cannot_sign_in_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, context: str, user: dict[str, Any], complaint: str
) -> None:
    """Nothing is guessed: an unknown context or way of signing in is named, with what to do."""
    keys = tmp_path / "keys"
    keys.mkdir()
    authority = Authority("cluster", keys)
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path, "https://127.0.0.1:1", authority.certificate, user)))

    with pytest.raises(VitalsError, match=complaint):
        connect(context)


def test_a_kubeconfig_that_is_not_yaml_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named, because there may be several."""
    file = tmp_path / "kubeconfig"
    file.write_text("contexts: [")
    monkeypatch.setenv("KUBECONFIG", str(file))

    with pytest.raises(VitalsError, match=f"{file} cannot be read"):
        connect("shop")
