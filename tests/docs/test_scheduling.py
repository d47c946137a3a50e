"""docs/scheduling.md names the variables the code reads and the deployments prefect.yaml makes."""

import re
from typing import get_args

import yaml

from flows.notices import Event
from flows.serving import POOL
from tests.docs.pages import ROOT, page

TABLE = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
UNIT = re.compile(r"\bchian[\w-]*\.(?:service|timer)\b")
VARIABLE = re.compile(r"\bCHIAN_[A-Z][A-Z_]*\b")
SCHEDULING = page("docs/scheduling.md")


def listed() -> list[str]:
    return TABLE.findall(SCHEDULING)


def test_every_variable_the_code_reads_is_described() -> None:
    code = [path for room in ("flows", "expectations") for path in (ROOT / room).rglob("*.py")]
    read = {name for path in code for name in VARIABLE.findall(path.read_text("utf-8"))}
    rows = [line for line in SCHEDULING.splitlines() if line.startswith("| `CHIAN_")]
    assert {name for row in rows for name in VARIABLE.findall(row.split("|")[1])} == read


def test_every_deployment_is_described() -> None:
    deployments = yaml.safe_load(page("prefect.yaml"))["deployments"]
    names = {f"{one['entrypoint'].rsplit(':', 1)[1]}/{one['name']}" for one in deployments}
    assert {name for name in listed() if "/" in name} == names


def test_the_schedule_is_the_one_told() -> None:
    (monthly,) = [one for one in yaml.safe_load(page("prefect.yaml"))["deployments"] if one["name"] == "monthly"]
    (schedule,) = monthly["schedules"]
    minute, hour, days, *_ = schedule["cron"].split()
    first, last = days.split("-")
    told = f"{int(hour):02d}:{int(minute):02d} ({schedule['timezone']}) from the {first}rd to the {last}st"
    assert told in SCHEDULING


def test_the_pool_is_the_one_told() -> None:
    pools = {one["work_pool"]["name"] for one in yaml.safe_load(page("prefect.yaml"))["deployments"]}
    assert pools == {POOL}


def test_every_event_of_a_message_is_described() -> None:
    told = SCHEDULING.split("## Told", 1)[1].split("## Environment", 1)[0]
    assert set(TABLE.findall(told)) == set(get_args(Event))


def test_the_units_are_the_ones_told() -> None:
    units = {path.name for path in (ROOT / "deploy").iterdir() if path.suffix in (".service", ".timer")}
    assert {
        name for row in SCHEDULING.splitlines() if row.startswith("| `chian") for name in UNIT.findall(row)
    } == units
