"""The public door of Grafana: a fixed address, and a certificate that Google issues and renews.

The certificate is proved by a DNS record and not by traffic, so it is there before users are sent to the address. Both
records are yours to make; the program says which (see ``records``).
"""

from __future__ import annotations

import pulumi
from pulumi_gcp import certificatemanager, compute


class Ingress(pulumi.ComponentResource):
    """Address and certificate for one host.

    Attributes:
        address: Name of the address, as a Gateway refers to it.
        certificate_map: Name of the certificate map, as a Gateway refers to it.
        records: The DNS records to make, as ``NAME TYPE VALUE``.
    """

    address: pulumi.Output[str]
    certificate_map: pulumi.Output[str]
    records: pulumi.Output[list[str]]

    def __init__(
        self,
        name: str,
        host: str,
        *,
        protected: bool,
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make address and certificate.

        Args:
            name: Of the component and all that it makes.
            host: The host name that people type.
            protected: Whether the engine refuses to give the address back: DNS points to it.
            after: What must exist before.
            opts: Of the component.
        """
        super().__init__("vitals:gcp:Ingress", name, None, opts)
        first = pulumi.ResourceOptions(parent=self, depends_on=[after])
        child = pulumi.ResourceOptions(parent=self)
        address = compute.GlobalAddress(
            name, name=name, opts=pulumi.ResourceOptions(parent=self, depends_on=[after], protect=protected)
        )
        authorization = certificatemanager.DnsAuthorization(name, name=name, domain=host, opts=first)
        certificate = certificatemanager.Certificate(
            name,
            name=name,
            managed={"domains": [host], "dns_authorizations": [authorization.id]},
            opts=child,
        )
        shown = certificatemanager.CertificateMap(name, name=name, opts=first)
        certificatemanager.CertificateMapEntry(
            name, name=name, map=shown.name, hostname=host, certificates=[certificate.id], opts=child
        )
        self.address = address.name
        self.certificate_map = shown.name
        self.records = pulumi.Output.all(address.address, authorization.dns_resource_records).apply(
            lambda known: [f"{host}. A {known[0]}", *(f"{one['name']} {one['type']} {one['data']}" for one in known[1])]
        )
        self.register_outputs({"records": self.records})
