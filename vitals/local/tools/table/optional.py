"""Programs that Vitals uses where they are installed and does without elsewhere; it never builds or installs them."""

from vitals.local.tools.entry import Program

OPTIONAL: tuple[Program, ...] = (
    Program(
        name="gcloud",
        wanted=">=1.19",
        version_args=("--version",),
        version_pattern=r"cloud-firestore-emulator (\d+(?:\.\d+)+)",
        missing_costs="No Firestore emulator (whose version this is): the demo platform keeps its data in SQLite.",
        get=(
            "gcloud components install cloud-firestore-emulator",
            "apt install google-cloud-cli-firestore-emulator (Google's apt source)",
            "brew install --cask google-cloud-sdk, then the first line",
        ),
        on_path=("gcloud",),
    ),
    Program(
        name="java",
        wanted=">=11",
        version_args=("-version",),
        version_pattern=r'version "(\d+(?:\.\d+)*)',
        missing_costs="The Firestore emulator does not run: the demo platform keeps its data in SQLite.",
        get=("apt install default-jre-headless", "brew install openjdk"),
        on_path=("java",),
    ),
    Program(
        name="grafana",
        wanted=">=11",
        version_args=("-v",),
        version_pattern=r"[Vv]ersion (\d+(?:\.\d+)+)",
        missing_costs="Dashboards are shown by the portal only.",
        get=("brew install grafana", "apt install grafana (Grafana's apt source)"),
        on_path=("grafana", "grafana-server", "/usr/sbin/grafana", "/usr/share/grafana/bin/grafana"),
    ),
    Program(
        name="redis-server",
        wanted=">=6",
        version_args=("--version",),
        version_pattern=r"v=(\d+(?:\.\d+)+)",
        missing_costs="The demo platform caches in its own memory instead.",
        get=("apt install redis-server", "brew install redis"),
        on_path=("redis-server",),
    ),
    Program(
        name="chromium",
        wanted=">=120",
        version_args=("--version",),
        version_pattern=r"(?:Chromium|Google Chrome) (\d+(?:\.\d+)+)",
        missing_costs="The tests that look at the portal in a browser cannot run.",
        get=("apt install chromium", "brew install --cask google-chrome"),
        on_path=(
            "chromium",
            "chromium-browser",
            "google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ),
    ),
    Program(
        name="kubectl",
        wanted=">=1.30",
        version_args=("version", "--client"),
        version_pattern=r"Client Version: v(\d+(?:\.\d+)+)",
        missing_costs="You cannot look into a cluster by hand; nothing that runs on this machine needs it.",
        get=("gcloud components install kubectl", "brew install kubernetes-cli"),
        on_path=("kubectl",),
    ),
)
