"""The Firestore emulator of the Google Cloud CLI, or the word that SQLite takes its place.

The emulator is a Java program behind two wrapper scripts; it is started directly, because a wrapper that is killed
leaves the program behind it alone.
"""

from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK

_MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
_JAR = Path("platform", "cloud-firestore-emulator", "cloud-firestore-emulator.jar")
_HEAP_MIB = 512

FIRESTORE = "firestore"


def emulator_jar(gcloud: Path | None) -> Path | None:
    """Find the emulator of an installed Google Cloud CLI; None when there is no CLI or it lacks that component."""
    if gcloud is None:
        return None
    jar = gcloud.resolve().parents[1] / _JAR
    return jar if jar.exists() else None


def firestore(java: Path, jar: Path, *, port: int, folder: Path) -> Part:
    """Describe the emulator; it keeps its data in memory and forgets it when it stops."""
    return Part(
        name=FIRESTORE,
        argv=(
            str(java), f"-Xmx{_HEAP_MIB}m", "-Duser.language=en", "-cp", str(jar), _MAIN_CLASS,
            "start", f"--host={LOOPBACK}", f"--port={port}",
        ),
        folder=folder,
        ready_url=f"http://{LOOPBACK}:{port}/",
    )  # fmt: skip
