"""Certificates that we make are judged by TLS itself: only the holder of a signed certificate is let in."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from vitals.verify.cluster.authority import Authority


def greeted(server: tuple[Path, Path], client: tuple[Path, Path], trusted: Path) -> str:
    """Let a client with a certificate call a server; return the name that the server knows it by."""
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(trusted))
    serving.verify_mode = ssl.CERT_REQUIRED
    serving.load_cert_chain(*server)
    calling = ssl.create_default_context(cafile=str(trusted))
    calling.load_cert_chain(*client)
    names: list[str] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        try:
            with serving.wrap_socket(connection, server_side=True) as secured:
                presented = secured.getpeercert(binary_form=True)
                assert presented is not None
                subject = x509.load_der_x509_certificate(presented).subject
                names.append(str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))
                secured.sendall(b"hello")
        except ssl.SSLError:
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname()) as plain,
                calling.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
            ):
                secured.recv(5)
        finally:
            thread.join()
    return names[0]


def test_a_client_is_known_by_the_name_in_its_certificate(tmp_path: Path) -> None:
    """Both sides trust the authority, so both are let in."""
    authority = Authority("cluster", tmp_path)
    server, client = authority.issue("server", "kube-apiserver"), authority.issue("client", "system:kube-scheduler")

    assert greeted(server, client, authority.certificate) == "system:kube-scheduler"


def test_a_certificate_of_another_authority_is_refused(tmp_path: Path) -> None:
    """A client of etcd's authority is unknown to the API server."""
    cluster, store = Authority("cluster", tmp_path), Authority("etcd", tmp_path)

    with pytest.raises((ssl.SSLError, ConnectionError, IndexError)):
        greeted(cluster.issue("server", "kube-apiserver"), store.issue("client", "etcd"), cluster.certificate)
