"""A cluster that is there already: asked before anything is created, and refused in words when it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import yaml

from infra.kube_context import ask
from tests.serving import serving
from vitals.errors import VitalsError


class _Refuses(BaseHTTPRequestHandler):
    """An API server that knows no user, as a real one answers a request without a token."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        pass


@pytest.fixture
def api_server() -> Iterator[str]:
    """Its URL."""
    with serving(_Refuses) as address:
        yield address


def _kubeconfig(file: Path, *, context: str, **cluster: object) -> Path:
    content = {
        "contexts": [{"name": context, "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
    }
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def test_any_answer_is_an_answer(api_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may do what is for the cluster to say: 401 shows that it is there."""
    file = _kubeconfig(tmp_path / "config", context="kind-vitals", server=api_server)
    monkeypatch.setenv("KUBECONFIG", str(file))

    ask("kind-vitals")


def test_the_first_file_that_knows_a_context_wins(
    api_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several files in KUBECONFIG are read as kubectl reads them; one that does not exist is passed over."""
    right = _kubeconfig(tmp_path / "right", context="kind-vitals", server=api_server)
    wrong = _kubeconfig(tmp_path / "wrong", context="kind-vitals", server="http://127.0.0.1:1")

    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'none'}:{right}:{wrong}")
    ask("kind-vitals")
    monkeypatch.setenv("KUBECONFIG", f"{wrong}:{right}")
    with pytest.raises(VitalsError, match="does not answer"):
        ask("kind-vitals")


def test_an_unknown_context_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message lists the contexts there are, and the command that makes the missing one."""
    file = _kubeconfig(tmp_path / "config", context="kind-other", server="http://127.0.0.1:1")
    monkeypatch.setenv("KUBECONFIG", str(file))

    with pytest.raises(VitalsError) as raised:
        ask("kind-vitals")
    for fragment in ("there are: kind-other", "`kind create cluster --name vitals`", "Nothing was created"):
        assert fragment in str(raised.value)


@pytest.mark.parametrize(
    "cluster",
    [
        {"server": "http://127.0.0.1:1"},
        {"server": "https://127.0.0.1:1", "insecure-skip-tls-verify": True},
        {"server": "https://127.0.0.1:1", "certificate-authority": "missing.crt"},
        {"server": "https://127.0.0.1:1", "certificate-authority-data": "bm90IGEgY2VydGlmaWNhdGU="},
        {"server": "not a url"},
        {},
    ],
    ids=["nothing listens", "nothing listens with TLS", "no authority", "authority is none", "no URL", "no server"],
)
def test_a_cluster_that_does_not_answer_is_refused(
    cluster: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the reason, one paragraph says which context, and how to look."""
    monkeypatch.setenv("KUBECONFIG", str(_kubeconfig(tmp_path / "config", context="kind-vitals", **cluster)))

    with pytest.raises(VitalsError) as raised:
        ask("kind-vitals")
    for fragment in ("context 'kind-vitals' does not answer", "kubectl --context kind-vitals version", "Nothing was"):
        assert fragment in str(raised.value)


@pytest.mark.parametrize("text", ["contexts: [", "[]", ""])
def test_a_kubeconfig_that_is_none_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken file is named; an empty one knows no context."""
    (tmp_path / "config").write_text(text, encoding="utf-8")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))

    with pytest.raises(VitalsError, match=r"cannot be read|there are: none"):
        ask("kind-vitals")
