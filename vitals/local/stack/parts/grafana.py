"""Grafana, when it is installed: the rendered dashboards and one data source, for anonymous viewers on loopback.

Grafana is never needed: the portal shows the same dashboards. It is given everything by provisioning files, so nothing
is set by hand and nothing survives the run; sign-up, analytics and update checks are off.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.folder import RunFolder

GRAFANA = "grafana"
DATA_SOURCE = "prometheus"


def provisioning(*, prometheus_url: str, dashboards: Path, data: Path, logs: Path, port: int) -> Mapping[str, str]:
    """Return Grafana's own files, relative path -> text.

    Args:
        prometheus_url: The data source behind the uid ``prometheus`` that the dashboards name.
        dashboards: Folder of the rendered dashboards.
        data: Grafana's own store.
        logs: Folder for its log file.
        port: Loopback port.
    """
    settings: Mapping[str, Mapping[str, str | int]] = {
        "paths": {"data": str(data), "logs": str(logs), "plugins": str(data / "plugins")},
        "server": {"http_addr": LOOPBACK, "http_port": port},
        "analytics": {"reporting_enabled": "false", "check_for_updates": "false", "check_for_plugin_updates": "false"},
        "news": {"news_feed_enabled": "false"},
        "users": {"allow_sign_up": "false"},
        "auth": {"disable_login_form": "true"},
        "auth.anonymous": {"enabled": "true", "org_role": "Viewer"},
        "log": {"mode": "console"},
    }
    source = {
        "apiVersion": 1,
        "datasources": [
            {"name": "Prometheus", "uid": DATA_SOURCE, "type": "prometheus", "access": "proxy",
             "url": prometheus_url, "isDefault": True, "editable": False}
        ],
    }  # fmt: skip
    provider = {
        "apiVersion": 1,
        "providers": [
            {"name": "vitals", "type": "file", "disableDeletion": True, "allowUiUpdates": False,
             "options": {"path": str(dashboards)}}
        ],
    }  # fmt: skip
    ini = "".join(
        f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()) + "\n"
        for section, values in settings.items()
    )
    return {
        "grafana.ini": ini,
        "provisioning/datasources/prometheus.yaml": yaml.safe_dump(source, sort_keys=False),
        "provisioning/dashboards/dashboards.yaml": yaml.safe_dump(provider, sort_keys=False),
    }


def home_of(program: Path) -> Path:
    """Find the folder with Grafana's own defaults and pages.

    Raises:
        VitalsError: The program is installed without it.
    """
    prefix = program.resolve().parents[1]
    for home in (prefix, prefix / "share" / "grafana", Path("/usr/share/grafana")):
        if (home / "conf" / "defaults.ini").exists():
            return home
    raise VitalsError(
        f"{program} is there, but the folder with Grafana's conf/defaults.ini is not, so it cannot start. Install "
        f"Grafana completely, or take it off PATH: the portal shows the same dashboards."
    )


def grafana(program: Path, folder: RunFolder, *, port: int, prometheus_url: str, after: tuple[str, ...]) -> Part:
    """Write the provisioning files into the run folder and describe Grafana.

    Raises:
        VitalsError: See ``home_of``.
        OSError: The files cannot be written.
    """
    home = home_of(program)
    root = folder.config / GRAFANA
    data = folder.data / GRAFANA
    data.mkdir()
    dashboards = folder.dashboards
    written = provisioning(prometheus_url=prometheus_url, dashboards=dashboards, data=data, logs=folder.logs, port=port)
    for name, text in written.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(root / name, text)
    server = () if program.name == "grafana-server" else ("server",)
    url = f"http://{LOOPBACK}:{port}"
    return Part(
        name=GRAFANA,
        argv=(str(program), *server, "--homepath", str(home), "--config", str(root / "grafana.ini")),
        folder=folder.data,
        environment={"GF_PATHS_PROVISIONING": str(root / "provisioning")},
        after=after,
        ready_url=f"{url}/api/health",
        ready_within_s=90.0,
        url=url,
    )
