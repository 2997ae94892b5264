"""Certificates for one run, made here and trusted nowhere else.

Kubernetes distinguishes clients by the name in their certificate, and a component that trusts an authority trusts all
that it signed. So there are three of them, as in a cluster of kubeadm's: one for the API server and its clients, one
for etcd, one for front proxies. An authority's own key is never written.
"""

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vitals.atomic import write_atomic
from vitals.local.processes.ports import LOOPBACK

_LIFETIME = dt.timedelta(days=365)
_CLOCK_SKEW = dt.timedelta(minutes=5)
_NAMES = (x509.IPAddress(ipaddress.ip_address(LOOPBACK)), x509.DNSName("localhost"))


class Authority:
    """One certificate authority; its certificate is ``<name>-ca.crt`` in the folder.

    Args:
        name: What it vouches for.
        folder: Where it and the certificates that it signs are written.

    Raises:
        OSError: The folder cannot be written.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _subject(f"vitals {name}")
        certificate = (
            _unsigned(self._subject, self._subject, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = folder / f"{name}-ca.crt"
        write_atomic(self.certificate, certificate.public_bytes(Encoding.PEM).decode())

    def issue(self, file: str, common_name: str, *groups: str) -> tuple[Path, Path]:
        """Write a certificate for loopback, good for serving and for calling.

        Args:
            file: Name of the two files, without ``.crt`` and ``.key``.
            common_name: The user as whom a client with it is known.
            groups: The groups of that user.

        Returns:
            The certificate and its private key (0600).

        Raises:
            OSError: The folder cannot be written.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        certificate = (
            _unsigned(_subject(common_name, *groups), self._subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        paths = self._folder / f"{file}.crt", self._folder / f"{file}.key"
        write_atomic(paths[0], certificate.public_bytes(Encoding.PEM).decode())
        write_private_key(paths[1], key)
        return paths


def write_private_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key as PEM, readable by its owner only.

    Raises:
        OSError: The folder cannot be written.
    """
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    write_atomic(path, pem.decode(), mode=0o600)


def _subject(common_name: str, *groups: str) -> x509.Name:
    organisations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organisations, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
    )
