"""Where one control plane keeps everything it writes."""

from dataclasses import dataclass
from pathlib import Path

from vitals.local.processes.folder import OwnedFolder


@dataclass(frozen=True)
class ClusterFolder(OwnedFolder):
    """The paths of one control plane's run folder."""

    @property
    def emptied(self) -> tuple[Path, ...]:
        """The folders that a start deletes and makes anew; etcd's store is in one of them, so no object survives."""
        return (self.keys, self.data, self.logs)

    @property
    def keys(self) -> Path:
        """Certificates, private keys and the token file of this run, 0600 in a folder of 0700."""
        return self.root / "keys"

    @property
    def kubeconfig(self) -> Path:
        """What clients are given: address, authority and token of the administrator; 0600."""
        return self.root / "kubeconfig"
