"""Files of pinned Go modules that are read and not compiled, such as the CRDs that an operator's module carries.

Go fetches a module once into its own cache and holds it against the pin's ``go.sum``, so what is read is what was
reviewed. Nothing is copied into the repository.
"""

import json
import subprocess
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.tools import go
from vitals.paths import PINS

FETCH_WITHIN_S = 600.0


def module_folder(pin: str, module: str) -> Path:
    """Where the sources of a module are, in the version that a pin names; fetched if they are not there yet.

    Args:
        pin: A folder under ``tools/``.
        module: Path of a module that its ``go.mod`` requires.

    Raises:
        VitalsError: Go is not installed, or the module cannot be fetched or is not what ``go.sum`` says.
    """
    toolchain = go.installed()
    if toolchain is None:
        raise VitalsError(
            f"Files of the Go module {module} are needed and Go is not installed (no working `go` on PATH), so it "
            f"cannot be fetched. Install Go: {'; '.join(go.GET)}."
        )
    try:
        answer = subprocess.run(
            [toolchain.path, "mod", "download", "-json", module],
            cwd=PINS / pin,
            env=go.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=FETCH_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VitalsError(_not_fetched(pin, module, str(error))) from error
    found = json.loads(answer.stdout or "{}")
    if answer.returncode != 0 or "Dir" not in found:
        raise VitalsError(_not_fetched(pin, module, found.get("Error") or answer.stderr.strip()))
    return Path(found["Dir"])


def _not_fetched(pin: str, module: str, why: str) -> str:
    return (
        f"The Go module {module} that tools/{pin}/go.mod pins could not be fetched, so the files in it are not there. "
        f"Check the network and GOPROXY and try again. Go says: {why}"
    )
