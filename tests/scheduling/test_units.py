"""The units of deploy/: systemd understands them, and they say what prefect.yaml says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.flows.places import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
CONVENTIONAL = ("/srv/chian", "/etc/chian", "/usr/local/bin/tell-the-analysts")


def systemd_analyze(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("needs systemd-analyze, which this machine does not have")
    return subprocess.run([tool, *words], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """With the program in its place and folders that are here: verify looks whether they are."""
    for name in UNITS:
        text = (DEPLOY / name).read_text("utf-8").replace("/srv/chian/checkout/.venv/bin/chian", "/bin/true")
        (tmp_path / name).write_text(text, "utf-8")
    done = systemd_analyze("verify", "--man=no", *(f"./{name}" for name in UNITS), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_timer_says_what_the_cron_line_says() -> None:
    [calendar] = re.findall(r"^OnCalendar=(.*)$", (DEPLOY / "chian-monthly.timer").read_text("utf-8"), re.MULTILINE)
    [monthly] = [
        one
        for one in yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
        if one["name"] == "monthly"
    ]
    [schedule] = monthly["schedules"]
    minute, hour, days, *_ = schedule["cron"].split()
    first, last = days.split("-")
    assert calendar == f"*-*-{int(first):02}..{last} {int(hour):02}:{int(minute):02}:00 {schedule['timezone']}"
    done = systemd_analyze("calendar", calendar)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_service_is_an_ordinary_account_that_writes_to_the_home_alone(name: str) -> None:
    lines = (DEPLOY / name).read_text("utf-8").splitlines()
    assert {
        "User=chian",
        "ProtectSystem=strict",
        "NoNewPrivileges=true",
        "EnvironmentFile=/etc/chian/environment",
    } <= set(lines)
    [home] = re.findall(r"^CHIAN_HOME=(.*)$", (DEPLOY / "environment.example").read_text("utf-8"), re.MULTILINE)
    assert [line for line in lines if line.startswith("ReadWritePaths=")] == [f"ReadWritePaths={home}"]


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_only_conventional_places_are_named(path: Path) -> None:
    """Nothing of the machine it was written on."""
    places = re.findall(r"(?:(?<=[=\s(])|(?<=file://))/[\w./-]+", path.read_text("utf-8"))
    assert [place for place in places if not place.startswith(CONVENTIONAL)] == []
